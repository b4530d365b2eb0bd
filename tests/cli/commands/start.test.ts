import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { freePort } from '../../../cli/bench/free-port';
import { LabCopy, NOBODY, testAsRoot } from '../../local/support/lab-copy';

let lab: LabCopy;
let holder: Server;
let held: number;

beforeAll(async () => {
  lab = await LabCopy.make();
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  held = (holder.address() as AddressInfo).port;
});

afterAll(() => new Promise((resolve) => holder.close(resolve)));

testAsRoot.each(['start', 'up'])(
  '"%s" without root names root and the way around it, before anything is made',
  async (command) => {
    const result = await lab.run([command], NOBODY);
    expect(result.stderr).toBe(
      'error: the local cluster needs root, and this is uid 65534: run the command as root, ' +
        'or use your own cluster with "pulumi config set kubeContext NAME"',
    );
    expect(result.exitCode).toBe(2);
    await expect(lab.left()).resolves.toEqual([]);
  },
);

test('"stop" where there is no cluster says so and makes nothing', async () => {
  const result = await lab.run(['stop']);
  expect(result.stderr).toBe('no local cluster to stop');
  expect(result.exitCode).toBe(0);
  await expect(lab.left()).resolves.toEqual([]);
});

testAsRoot.each([
  ['api', 'AUTOSCALING_LAB_API_PORT', 'AUTOSCALING_LAB_NATS_PORT'],
  ['nats', 'AUTOSCALING_LAB_NATS_PORT', 'AUTOSCALING_LAB_API_PORT'],
])(
  'with the port of %s in use nothing is built and nothing is made',
  async (purpose, variable, other) => {
    const env = { [variable]: String(held), [other]: String(await freePort()) };
    // a start that went on would build Kubernetes: it is ended long before
    const result = await lab.run(['start'], { env, timeout: 20_000 });
    expect(result.stderr).toBe(
      `error: port ${held} on 127.0.0.1 is needed for ${purpose} and not available (EADDRINUSE): ` +
        `stop the program that uses it, or set another port with ${variable}`,
    );
    expect(result.exitCode).toBe(2);
    // the folder that the lock of the cluster was in
    await expect(lab.left()).resolves.toEqual(['autoscaling-lab']);
  },
);
