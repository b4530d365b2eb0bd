import { type LabContext } from '../../local/lab-context';
import { labEnvironment } from '../../local/lab-environment';

/** Prints the lab's environment as shell commands: `eval "$(npm run --silent env)"`. */
export async function env({ config, toolchain, say }: LabContext, stack: string) {
  const variables = await labEnvironment(config, toolchain, stack, say);
  for (const [name, value] of Object.entries(variables))
    process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
}
