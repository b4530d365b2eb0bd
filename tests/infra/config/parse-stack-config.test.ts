import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { parseStackConfig } from '../../../infra/config/parse-stack-config';
import { SETTINGS } from '../../../infra/config/settings';

interface Declaration {
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

const declared = (
  parse(fs.readFileSync(path.join(__dirname, '../../../Pulumi.yaml'), 'utf8')) as {
    readonly config: Record<string, Declaration>;
  }
).config;

// what the engine hands over where a stack file sets nothing
const defaults = Object.fromEntries(
  Object.entries(declared).map(([key, { default: value }]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]),
);

const faultsOf = (raw: Record<string, string>, encrypted: string[] = []): string[] => {
  try {
    parseStackConfig({ ...defaults, ...raw }, encrypted);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
};

test('every key is declared in Pulumi.yaml with type, default and description, and no other', () => {
  expect(Object.keys(declared).sort()).toEqual(Object.keys(SETTINGS).sort());
  for (const declaration of Object.values(declared)) {
    expect(declaration.type).toMatch(/^(string|integer|boolean|object)$/);
    expect(declaration.default).toBeDefined();
    expect(declaration.description.length).toBeGreaterThan(10);
  }
});

test('the declared defaults make a complete, frozen configuration', () => {
  const config = parseStackConfig(defaults);
  expect(config).toEqual({
    kubeContext: 'autoscaling-lab',
    imageLoader: 'auto',
    imageBuilder: 'auto',
    images: {},
    imageDigests: false,
    scalingMode: 'queue',
    drainTarget: 30,
    maxReplicas: 10,
    minReplicas: 0,
    lagThreshold: 5,
    activationLagThreshold: 0,
    pollingInterval: 1,
    cooldownPeriod: 30,
    workerConcurrency: 2,
    workerSecondsPerMeme: 2,
    cacheTtl: 3600,
    coreNats: false,
    rateLimitPerMinute: 0,
    natsStorage: '2Gi',
    natsReplicas: 1,
    natsTls: false,
    networkPolicies: false,
    resourceQuotas: false,
    secretRotation: 1,
    monitoring: 'lab',
    prometheusRelease: 'kube-prometheus-stack',
    grafana: 'anonymous',
    frontendScaleDownWindow: 300,
    readyTimeout: 600,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('what kpi asks is the Prometheus of the lab', () => {
  for (const monitoring of ['none', 'operator']) {
    expect(faultsOf({ scalingMode: 'kpi', monitoring })).toEqual([
      `  "monitoring": got "${monitoring}", allowed: lab where "scalingMode" is "kpi", which asks the lab's own Prometheus; set it to lab or choose another mode`,
    ]);
    expect(faultsOf({ scalingMode: 'queue', monitoring })).toEqual([]);
  }
  expect(faultsOf({ scalingMode: 'kpi' })).toEqual([]);
});

test('lists every fault at once, with key, value, what is allowed and what to do', () => {
  expect(faultsOf({ maxReplicas: 'ten', imageLoader: 'ftp', natsStorage: '2 GB' })).toEqual([
    '  "imageLoader": got "ftp", allowed: auto, push, kind, k3d, minikube, local, none; set it, for example: pulumi config set imageLoader auto',
    '  "maxReplicas": got "ten", allowed: a whole number from 1 to 1000; set it, for example: pulumi config set maxReplicas 10',
    '  "natsStorage": got "2 GB", allowed: a size in Mi, Gi or Ti; set it, for example: pulumi config set natsStorage 2Gi',
  ]);
});

test.each([
  ['maxReplicas', '0'],
  ['maxReplicas', '1001'],
  ['maxReplicas', '3.5'],
  ['maxReplicas', ''],
  ['minReplicas', '-1'],
  ['coreNats', 'yes'],
  ['rateLimitPerMinute', '-1'],
  ['promptDenyList', ' , '],
  ['otlpEndpoint', 'collector:4318'],
  ['otlpEndpoint', 'http://me:secret@collector:4318'],
  ['natsNodePort', '29999'],
  ['natsNodePort', '32768'],
  ['imageRegistry', 'https://registry.example.com'],
  ['imageRegistry', 'registry.example.com/'],
  ['imageRegistry', 'myuser'],
  ['imageRegistry', 'myuser/lab'],
  ['kubeContext', ''],
  ['images', '{'],
  ['images', '{"postgres":"postgres:16.1"}'],
  ['images', '{"nats":"nats"}'],
  ['images', '{"nats":"nats:latest"}'],
  ['images', '{"nats":"registry.example.com:5000/nats"}'],
])('fails on "%s" = %j', (key, value) => {
  expect(faultsOf({ [key]: value })).toEqual([
    expect.stringContaining(`"${key}": got ${JSON.stringify(value).replaceAll('\\"', '"')}`),
  ]);
});

test.each([
  ['images', '{"nats":"registry.example.com:5000/nats:2.14.9"}'],
  ['images', `{"redis":"redis@sha256:${'0a'.repeat(32)}"}`],
  ['imageRegistry', 'localhost:5000/lab'],
  ['imageRegistry', 'localhost/lab'],
  ['imageRegistry', 'registry:5000'],
  ['imageRegistry', 'docker.io/myuser'],
  ['natsNodePort', '30422'],
  ['natsNodePort', '32767'],
])('takes "%s" = %j', (key, value) => {
  expect(faultsOf({ [key]: value })).toEqual([]);
});

test('an account of Docker Hub is told what to write instead', () => {
  expect(faultsOf({ imageRegistry: 'myuser' })[0]).toMatch(
    /"imageRegistry": got "myuser", allowed: .* docker\.io\/myuser;/,
  );
});

test('fails on a key that nobody declared', () => {
  expect(faultsOf({ maxReplica: '3' })).toEqual([
    expect.stringMatching(/^ {2}"maxReplica": no such key; .* maxReplicas/),
  ]);
});

test('fails on a token in plain text, without repeating it', () => {
  const [fault, ...more] = faultsOf({ hfApiToken: 'hf_abc' });
  expect(more).toEqual([]);
  expect(fault).toContain('"hfApiToken": got plain text');
  expect(fault).not.toContain('hf_abc');
});

test('fails on an encrypted token with a space, without repeating it', () => {
  const [fault] = faultsOf({ hfApiToken: 'hf_abc def' }, ['hfApiToken']);
  expect(fault).toContain('"hfApiToken": got a value that does not fit');
  expect(fault).not.toContain('hf_abc');
});

test('takes an encrypted token, and keeps its value out of the settings', () => {
  const config = parseStackConfig({ ...defaults, hfApiToken: 'hf_abc' }, ['hfApiToken']);
  expect(config.tokenSecret).toMatch(/^meme-generator-secrets-[0-9a-f]{10}$/);
  expect(JSON.stringify(config)).not.toContain('hf_abc');
});

test.each<[string, Record<string, string>, RegExp]>([
  ['fewest workers above most', { minReplicas: '11' }, /"minReplicas": got 11, .*\(10\)/],
  ['cooldown within the ack wait', { cooldownPeriod: '20' }, /"cooldownPeriod": got 20, .*20 sec/],
  ['more in flight than the consumer allows', { maxReplicas: '501' }, /1000 .*not 1002/],
  ['push without a registry', { imageLoader: 'push' }, /"imageRegistry": got nothing/],
  [
    'a registry with another loader',
    { imageLoader: 'kind', imageRegistry: 'r.example.com' },
    /"imageLoader": got "kind"/,
  ],
])('fails on %s', (_case, raw, message) => {
  expect(faultsOf(raw)).toEqual([expect.stringMatching(message)]);
});

test('faults between keys are listed beside the faults of single keys', () => {
  const raw = { ...defaults, lagThreshold: '0', minReplicas: '12', cooldownPeriod: '5' };

  expect(() => parseStackConfig(raw)).toThrow(
    /has 3 fault\(s\)[^]*"lagThreshold"[^]*"minReplicas": got 12[^]*"cooldownPeriod": got 5/,
  );
});
