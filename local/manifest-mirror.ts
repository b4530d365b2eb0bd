import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import execa from 'execa';
import { contentKey } from './content-key';
import { madeOnce, removeOthers } from './made-once';
import { VERSIONS } from './toolchain/sets';
import { type Toolchain } from './toolchain/toolchain';

/** The source of each operator's release manifest: the kustomization in its pinned module. */
const SOURCES = [
  {
    file: `keda-${VERSIONS.keda}.yaml`,
    set: 'kubernetes',
    module: 'github.com/kedacore/keda/v2',
    folder: 'config/default',
  },
  {
    file: `vpa-${VERSIONS.vpa}.yaml`,
    set: 'kubernetes',
    module: 'k8s.io/autoscaler/vertical-pod-autoscaler',
    folder: 'deploy',
  },
  {
    file: `metrics-server-${VERSIONS.metricsServer}.yaml`,
    set: 'metrics-server',
    module: 'sigs.k8s.io/metrics-server',
    folder: 'manifests/base',
  },
] as const;

/** A folder with the operators' release manifests, rendered from the same modules as their programs. */
export async function manifestMirror(cacheDir: string, toolchain: Toolchain): Promise<string> {
  const kubectl = await toolchain.program('kubernetes', 'kubectl');
  const key = contentKey(JSON.stringify(SOURCES), basename(join(kubectl, '..')));
  const mirror = join(cacheDir, 'manifests', `mirror-${key}`);
  const made = await madeOnce(mirror, async (partial) => {
    await mkdir(partial, { recursive: true });
    for (const { file, set, module, folder } of SOURCES) {
      const source = join(await toolchain.moduleFolder(set, module), folder);
      const { stdout } = await execa(kubectl, ['kustomize', source], { stdin: 'ignore' });
      await writeFile(join(partial, file), `${stdout}\n`);
    }
  });
  if (made) await removeOthers(mirror, 'mirror');
  return mirror;
}
