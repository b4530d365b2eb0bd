import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error';
import { step } from '../progress';

const TIMEOUT_SECONDS = 180;

/** Deployments that pods need for DNS and storage. */
const NEEDED = [
  ['kube-system', 'coredns'],
  ['local-path-storage', 'local-path-provisioner'],
] as const;

/** Runs kubectl against the cluster. */
export interface Kubectl {
  kubectl(args: readonly string[]): Promise<string>;
}

/**
 * Waits until the API server answers, every node is Ready, and DNS and storage run.
 * @throws LabError that names what is not ready after three minutes
 */
export async function waitUntilReady(cluster: Kubectl, nodes: readonly string[]): Promise<void> {
  await step('waiting for the local cluster', async (report) => {
    const deadline = Date.now() + TIMEOUT_SECONDS * 1000;
    for (;;) {
      const waiting = await notReady(cluster, nodes);
      if (!waiting) return;
      if (Date.now() > deadline)
        throw new LabError(
          `the local cluster is not ready after ${TIMEOUT_SECONDS} s: ${waiting}; "npm run logs -- kubelet" shows why; if it does not recover, recreate it with "npm run down" and "npm run up"`,
        );
      report(waiting);
      await sleep(500);
    }
  });
}

async function notReady(cluster: Kubectl, nodes: readonly string[]): Promise<string | undefined> {
  try {
    await cluster.kubectl(['get', '--raw', '/readyz', '--request-timeout=2s']);
    const ready = '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    for (const name of nodes)
      if ((await cluster.kubectl(['get', 'node', name, ready])) !== 'True')
        return `"${name}" is not Ready`;
    for (const [namespace, name] of NEEDED) {
      const replicas = '--output=jsonpath={.status.readyReplicas}';
      const args = ['get', 'deployment', name, `--namespace=${namespace}`, replicas];
      if (!(Number(await cluster.kubectl(args)) > 0)) return `${name} is not ready`;
    }
    return undefined;
  } catch (error) {
    if (error instanceof LabError) throw error;
    return 'the API server does not answer';
  }
}
