import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PORT_VARIABLES, type PublishedPorts } from '../config';
import { LabError } from '../lab-error';

/** Ports inside the node that are reached from the machine, by the name of the published port. */
const TARGETS: Record<keyof PublishedPorts, string> = {
  api: '10.90.0.1:6443',
  nats: '10.90.0.1:30422',
  prometheus: '10.90.0.1:30991',
  page: '10.90.0.1:30080',
};

const NAMES = Object.keys(TARGETS) as (keyof PublishedPorts)[];

/**
 * Writes the node's services that publish its ports: one half listens on 127.0.0.1 in the machine's network namespace,
 * the other dials inside the node's, and a Unix socket joins them because a socket file crosses namespaces.
 */
export async function writePublishServices(root: string, ports: PublishedPorts): Promise<void> {
  for (const name of NAMES) await writePublishService(root, name, ports[name]);
}

async function writePublishService(
  root: string,
  name: keyof PublishedPorts,
  port: number,
): Promise<void> {
  const socket = `/run/publish/${name}.sock`;
  await writeService(
    root,
    `publish-${name}-inner`,
    `exec socat UNIX-LISTEN:${socket},fork,unlink-early TCP:${TARGETS[name]}`,
  );
  await writeService(
    root,
    `publish-${name}-outer`,
    `exec nsenter --net=/run/machine-net socat TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:${socket}`,
  );
}

/** @throws LabError that names the first port that another program uses */
export function checkPortsFree(ports: PublishedPorts): Promise<void> {
  return checkFree(NAMES, ports);
}

async function checkFree(
  names: readonly (keyof PublishedPorts)[],
  ports: PublishedPorts,
): Promise<void> {
  for (const name of names) {
    const fault = await tryListen(ports[name]);
    if (fault)
      throw new LabError(
        `port ${ports[name]} on 127.0.0.1 is needed for ${name} and not available (${fault}): stop the program that uses it, or set another port with ${PORT_VARIABLES[name]}`,
      );
  }
}

/**
 * Compares the ports with those that the running node publishes, which are fixed until it is stopped.
 * A port that it does not publish yet is added: runit starts new services by itself.
 *
 * @throws LabError if a service is published on another port
 */
export async function checkPublished(root: string, ports: PublishedPorts): Promise<void> {
  const published = await Promise.all(NAMES.map((name) => publishedPort(root, name)));
  for (const [index, name] of NAMES.entries()) {
    const port = published[index];
    if (port !== undefined && port !== ports[name])
      throw new LabError(
        `${PORT_VARIABLES[name]} is ${ports[name]}, but the running local cluster publishes ${name} on ${port}: set it to ${port}, or run "npm run stop:cluster" first`,
      );
  }
  const missing = NAMES.filter((_name, index) => published[index] === undefined);
  await checkFree(missing, ports);
  for (const name of missing) await writePublishService(root, name, ports[name]);
}

async function publishedPort(
  root: string,
  name: keyof PublishedPorts,
): Promise<number | undefined> {
  const file = join(root, 'etc/lab/services', `publish-${name}-outer`, 'run');
  const script = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return script === undefined ? undefined : Number(/TCP-LISTEN:(\d+),/.exec(script)?.[1]);
}

async function writeService(root: string, name: string, command: string): Promise<void> {
  const folder = join(root, 'etc/lab/services', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'run'), `#!/bin/sh\n${command} >>/var/log/lab/${name}.log 2>&1\n`);
  await chmod(join(folder, 'run'), 0o755);
}

function tryListen(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}
