import { UpdateMode, VerticalPodAutoscaler } from 'autoscaling-lab/vertical-pod-autoscaler';
import { App, Chart, Size } from 'cdk8s';
import { Cpu, StatefulSet } from 'cdk8s-plus-28';

const app = new App();
const chart = new Chart(app, 'Cache', { namespace: 'orders' });

const cache = new StatefulSet(chart, 'Cache', {
  metadata: { name: 'order-cache' },
  containers: [{ name: 'cache', image: 'registry.example.com/cache:8.2.1', portNumber: 6379 }],
});

new VerticalPodAutoscaler(chart, 'Sizer', {
  metadata: { name: 'order-cache' },
  target: cache,
  updateMode: UpdateMode.IN_PLACE_OR_RECREATE,
  // the cache has one pod, and an updater leaves those alone otherwise
  minReplicas: 1,
  containers: [
    {
      container: 'cache',
      minAllowed: { cpu: Cpu.millis(25), memory: Size.mebibytes(64) },
      // without it a leak is followed up to the size of the node
      maxAllowed: { cpu: Cpu.units(1), memory: Size.gibibytes(1) },
    },
  ],
});

process.stdout.write(app.synthYaml());
