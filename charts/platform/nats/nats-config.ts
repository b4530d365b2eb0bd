import { Size } from 'cdk8s';
import { NATS } from '../../../workloads/protocol/names';
import { RESPONSES_STREAM } from '../../../workloads/protocol/streams';
import { SIZE_PATTERN } from '../../core/setting';
import { check } from '../../core/setting-group';
import { natsAccounts } from './nats-accounts';
import { clusterConfig } from './nats-cluster';
import { NATS_SETTINGS } from './nats-settings';
import { clientTls } from './nats-tls';

/** Where the server finds its files. */
export const NATS_PATHS = {
  config: '/etc/nats-config',
  configFile: 'nats.conf',
  data: '/data',
  run: '/var/run/nats',
  pidFile: '/var/run/nats/nats.pid',
} as const;

/**
 * Longest that clients may take to move away from a server that goes, in seconds. The server refuses
 * less than 30, and takes at most a second for each client.
 */
export const LAME_DUCK_SECONDS = 30;

const MIB = 1024 * 1024;
// base64 adds a third, so a picture of 6 MB fits; the server warns above this
const MAX_PAYLOAD_BYTES = 8 * MIB;
const MEMORY_STORE_BYTES = 64 * MIB;
// the rest of the volume is for indexes and for a block that is being compacted
const FILE_STORE_SHARE = 0.9;

/** What differs from one configuration to another. */
export interface NatsConfigOptions {
  /** Size of the volume, as {@link natsStorageSize} returns it. */
  readonly storage: Size;
  /** Servers of the cluster. */
  readonly replicas: number;
  /** Whether clients and servers must speak TLS. */
  readonly tls: boolean;
}

/**
 * The server's configuration. It holds no secret: what is one is a variable, or a file.
 */
export function natsConfig({ storage, replicas, tls }: NatsConfigOptions): string {
  const fileStore = Math.floor(storage.toMebibytes() * MIB * FILE_STORE_SHARE);
  return [
    // the pod's name, which the server reads from its environment
    'server_name: $POD_NAME',
    `listen: "0.0.0.0:${NATS.ports.client}"`,
    `http: "0.0.0.0:${NATS.ports.monitor}"`,
    `pid_file: "${NATS_PATHS.pidFile}"`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    `lame_duck_duration: "${LAME_DUCK_SECONDS}s"`,
    // told to go, clients need no grace: they find another server at once, or there is none
    'lame_duck_grace_period: "1s"',
    'jetstream {',
    `  store_dir: "${NATS_PATHS.data}"`,
    `  max_memory_store: ${MEMORY_STORE_BYTES}`,
    `  max_file_store: ${fileStore}`,
    '}',
    'websocket {',
    `  port: ${NATS.ports.websocket}`,
    // only the page's web server comes here, and browsers end their TLS in front of that
    '  no_tls: true',
    '}',
    ...(tls ? clientTls() : []),
    ...clusterConfig(replicas, tls),
    ...natsAccounts(),
    '',
  ].join('\n');
}

const VOLUME = { natsStorage: NATS_SETTINGS.natsStorage };
const UNITS: Readonly<Record<string, (amount: number) => Size>> = {
  Mi: (amount) => Size.mebibytes(amount),
  Gi: (amount) => Size.gibibytes(amount),
  Ti: (amount) => Size.tebibytes(amount),
};

/**
 * Reads the size of the NATS volume.
 *
 * @param storage for example `2Gi`
 * @throws where it is not a whole number of Mi, Gi or Ti, or too small for the stream of answers
 */
export function natsStorageSize(storage: string): Size {
  check(VOLUME, { natsStorage: storage });
  const [, amount, unit] = SIZE_PATTERN.exec(storage)!;
  const size = UNITS[unit](Number(amount));
  // the stream of answers reserves its bytes, and the requests need as many again
  const minMebibytes = (2 * RESPONSES_STREAM.maxBytes) / MIB;
  if (size.toMebibytes() < minMebibytes) {
    throw new Error(
      `"natsStorage" is "${storage}"; it must be at least ${minMebibytes}Mi, because the stream ` +
        `"${RESPONSES_STREAM.name}" reserves half of that: give the volume more`,
    );
  }
  return size;
}
