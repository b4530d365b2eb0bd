import { createRequire } from 'node:module';
import { join } from 'node:path';
import { exitWithParent } from '../exit-with-parent';

const PROVIDER = '@pulumi/pulumi/cmd/dynamic-provider';

exitWithParent();
// the engine starts it in the program's folder: the provider is the one of the program's own SDK
createRequire(join(process.cwd(), 'package.json'))(PROVIDER);
