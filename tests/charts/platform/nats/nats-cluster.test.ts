import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import {
  NATS_PATHS,
  natsConfig,
  natsStorageSize,
} from '../../../../charts/platform/nats/nats-config';
import { NATS_TLS } from '../../../../charts/platform/nats/nats-tls';
import { natsCertificate } from '../../../../infra/secrets/nats-certificate';
import { type ServerCertificate } from '../../../../infra/secrets/server-certificate';
import { NATS } from '../../../../workloads/protocol/names';
import { natsCredentials } from '../../../../workloads/protocol/nats-credentials';
import { freePort } from '../../../../cli/bench/free-port';
import { StreamFollower } from '../../../../workloads/process/stream-follower';
import { eventually } from '../../../support/meme-lab';
import { type NatsSecrets, natsSecrets } from '../../../support/nats-secrets';
import { ServerProcess } from '../../../../cli/bench/server-process';
import { find, lab } from '../../support/lab';

jest.setTimeout(60_000);

interface Pod {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: [{ readonly env: { name: string; value: string }[] }] };
    };
  };
}

interface Ports {
  readonly client: number;
  readonly cluster: number;
  readonly monitor: number;
}

const HOSTS = [0, 1, 2].map((index) => `nats-${index}.${NATS.headlessHost}`);

let folder: string;
let servers: ServerProcess[];
let ports: Ports[];
let secrets: NatsSecrets;
let certificate: ServerCertificate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-cluster-'));
  secrets = natsSecrets();
  certificate = await natsCertificate();
  ports = await Promise.all(HOSTS.map(freePorts));
  servers = await Promise.all(HOSTS.map((_host, index) => startServer(index)));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')));
  await rm(folder, { recursive: true, force: true });
});

async function freePorts(): Promise<Ports> {
  return { client: await freePort(), cluster: await freePort(), monitor: await freePort() };
}

function variable(name: string): string {
  const { spec } = find(lab({ natsReplicas: 3 }), 'StatefulSet', 'nats') as unknown as Pod;
  return spec.template.spec.containers[0].env.find((each) => each.name === name)!.value;
}

/** The routes as the pod has them, with this machine's ports in place of the pods' names. */
function routes(password: string): string {
  const value = variable('NATS_ROUTES');
  return HOSTS.reduce(
    (text, host, index) =>
      text.replace(`${host}:${NATS.ports.cluster}`, `127.0.0.1:${ports[index].cluster}`),
    value.replaceAll('$(ROUTE_PASSWORD)', password),
  );
}

// what the Secret is mounted as
async function certificateFolder(index: number, own: ServerCertificate): Promise<string> {
  const path = join(folder, `${index}-tls`);
  await mkdir(path, { recursive: true });
  for (const part of ['authority', 'certificate', 'privateKey'] as const) {
    await writeFile(join(path, NATS_TLS.keys[part]), own[part]);
  }
  return path;
}

async function startServer(
  index: number,
  { serverEnv } = secrets,
  own = certificate,
): Promise<ServerProcess> {
  const { client, cluster, monitor } = ports[index];
  const config = natsConfig({ storage: natsStorageSize('1Gi'), replicas: 3, tls: true })
    .replaceAll(NATS_TLS.folder, await certificateFolder(index, own))
    .replace(`:${NATS.ports.client}"`, `:${client}"`)
    .replace(`:${NATS.ports.cluster}"`, `:${cluster}"`)
    .replace(`:${NATS.ports.monitor}"`, `:${monitor}"`)
    .replace(`port: ${NATS.ports.websocket}`, `port: ${await freePort()}`)
    .replace(NATS_PATHS.pidFile, join(folder, `${index}.pid`))
    .replace(`"${NATS_PATHS.data}"`, `"${join(folder, String(index))}"`);
  const file = join(folder, `${index}.conf`);
  await writeFile(file, `${config}log_file: "${join(folder, `${index}.log`)}"\n`);
  const env = {
    ...serverEnv,
    POD_NAME: `nats-${index}`,
    NATS_ROUTES: routes(serverEnv.ROUTE_PASSWORD),
    NATS_ADVERTISED: variable('NATS_ADVERTISED').replace('$(POD_NAME)', `nats-${index}`),
  };
  const command = process.env.NATS_SERVER_BIN ?? 'nats-server';
  const server = new ServerProcess(command, ['--config', file], client, env);
  await server.start();
  return server;
}

async function open(indices: readonly number[] = [0, 1, 2]): Promise<NatsConnection> {
  return connect({
    servers: indices.map((index) => `127.0.0.1:${ports[index].client}`),
    ignoreClusterUpdates: true,
    noRandomize: true,
    ...natsCredentials({
      ...secrets.credentials('operator'),
      NATS_CA: certificate.authority,
    }),
    maxReconnectAttempts: -1,
  });
}

/** The servers that one of them names to whoever looks for the leader, as KEDA does. */
async function namedBy(index: number): Promise<string[]> {
  const response = await fetch(`http://127.0.0.1:${ports[index].monitor}/varz`);
  const { connect_urls: urls = [] } = (await response.json()) as { connect_urls?: string[] };
  return urls.sort();
}

test('servers find each other by password and certificate, and a stream and the list outlive the one that leads it', async () => {
  const connection = await open();
  const manager = await connection.jetstreamManager({ checkAPI: false });
  await eventually('a stream of three copies', 30_000, async () => {
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'], num_replicas: 3 });
    return true;
  });
  for (let index = 0; index < 20; index++) await connection.jetstream().publish('kept');

  const { cluster } = await manager.streams.info('KEPT');
  const leader = Number(cluster!.leader!.slice('nats-'.length));
  const urls = HOSTS.map((host) => `${host}:${NATS.ports.client}`);
  await expect(namedBy(leader)).resolves.toEqual(urls);
  await servers[leader].stop('SIGKILL');

  await eventually('another server that leads', 30_000, async () => {
    const info = await manager.streams.info('KEPT');
    return info.cluster!.leader !== `nats-${leader}` && info.state.messages === 20;
  });
  await expect(namedBy((leader + 1) % 3)).resolves.toEqual(
    urls.filter((_url, index) => index !== leader),
  );
  await connection.close();
});

test('whoever follows a stream goes on when the server that sends to it is lost', async () => {
  for (const index of HOSTS.keys()) {
    await servers[index].stop();
    servers[index] = await startServer(index);
  }
  const connection = await open([0]);
  const manager = await connection.jetstreamManager({ checkAPI: false });
  await eventually('three servers', 30_000, async () => {
    const { cluster } = await manager.streams.info('KEPT');
    return cluster!.replicas!.filter(({ current }) => current).length === 2;
  });
  const { state } = await manager.streams.info('KEPT');
  const seen: number[] = [];
  let sender = 0;
  let follower!: StreamFollower;
  for (let attempt = 0; sender === 0 && attempt < 20; attempt++) {
    seen.length = 0;
    follower = await StreamFollower.open(connection, {
      stream: 'KEPT',
      subjects: ['kept'],
      start: { sequence: 1 },
      atOnce: 10,
    });
    void note(follower, seen);
    await eventually('what is stored', 10_000, async () => seen.length === state.messages);
    const consumers = await manager.consumers.list('KEPT').next();
    sender = Number(consumers.at(-1)!.cluster!.leader!.slice('nats-'.length));
    if (sender === 0) {
      follower.stop();
      for (const { name } of consumers) await manager.consumers.delete('KEPT', name);
    }
  }
  expect(sender).toBeGreaterThan(0);

  await servers[sender].stop('SIGKILL');

  await eventually('a stream that takes more', 30_000, async () => {
    await connection.jetstream().publish('kept', '', { msgID: 'after the loss' });
    return true;
  });
  await eventually('the message after the loss', 40_000, async () => seen.length > state.messages);
  expect(seen).toEqual(Array.from({ length: state.messages + 1 }, (_each, index) => index + 1));
  follower.stop();
  await connection.close();
}, 150_000);

test('whoever follows a stream goes on when the server that one is connected to led the stream', async () => {
  for (const index of HOSTS.keys()) {
    await servers[index].stop();
    servers[index] = await startServer(index);
  }
  const sender = await open();
  const manager = await sender.jetstreamManager({ checkAPI: false });
  let leader = -1;
  await eventually('three servers', 30_000, async () => {
    const { cluster } = await manager.streams.info('KEPT');
    leader = Number(cluster!.leader!.slice('nats-'.length));
    return cluster!.replicas!.filter(({ current }) => current).length === 2;
  });
  const others = [...HOSTS.keys()].filter((index) => index !== leader);
  // in this order, so that it begins with the leader and has somewhere to go
  const connection = await open([leader, ...others]);
  expect(connection.getServer()).toContain(`:${ports[leader].client}`);
  const { state } = await manager.streams.info('KEPT');
  const seen: number[] = [];
  const follower = await StreamFollower.open(connection, {
    stream: 'KEPT',
    subjects: ['kept'],
    start: { sequence: 1 },
    atOnce: 10,
  });
  const following = note(follower, seen);
  await eventually('what is stored', 10_000, async () => seen.length === state.messages);

  await servers[leader].stop('SIGKILL');

  await eventually('a stream that takes more', 30_000, async () => {
    await sender.jetstream().publish('kept', '', { msgID: 'after its leader' });
    return true;
  });
  await eventually('the message after the loss', 40_000, async () => seen.length > state.messages);
  expect(seen).toEqual(Array.from({ length: state.messages + 1 }, (_each, index) => index + 1));
  follower.stop();
  await following;
  await connection.close();
  await sender.close();
}, 150_000);

async function note(follower: StreamFollower, seen: number[]): Promise<void> {
  for await (const { seq } of follower) seen.push(seq);
}

test('a server that does not know the password does not get in', async () => {
  const stranger = { ...secrets.serverEnv, ROUTE_PASSWORD: 'wrong' };
  ports.push(await freePorts());
  servers.push(await startServer(3, { ...secrets, serverEnv: stranger }));
  await eventually('a refusal', 20_000, async () =>
    /authorization violation/i.test(await readFile(join(folder, '3.log'), 'utf8')),
  );
});

test('nor does one with the password whose certificate another authority signed', async () => {
  ports.push(await freePorts());
  servers.push(await startServer(4, secrets, await natsCertificate()));
  await eventually('a refusal', 20_000, async () =>
    /tls route handshake error.*unknown (certificate )?authority/i.test(
      await readFile(join(folder, '4.log'), 'utf8'),
    ),
  );
});

test('another secret replaces all servers at once, and a single one is only started anew', () => {
  const template = (natsReplicas: number, secretRotation: number, natsTls = true) => {
    const charts = lab({ natsReplicas, secretRotation, natsTls });
    const { spec } = find(charts, 'StatefulSet', 'nats') as unknown as {
      readonly spec: { readonly volumeClaimTemplates: readonly object[] };
    };
    return JSON.stringify(spec.volumeClaimTemplates);
  };
  expect(template(3, 2)).not.toBe(template(3, 1));
  expect(template(3, 1, false)).not.toBe(template(3, 1));
  expect(template(1, 2, false)).toBe(template(1, 1));
});

test.each([2, 4, 0])('fails with %d servers', (natsReplicas) => {
  expect(() => lab({ natsReplicas })).toThrow(/^"natsReplicas" is \d; it must be 1, 3 or 5/);
});

test('one server has no cluster', () => {
  const config = natsConfig({ storage: natsStorageSize('1Gi'), replicas: 1, tls: false });
  expect(config).not.toContain('cluster {');
});
