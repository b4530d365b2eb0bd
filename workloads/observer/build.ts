import { join } from 'node:path';
import { runBuildCommand } from '../staging/build-command';
import { bundlePrograms } from '../staging/bundle-programs';
import { stageFile } from '../staging/stage-packages';

runBuildCommand({
  workload: 'the observer',
  staged: ['Dockerfile', 'observer.cjs'],
  stage: async (outDir) => {
    await bundlePrograms(outDir, { observer: 'workloads/observer/main.ts' });
    await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
  },
});
