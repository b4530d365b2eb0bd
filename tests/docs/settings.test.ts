import { readFile } from 'node:fs/promises';
import { PROJECT_FILE, projectFile, SETTINGS_PAGE, settingsPage } from '../../docs/settings';

test('the page of settings follows from the definitions; "npm run docs:settings" writes it', async () => {
  expect(await readFile(SETTINGS_PAGE, 'utf8')).toBe(settingsPage());
});

test('Pulumi.yaml follows from the definitions; "npm run docs:settings" writes it', async () => {
  const text = await readFile(PROJECT_FILE, 'utf8');
  expect(projectFile(text)).toBe(text);
  const outdated = text.replace('default: 10\n', 'default: 11\n');
  expect(outdated).not.toBe(text);
  expect(projectFile(outdated)).toBe(text);
});

test('what Pulumi.yaml says about the project is kept', () => {
  const project = 'name: autoscaling-lab\n# a comment\nruntime: nodejs\n';
  expect(projectFile(`${project}config:\n  old:\n    type: string\n`)).toMatch(
    new RegExp(`^${project}# written by .*\\n# .*\\nconfig:\\n {2}kubeContext:\\n`),
  );
});
