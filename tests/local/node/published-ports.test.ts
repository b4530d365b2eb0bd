import { once } from 'node:events';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { type PublishedPorts } from '../../../local/config';
import {
  checkPortsFree,
  checkPublished,
  writePublishServices,
} from '../../../local/node/published-ports';
import { freePort } from '../../../cli/bench/free-port';
import { temporaryFolder } from '../support/temporary-folder';

const PORTS: PublishedPorts = { api: 1111, nats: 2222, prometheus: 4444, page: 5555 };

let holder: Server;
let held: number;

beforeAll(async () => {
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  held = (holder.address() as AddressInfo).port;
});

afterAll(() => new Promise((resolve) => holder.close(resolve)));

test('free ports are accepted, and free afterwards', async () => {
  const ports = await freePorts();
  await expect(checkPortsFree(ports)).resolves.toBeUndefined();
  await expect(checkPortsFree(ports)).resolves.toBeUndefined();
});

test('a port in use is named with its purpose and the variable that moves it', async () => {
  const free = await freePorts();
  await expect(checkPortsFree({ ...free, api: held })).rejects.toThrow(
    `port ${held} on 127.0.0.1 is needed for api and not available (EADDRINUSE): ` +
      'stop the program that uses it, or set another port with AUTOSCALING_LAB_API_PORT',
  );
  await expect(checkPortsFree({ ...free, nats: held })).rejects.toThrow(
    `port ${held} on 127.0.0.1 is needed for nats and not available (EADDRINUSE): ` +
      'stop the program that uses it, or set another port with AUTOSCALING_LAB_NATS_PORT',
  );
});

test('each port is published on 127.0.0.1 by two services, and new ports replace old ones', async () => {
  const root = await temporaryFolder();
  const services = join(root, 'etc/lab/services');
  await writePublishServices(root, PORTS);
  await writePublishServices(root, { ...PORTS, api: 3333 });
  expect((await readdir(services)).sort()).toEqual([
    'publish-api-inner',
    'publish-api-outer',
    'publish-nats-inner',
    'publish-nats-outer',
    'publish-page-inner',
    'publish-page-outer',
    'publish-prometheus-inner',
    'publish-prometheus-outer',
  ]);
  const run = join(services, 'publish-api-outer/run');
  const script = await readFile(run, 'utf8');
  expect(script).toMatch(/^#!\/bin\/sh\n.*TCP-LISTEN:3333,bind=127\.0\.0\.1,/);
  expect(script).not.toContain('1111');
  expect((await stat(run)).mode & 0o111).toBe(0o111);
});

test('other ports than those of the node that runs are refused, with the ones it has', async () => {
  const root = await temporaryFolder();
  await writePublishServices(root, PORTS);
  await expect(checkPublished(root, PORTS)).resolves.toBeUndefined();
  await expect(checkPublished(root, { ...PORTS, nats: 3333 })).rejects.toThrow(
    'AUTOSCALING_LAB_NATS_PORT is 3333, but the running local cluster publishes nats on 2222: ' +
      'set it to 2222, or run "npm run stop:cluster" first',
  );
});

test('a port that the node which runs does not publish yet is published from now on', async () => {
  const root = await temporaryFolder();
  const ports = await freePorts();
  await writePublishServices(root, ports);
  const services = join(root, 'etc/lab/services');
  for (const half of ['inner', 'outer'])
    await rm(join(services, `publish-prometheus-${half}`), { recursive: true });
  await checkPublished(root, ports);
  const script = await readFile(join(services, 'publish-prometheus-outer/run'), 'utf8');
  expect(script).toContain(`TCP-LISTEN:${ports.prometheus},bind=127.0.0.1,`);
});

async function freePorts(): Promise<PublishedPorts> {
  return {
    api: await freePort(),
    nats: await freePort(),
    prometheus: await freePort(),
    page: await freePort(),
  };
}
