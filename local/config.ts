import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { LabError } from './lab-error';

/** The lab's folders on this machine, and the ports it publishes on 127.0.0.1. */
export interface LocalConfig {
  /** Everything that can be rebuilt from pinned sources: tools, root file systems, image archives. Kept by `down`. */
  readonly cacheDir: string;
  /** The running cluster and the stack's state. Removed by `down`. */
  readonly stateDir: string;
  readonly kubeconfig: string;
  readonly ports: PublishedPorts;
  /** Which Pulumi to use: `official`, `built` from its Go module, or `auto`: official if available, else built. */
  readonly pulumi: 'auto' | 'official' | 'built';
}

export interface PublishedPorts {
  /** TCP port of the API server. */
  readonly api: number;
  /** TCP port of NATS for clients. */
  readonly nats: number;
  /** TCP port of Prometheus. */
  readonly prometheus: number;
  /** TCP port of the page's web server. */
  readonly page: number;
}

/** Environment variables that set the published ports. */
export const PORT_VARIABLES: Readonly<Record<keyof PublishedPorts, string>> = {
  api: 'AUTOSCALING_LAB_API_PORT',
  nats: 'AUTOSCALING_LAB_NATS_PORT',
  prometheus: 'AUTOSCALING_LAB_PROMETHEUS_PORT',
  page: 'AUTOSCALING_LAB_PAGE_PORT',
};

/**
 * Reads the local settings from the environment.
 * @throws LabError that lists every invalid variable
 */
export function readLocalConfig(env: NodeJS.ProcessEnv): LocalConfig {
  const faults: string[] = [];
  const port = (name: string, fallback: number) => {
    const raw = env[name] ?? String(fallback);
    const value = Number(raw);
    if (!Number.isInteger(value) || value < 1 || value > 65535)
      faults.push(`"${name}" is "${raw}": give a TCP port from 1 to 65535`);
    return value;
  };
  const folder = (name: string, fallback: string) => {
    const base = env[name] || fallback;
    if (!isAbsolute(base)) faults.push(`"${name}" is "${base}": give an absolute path`);
    return join(base, 'autoscaling-lab');
  };
  const pulumi = env.AUTOSCALING_LAB_PULUMI ?? 'auto';
  if (pulumi !== 'auto' && pulumi !== 'official' && pulumi !== 'built')
    faults.push(`"AUTOSCALING_LAB_PULUMI" is "${pulumi}": give auto, official or built`);

  const stateDir = folder('XDG_STATE_HOME', join(homedir(), '.local', 'state'));
  const config = {
    cacheDir: folder('XDG_CACHE_HOME', join(homedir(), '.cache')),
    stateDir,
    kubeconfig: join(stateDir, 'kubeconfig'),
    ports: {
      api: port(PORT_VARIABLES.api, 16443),
      nats: port(PORT_VARIABLES.nats, 4222),
      prometheus: port(PORT_VARIABLES.prometheus, 9091),
      page: port(PORT_VARIABLES.page, 8080),
    },
    pulumi: pulumi as LocalConfig['pulumi'],
  };
  faults.push(...samePorts(config.ports));
  if (faults.length > 0)
    throw new LabError(`invalid environment variables:\n  ${faults.join('\n  ')}`);
  return Object.freeze(config);
}

function samePorts(ports: PublishedPorts): string[] {
  const names = Object.keys(ports) as (keyof PublishedPorts)[];
  return names.flatMap((name, index) => {
    const other = names.slice(index + 1).find((candidate) => ports[candidate] === ports[name]);
    if (other === undefined) return [];
    const variables = [name, other].map((each) => `"${PORT_VARIABLES[each]}"`);
    return [`${variables.join(' and ')} are both ${ports[name]}: give two different ports`];
  });
}
