import { faultOf, runCommand } from '../command';
import { UserError } from '../../user-error';

/** What kind and k3d make their nodes with. */
const ENGINES = ['docker', 'podman'] as const;

/**
 * Whether containerd on each of these nodes, which are containers of docker or podman, has the image.
 *
 * @throws UserError where neither has them
 */
export async function containerdHas(nodes: readonly string[], reference: string): Promise<boolean> {
  const [first] = nodes;
  if (first === undefined) return false;
  const engine = await engineOf(first);
  for (const node of nodes) {
    const list = ['ctr', '--namespace', 'k8s.io', 'images', 'list', '-q', `name==${reference}`];
    if ((await runCommand(engine, ['exec', node, ...list])).trim() === '') return false;
  }
  return true;
}

// both may be installed, so it is the node that tells
async function engineOf(node: string): Promise<string> {
  const faults: string[] = [];
  for (const engine of ENGINES) {
    const fault = await faultOf(engine, ['container', 'inspect', '--format', '{{.Id}}', node]);
    if (fault === undefined) return engine;
    faults.push(`${engine}: ${fault}`);
  }
  throw new UserError(
    `the node "${node}" cannot be asked which images it has (${faults.join('; ')}); ` +
      'run this where the cluster was made, and as who made it',
  );
}
