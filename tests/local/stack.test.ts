import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '../../local/lab-error';
import { isLocalStack, stackContext } from '../../local/stack';
import { temporaryFolder } from './support/temporary-folder';

let project: string;

beforeAll(async () => {
  project = await temporaryFolder();
});

const settings = (stack: string, text: string) =>
  writeFile(join(project, `Pulumi.${stack}.yaml`), text);

test.each([
  ['has no settings', undefined],
  ['has empty settings', ''],
  ['has settings of other things', 'config:\n  autoscaling-lab:maxReplicas: 5\n'],
  ['has an empty config', 'config:\n'],
])('a stack that %s is on the local cluster', async (_, text) => {
  if (text !== undefined) await settings('plain', text);
  await expect(stackContext('plain', project)).resolves.toBe('autoscaling-lab');
});

test('a stack is on the context that its settings name, however the stack is named', async () => {
  await settings('cloud', 'config:\n  autoscaling-lab:kubeContext: gke-eu\n');
  await expect(stackContext('cloud', project)).resolves.toBe('gke-eu');
  await expect(stackContext('organization/autoscaling-lab/cloud', project)).resolves.toBe('gke-eu');
});

test('settings that are not YAML are named', async () => {
  await settings('broken', 'config:\n  a: [1\n');
  const reading = stackContext('broken', project);
  await expect(reading).rejects.toThrow(LabError);
  await expect(reading).rejects.toThrow(/^"Pulumi\.broken\.yaml" is not YAML: .*line 3/);
});

test.each([
  ["''", '""'],
  ['5', '5'],
  ['{ secure: v1:abc }', '{"secure":"v1:abc"}'],
])('a context of %s is refused', async (value, shown) => {
  await settings('wrong', `config:\n  autoscaling-lab:kubeContext: ${value}\n`);
  await expect(stackContext('wrong', project)).rejects.toThrow(
    `"autoscaling-lab:kubeContext" in Pulumi.wrong.yaml is ${shown}: give a context name, or omit it for the local cluster`,
  );
});

test("the project's own stack is local", async () => {
  await expect(isLocalStack('dev')).resolves.toBe(true);
});
