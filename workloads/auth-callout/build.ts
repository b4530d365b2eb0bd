import { join } from 'node:path';
import { runBuildCommand } from '../staging/build-command';
import { bundlePrograms } from '../staging/bundle-programs';
import { stageFile } from '../staging/stage-packages';

runBuildCommand({
  workload: 'the auth callout',
  staged: ['Dockerfile', 'auth-callout.cjs'],
  stage: async (outDir) => {
    await bundlePrograms(outDir, { 'auth-callout': 'workloads/auth-callout/main.ts' });
    await stageFile(join(__dirname, 'Dockerfile'), join(outDir, 'Dockerfile'));
  },
});
