import { readLocalConfig } from '../../../local/config';
import { ClusterNode } from '../../../local/node/cluster-node';
import { FIRST_PLACE } from '../../../local/node/node-place';
import { Lab } from '../support/lab';
import { printMeasurements, secondsBetween } from '../support/measurements';

const { process: node } = new ClusterNode(readLocalConfig(process.env).stateDir, FIRST_PLACE);

let lab: Lab;

beforeAll(async () => {
  lab = await Lab.open();
}, 60_000);

afterAll(() => lab.close());

test.each(['containerd', 'kubelet', 'kube-proxy'])(
  'the node recovers when %s is killed',
  async (service) => {
    await lab.idle(180);
    const before = await servicePid(service);

    await node.exec(['sv', 'kill', `/etc/lab/services/${service}`]);

    const killed = Date.now();
    // a pod can only start where the container runtime, the kubelet and the Service network all work again
    const id = await lab.request(`what the node dreams after ${service} died at ${killed}`);
    await lab.answers.forAll([id], 120);
    expect(await servicePid(service)).not.toBe(before);
    const answered = lab.answers.arrivals.find((arrival) => arrival.id === id);
    expect(answered?.response).toBeDefined();
    printMeasurements(`${service} killed on an idle node`, [
      ['next answer from zero replicas', secondsBetween(killed, answered?.at ?? NaN)],
    ]);
  },
  360_000,
);

/** The pid in `run: …: (pid 123) 45s`. */
async function servicePid(service: string): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { stdout } = await node.exec(['sv', 'status', `/etc/lab/services/${service}`]);
    const pid = /^run: .*\(pid (\d+)\)/.exec(String(stdout))?.[1];
    if (pid) return pid;
    if (Date.now() > deadline) throw new Error(`${service} does not run: ${stdout}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
