import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type PublishedPorts } from '../config';
import { LabError } from '../lab-error';

/** Ports inside the node that are reached from the machine, by the name of the published port. */
const TARGETS: Record<keyof PublishedPorts, string> = {
  api: '10.90.0.1:6443',
  nats: '10.90.0.1:30422',
};

const VARIABLES: Record<keyof PublishedPorts, string> = {
  api: 'AUTOSCALING_LAB_API_PORT',
  nats: 'AUTOSCALING_LAB_NATS_PORT',
};

/**
 * Writes the node's services that publish its ports: one half listens on 127.0.0.1 in the machine's network namespace,
 * the other dials inside the node's, and a Unix socket joins them because a socket file crosses namespaces.
 */
export async function writePublishServices(root: string, ports: PublishedPorts): Promise<void> {
  for (const name of Object.keys(TARGETS) as (keyof PublishedPorts)[]) {
    const socket = `/run/publish/${name}.sock`;
    await writeService(
      root,
      `publish-${name}-inner`,
      `exec socat UNIX-LISTEN:${socket},fork,unlink-early TCP:${TARGETS[name]}`,
    );
    await writeService(
      root,
      `publish-${name}-outer`,
      `exec nsenter --net=/run/machine-net socat TCP-LISTEN:${ports[name]},bind=127.0.0.1,reuseaddr,fork UNIX-CONNECT:${socket}`,
    );
  }
}

/** @throws LabError that names the first published port another program holds */
export async function checkPortsFree(ports: PublishedPorts): Promise<void> {
  for (const name of Object.keys(TARGETS) as (keyof PublishedPorts)[]) {
    const port = ports[name];
    const fault = await tryListen(port);
    if (fault)
      throw new LabError(
        `port ${port} on 127.0.0.1 is needed for ${name} and cannot be had (${fault}): end the program that holds it, or choose another with ${VARIABLES[name]}`,
      );
  }
}

/** @throws LabError where a node that runs was started with other ports, which it keeps until it is stopped */
export async function checkPublished(root: string, ports: PublishedPorts): Promise<void> {
  for (const name of Object.keys(TARGETS) as (keyof PublishedPorts)[]) {
    const script = await readFile(
      join(root, 'etc/lab/services', `publish-${name}-outer`, 'run'),
      'utf8',
    );
    const published = Number(/TCP-LISTEN:(\d+),/.exec(script)?.[1]);
    if (published !== ports[name])
      throw new LabError(
        `${VARIABLES[name]} is ${ports[name]}, and the local cluster that runs publishes ${name} on ${published}: set it to ${published}, or run "npm run stop:cluster" first`,
      );
  }
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
