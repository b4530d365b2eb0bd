import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { parseStackConfig } from './parse-stack-config';
import type { StackConfig } from './settings';
import type { LocalBases } from '../images/images';
import type { LabSecret } from '../secrets/kubernetes-secret';
import { tokenSecret } from '../secrets/token-secret';
import { UserError } from '../user-error';

/** The settings of this stack, and the one value among them that is a secret. */
export interface LoadedConfig {
  readonly settings: StackConfig;
  /** Absent where no Hugging Face token is configured. */
  readonly tokenSecret?: LabSecret;
  /** What the local cluster's workloads are built on, where the environment says so. */
  readonly localBases: LocalBases;
}

/**
 * Reads the configuration of the running stack; nothing else in the program does.
 * `AUTOSCALING_LAB_MANIFESTS` stands in for `manifestMirror` where that is not set;
 * `AUTOSCALING_LAB_NODE_IMAGE` and `AUTOSCALING_LAB_NGINX_IMAGE` are the local cluster's base images.
 *
 * @throws UserError that lists every fault
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const config = new pulumi.Config();
  const encrypted = JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS ?? '[]') as string[];
  const settings = parse(
    valuesOf(config.name),
    encrypted.map((key) => withoutNamespace(key, config.name)),
    env.AUTOSCALING_LAB_MANIFESTS,
  );
  return {
    settings,
    localBases: {
      ...(env.AUTOSCALING_LAB_NODE_IMAGE && { node: env.AUTOSCALING_LAB_NODE_IMAGE }),
      ...(env.AUTOSCALING_LAB_NGINX_IMAGE && { nginx: env.AUTOSCALING_LAB_NGINX_IMAGE }),
    },
    ...(settings.tokenSecret !== undefined && {
      tokenSecret: tokenSecret(settings.tokenSecret, config.requireSecret('hfApiToken')),
    }),
  };
}

function parse(
  raw: Record<string, string>,
  encrypted: readonly string[],
  mirrorFromEnv: string | undefined,
): StackConfig {
  try {
    const config = parseStackConfig(raw, encrypted);
    const mirror = config.manifestMirror ?? mirrorFromEnv;
    return mirror ? Object.freeze({ ...config, manifestMirror: path.resolve(mirror) }) : config;
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

function valuesOf(namespace: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig())
      .filter(([key]) => key.startsWith(`${namespace}:`))
      .map(([key, value]) => [withoutNamespace(key, namespace), value]),
  );
}

function withoutNamespace(key: string, namespace: string): string {
  return key.startsWith(`${namespace}:`) ? key.slice(namespace.length + 1) : key;
}
