import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { openContext } from '../../infra/cluster/kube-context';
import { userKubeConfig } from '../../local/user-kubeconfig';
import { kubeconfig } from '../infra/support/kubeconfig';
import { temporaryFolder } from './support/temporary-folder';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, '.kube'));
  const files = {
    one: kubeconfig({ lab: 'https://one:1' }),
    two: kubeconfig({ other: 'https://other:3', lab: 'https://two:2' }),
    broken: 'contexts: [}',
    '.kube/config': kubeconfig({ home: 'https://home:1' }),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
});

const environment = (files: readonly string[]) => ({
  HOME: folder,
  KUBECONFIG: files.map((file) => file && join(folder, file)).join(delimiter),
});

const of = (...files: string[]) => userKubeConfig(environment(files));

test('of two entries with one name the first counts, and empty and missing files do not', () => {
  const merged = of('', 'one', 'gone', 'two', '');
  expect(merged.getContexts().map(({ name }) => name)).toEqual(['lab', 'other']);
  expect(merged.getCluster('lab')?.server).toBe('https://one:1');
  expect(merged.getUser('other')?.token).toBe('token-of-other');
});

test('the first file that names a current context decides about it', () => {
  expect(of('one', 'two').getCurrentContext()).toBe('lab');
  expect(of('two', 'one').getCurrentContext()).toBe('other');
});

test('~/.kube/config is read where KUBECONFIG names no file, and only there', () => {
  expect(userKubeConfig({ HOME: folder }).getCurrentContext()).toBe('home');
  expect(of('').getCurrentContext()).toBe('home');
  expect(of('gone').getContexts()).toEqual([]);
  expect(userKubeConfig({ HOME: join(folder, 'gone') }).getContexts()).toEqual([]);
});

test.each([[['', 'one', 'gone', 'two', '']], [['two', 'one']], [['']]])(
  'leads where the program looks, with KUBECONFIG of %j',
  (files) => {
    const config = of(...files);
    for (const { name, cluster } of config.getContexts()) {
      const opened = openContext(name, environment(files));
      expect(config.getCluster(cluster)).toEqual(opened.getCurrentCluster());
    }
  },
);

test('fails on a file that is not a kubeconfig', () => {
  expect(() => of('one', 'broken')).toThrow(
    new RegExp(`^kubeconfig "${join(folder, 'broken')}" cannot be read: .*; fix it`),
  );
});
