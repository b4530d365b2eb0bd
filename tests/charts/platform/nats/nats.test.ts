import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { natsConfig, natsStorageSize } from '../../../../charts/platform/nats/nats-config';
import { natsSecrets } from '../../../support/nats-secrets';
import { find, findObject, lab } from '../../support/lab';

const run = promisify(execFile);
const natsServer = process.env.NATS_SERVER_BIN ?? 'nats-server';

const plain = (storage: string) =>
  natsConfig({ storage: natsStorageSize(storage), replicas: 1, tls: false });

async function serverChecks(config: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-config-'));
  try {
    const file = join(folder, 'nats.conf');
    await writeFile(file, config);
    const env = { ...process.env, ...natsSecrets().serverEnv, POD_NAME: 'nats-0' };
    const { stderr } = await run(natsServer, ['-t', '--config', file], { env });
    return stderr;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a real server takes the configuration', async () => {
  expect(await serverChecks(plain('2Gi'))).toMatch(/is valid/);
});

test('the file store leaves a tenth of the volume free', () => {
  expect(plain('10Gi')).toContain(`max_file_store: ${Math.floor(10 * 1024 ** 3 * 0.9)}`);
});

test('the pod mounts the configuration by a name that changes with its content', () => {
  const nameFor = (natsStorage: string) =>
    find(lab({ natsStorage }), 'ConfigMap', /^nats-config-/).metadata.name;
  const name = nameFor('2Gi');

  expect(find(lab(), 'StatefulSet', 'nats')).toMatchObject({
    spec: { template: { spec: { volumes: [{ configMap: { name } }, { name: 'run' }] } } },
  });
  expect(nameFor('3Gi')).not.toBe(name);
});

test('the server has its configuration and its headless Service first', () => {
  expect(findObject(lab(), 'StatefulSet', 'nats').dependsOn).toEqual(
    expect.arrayContaining(['Nats/Config', 'Nats/HeadlessService']),
  );
});

test('with TLS every client has the authority and asks for it by the scheme of the URL', () => {
  const environments = (natsTls: boolean) =>
    lab({ natsTls })
      .flatMap(({ objects }) => objects)
      .map(({ manifest }) => JSON.stringify(manifest))
      .filter((manifest) => manifest.includes('"NATS_PASSWORD"'));

  expect(environments(true)).toHaveLength(5);
  for (const environment of environments(true)) {
    expect(environment).toContain('"tls://nats.messaging.svc.cluster.local:4222"');
    expect(environment).toContain(`"key":"NATS_CA"`);
  }
  for (const environment of environments(false)) expect(environment).not.toContain('NATS_CA');
});

test('its files are on a volume of the size that was asked for', () => {
  expect(find(lab({ natsStorage: '5Gi' }), 'StatefulSet', 'nats')).toMatchObject({
    spec: {
      serviceName: 'nats-headless',
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '5Gi' } } } },
      ],
    },
  });
});

test('it may take longer to stop than its clients take to leave', () => {
  const { data } = find(lab(), 'ConfigMap', /^nats-config-/);
  const { spec } = find(lab(), 'StatefulSet', 'nats');
  const { template } = spec as { template: { spec: { terminationGracePeriodSeconds: number } } };
  const config = (data as Record<string, string>)['nats.conf'];
  const lameDuckSeconds = Number(/lame_duck_duration: "(\d+)s"/.exec(config)?.[1]);

  expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(lameDuckSeconds);
});

test.each(['nats', 'nats-headless'])(
  'Service %s has the ports and selects by name only',
  (name) => {
    expect(find(lab(), 'Service', name)).toMatchObject({
      spec: {
        ports: [
          { name: 'client', port: 4222 },
          { name: 'monitor', port: 8222 },
          { name: 'websocket', port: 8080 },
        ],
      },
    });
    expect(find(lab(), 'Service', name)).toHaveProperty('spec.selector', {
      'app.kubernetes.io/name': 'nats',
    });
  },
);

test('clients outside the cluster get a node port where one is asked for, and only clients', () => {
  expect(find(lab(), 'Service', 'nats-external')).toMatchObject({
    spec: { type: 'NodePort', ports: [{ name: 'client', port: 4222, nodePort: 30422 }] },
  });
  expect(() => find(lab({ natsNodePort: undefined }), 'Service', 'nats-external')).toThrow(
    '0 objects',
  );
});

test.each(['2', '2GB', '0Gi', '-1Gi', '1.5Gi', ''])('fails when the storage is "%s"', (size) => {
  expect(() => lab({ natsStorage: size })).toThrow(
    `"natsStorage" is "${size}"; it must be a whole number of Mi, Gi or Ti, for example "2Gi"`,
  );
});

test('fails when the storage is less than twice what the answers reserve', () => {
  expect(() => lab({ natsStorage: '1023Mi' })).toThrow(
    /^"natsStorage" is "1023Mi"; it must be at least 1024Mi, because the stream "MEME_RESPONSES"/,
  );
});

test.each([4222, 29999, 32768, 30000.5])('fails when the node port is %d', (natsNodePort) => {
  expect(() => lab({ natsNodePort })).toThrow(
    `"natsNodePort" is ${natsNodePort}; it must be a whole number from 30000 to 32767`,
  );
});
