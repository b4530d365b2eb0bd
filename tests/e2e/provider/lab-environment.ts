import { execFileSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../../local/stack';

const NEEDED = ['KUBECONFIG', 'PULUMI_HOME'] as const;

/**
 * The environment in which the literal Pulumi CLI reaches the local cluster: this process's own, where
 * it has what is needed, else what `npm run -s env` prints.
 */
export function labEnvironment(): NodeJS.ProcessEnv {
  known ??= NEEDED.every((name) => process.env[name]) ? process.env : printedEnvironment();
  return known;
}

// printing it takes seconds, and every command of every test asks
let known: NodeJS.ProcessEnv | undefined;

function printedEnvironment(): NodeJS.ProcessEnv {
  const text = execFileSync('npm', ['run', '-s', 'env'], { cwd: PROJECT_ROOT, encoding: 'utf8' });
  // a shell reads it as any user's would, so quoting needs no second parser
  const printed = execFileSync('bash', ['-c', `${text}\nenv -0`], { encoding: 'utf8' });
  const pairs = printed
    .split('\0')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  return Object.fromEntries(pairs) as NodeJS.ProcessEnv;
}
