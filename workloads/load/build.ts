import { join } from 'node:path';
import { runBuildCommand } from '../staging/build-command';
import { bundlePrograms } from '../staging/bundle-programs';
import { stageFile } from '../staging/stage-packages';

runBuildCommand({
  workload: 'the load generator',
  staged: ['Dockerfile', 'load.cjs', 'run.cjs'],
  stage: async (outDir) => {
    await bundlePrograms(outDir, {
      load: 'workloads/load/main.ts',
      run: 'workloads/load/run.ts',
    });
    await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
  },
});
