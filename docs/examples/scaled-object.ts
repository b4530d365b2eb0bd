import { ScaledObject } from 'autoscaling-lab/scaled-object';
import { ScaledObjectTrigger } from 'autoscaling-lab/scaled-object-trigger';
import { ScalingPolicy } from 'autoscaling-lab/scaling-rules';
import { App, Chart, Duration } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';

const app = new App();
const chart = new Chart(app, 'Orders', { namespace: 'orders' });

const worker = new Deployment(chart, 'Worker', {
  metadata: { name: 'order-worker' },
  containers: [{ name: 'worker', image: 'registry.example.com/order-worker:1.4.2' }],
});

new ScaledObject(chart, 'Scaler', {
  metadata: { name: 'order-worker' },
  // marks the Deployment, so that it renders no "replicas" for the two to fight over
  target: worker,
  maxReplicas: 20,
  pollingInterval: Duration.seconds(2),
  cooldownPeriod: Duration.minutes(1),
  scaleUp: { policies: [ScalingPolicy.pods(20, Duration.seconds(15))] },
  triggers: [
    ScaledObjectTrigger.natsJetStream({
      monitoringEndpoint: 'nats.messaging.svc.cluster.local:8222',
      account: '$G',
      stream: 'ORDERS',
      consumer: 'order-worker',
      lagThreshold: 10,
      activationLagThreshold: 0,
    }),
  ],
});

process.stdout.write(app.synthYaml());
