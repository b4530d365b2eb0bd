import execa from 'execa';
import { quantity } from '../../../workloads/observer/quantities';
import { REDIS, VPA } from '../../../workloads/protocol/names';
import { printMeasurements, secondsBetween } from '../support/measurements';

const MIB = 1024 * 1024;
const POD = `${REDIS.statefulSet}-0`;
const PREFIX = 'resized';
const LOAD_SECONDS = 150;

// a little less than a mebibyte: with what Redis adds, more would take the allocator's next size
const VALUE_BYTES = MIB - 64;
const PAGE_BYTES = 4096;

// every value holds its own number at its end
const FILL = `
for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  redis.call('SETRANGE', '${PREFIX}:' .. i, ${VALUE_BYTES} - 8, string.format('%08d', i))
end
return 'filled'`;
const COUNT_INTACT = `
local intact = 0
for i = 1, tonumber(ARGV[1]) do
  local key = '${PREFIX}:' .. i
  local whole = redis.call('STRLEN', key) == ${VALUE_BYTES}
  if whole and tonumber(redis.call('GETRANGE', key, -8, -1)) == i then intact = intact + 1 end
end
return intact`;
const REMOVE = `
for i = 1, tonumber(ARGV[1]) do redis.call('UNLINK', '${PREFIX}:' .. i) end
return 'removed'`;

interface Quantities {
  readonly cpu: string;
  readonly memory: string;
}

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly containerID: string;
      readonly restartCount: number;
      readonly ready: boolean;
      readonly resources?: { readonly requests: Quantities; readonly limits: Quantities };
    }[];
  };
}

interface Autoscaler {
  readonly status?: {
    readonly recommendation?: {
      readonly containerRecommendations?: readonly { readonly target: Quantities }[];
    };
  };
}

interface StatefulSet {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly resources: { readonly requests: Quantities } }[];
      };
    };
  };
}

let keys = 0;
let load: PromiseLike<unknown> | undefined;

beforeAll(async () => {
  const declared = await declaredMemory();
  const { requests } = running(await pod());
  // an earlier run left its size, which the history would keep for a day
  if (quantity(requests.memory) > declared || (await advisedMemory()) > declared) {
    await forget(declared);
  }
}, 240_000);

afterAll(async () => {
  if (keys > 0) await script(REMOVE, keys);
  await load;
}, 60_000);

test('a Redis that fills up gets more memory in place, and loses neither a key nor its process', async () => {
  const before = await pod();
  const was = running(before);
  const evicted = await info('evicted_keys');
  const limit = await memoryLimit();
  expect(await maxMemory()).toBe(threeQuarters(limit));
  // nearly what it may hold, so that the advice, with its margin, is above the request
  const room = (await maxMemory()) * 0.95 - (await info('used_memory'));
  keys = Math.floor(room / MIB);
  expect(keys).toBeGreaterThan(100);
  for (let first = 1; first <= keys; first += 50) {
    await script(FILL, first, Math.min(first + 49, keys));
  }
  const filled = Date.now();
  load = startLoad();

  const after = await until('a resized pod', 180, async () => {
    const now = await pod();
    return quantity(running(now).requests.memory) > quantity(was.requests.memory) ? now : undefined;
  });

  const resized = Date.now();
  const is = running(after);
  // the kernel counts in whole pages
  const newLimit = Math.floor(quantity(is.limits.memory) / PAGE_BYTES) * PAGE_BYTES;
  await until('the limit in the cgroup', 30, async () =>
    (await memoryLimit()) === newLimit ? true : undefined,
  );
  await until('maxmemory', 30, async () =>
    (await maxMemory()) === threeQuarters(newLimit) ? true : undefined,
  );
  const followed = Date.now();
  expect(newLimit).toBeGreaterThan(limit);
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(is).toMatchObject({
    containerID: was.containerID,
    restartCount: was.restartCount,
    ready: true,
  });
  expect(Number(await script(COUNT_INTACT, keys))).toBe(keys);
  expect(await info('evicted_keys')).toBe(evicted);
  printMeasurements(`Redis filled with ${keys} MiB and kept busy`, [
    ['resized in place', secondsBetween(filled, resized)],
    ['maxmemory followed', secondsBetween(resized, followed)],
    ['memory request', `${was.requests.memory} to ${is.requests.memory}`],
    ['memory limit', `${was.limits.memory} to ${is.limits.memory}`],
    ['CPU request', `${was.requests.cpu} to ${is.requests.cpu}`],
    ['restarts', String(is.restartCount - was.restartCount)],
    ['keys lost', '0'],
  ]);
}, 400_000);

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa('kubectl', args, { stdin: 'ignore' });
  return stdout;
}

async function read<T>(...args: string[]): Promise<T> {
  return JSON.parse(await kubectl('get', ...args, '--output=json')) as T;
}

const pod = () => read<Pod>('pod', POD, `--namespace=${REDIS.namespace}`);

function running({ status }: Pod) {
  const found = status.containerStatuses?.[0];
  if (!found?.resources) throw new Error(`${POD} does not run: ${JSON.stringify(status)}`);
  return { ...found, ...found.resources };
}

async function declaredMemory(): Promise<number> {
  const namespace = `--namespace=${REDIS.namespace}`;
  const { spec } = await read<StatefulSet>('statefulset', REDIS.statefulSet, namespace);
  return quantity(spec.template.spec.containers[0]?.resources.requests.memory ?? '');
}

async function advisedMemory(): Promise<number> {
  const namespace = `--namespace=${REDIS.namespace}`;
  const { status } = await read<Autoscaler>('vpa', REDIS.statefulSet, namespace);
  const [advice] = status?.recommendation?.containerRecommendations ?? [];
  return advice ? quantity(advice.target.memory) : 0;
}

/** Runs a command in the container of Redis, which has the password in its environment. */
function inRedis(...command: string[]): Promise<string> {
  return kubectl('exec', POD, `--namespace=${REDIS.namespace}`, '--', ...command);
}

const script = (lua: string, ...args: number[]) =>
  inRedis('redis-cli', 'eval', lua, '0', ...args.map(String));

/** Keeps Redis busy for as long as its keys are there, and never longer than a test lasts. */
function startLoad(): PromiseLike<unknown> {
  const call = `redis-cli eval "for i = 1, 200000 do redis.call('EXISTS', 'none') end" 0`;
  const isFull = `[ "$(redis-cli exists ${PREFIX}:1)" = 1 ] && [ $(date +%s) -lt $end ]`;
  const loop = `end=$(($(date +%s) + ${LOAD_SECONDS})); while ${isFull}; do ${call}; done`;
  const args = ['exec', POD, `--namespace=${REDIS.namespace}`, '--', 'sh', '-c', loop];
  return execa('kubectl', args, { stdin: 'ignore', stdout: 'ignore', reject: false });
}

async function info(field: string): Promise<number> {
  const text = await inRedis('redis-cli', 'info');
  const value = new RegExp(`^${field}:(\\d+)`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`no "${field}" in:\n${text}`);
  return Number(value);
}

const maxMemory = () => info('maxmemory');

/** The memory limit that the kernel holds the container to. */
async function memoryLimit(): Promise<number> {
  const root = '/sys/fs/cgroup';
  const files = `cat ${root}/memory.max 2>/dev/null || cat ${root}/memory/memory.limit_in_bytes`;
  return Number(await inRedis('sh', '-c', files));
}

const threeQuarters = (limit: number) => Math.floor(limit / 4) * 3;

/** Has the recommender begin anew, and Redis start at the size that is declared for it. */
async function forget(declared: number): Promise<void> {
  const vpa = `--namespace=${VPA.namespace}`;
  const cache = `--namespace=${REDIS.namespace}`;
  await inRedis('redis-cli', 'eval', `return redis.call('FLUSHALL')`, '0');
  const scale = (replicas: number) =>
    kubectl('scale', 'deployment/vpa-recommender', `--replicas=${replicas}`, vpa);
  await scale(0);
  try {
    const recommender = '--selector=app=vpa-recommender';
    await kubectl('wait', 'pod', recommender, '--for=delete', '--timeout=60s', vpa);
    await kubectl('delete', 'verticalpodautoscalercheckpoint', '--all', cache);
  } finally {
    await scale(1);
  }
  await until('advice without the history', 120, async () =>
    (await advisedMemory()) <= declared ? true : undefined,
  );
  await kubectl('delete', 'pod', POD, cache);
  await kubectl('wait', 'pod', POD, '--for=condition=Ready', '--timeout=60s', cache);
}

async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  for (const deadline = Date.now() + seconds * 1000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
