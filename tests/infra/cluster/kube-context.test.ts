import * as path from 'node:path';
import { openContext } from '../../../infra/cluster/kube-context';
import { kubeconfig } from '../support/kubeconfig';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const directory = temporaryDirectory();

const write = (file: string, servers: Record<string, string>) =>
  writeFile(directory.path, file, kubeconfig(servers));

test('opens the named context, not the current one', () => {
  const file = write('config', { first: 'https://first:1', second: 'https://second:2' });
  const config = openContext('second', { KUBECONFIG: file });
  expect(config.getCurrentCluster()?.server).toBe('https://second:2');
  expect(config.getCurrentUser()?.token).toBe('token-of-second');
});

test('reads ~/.kube/config where KUBECONFIG is not set', () => {
  write('.kube/config', { home: 'https://home:1' });
  const config = openContext('home', { HOME: directory.path });
  expect(config.getCurrentCluster()?.server).toBe('https://home:1');
});

test('merges the files of KUBECONFIG as kubectl does: the first one wins', () => {
  const one = write('one', { lab: 'https://one:1' });
  const two = write('two', { lab: 'https://two:2', other: 'https://other:3' });
  const env = {
    KUBECONFIG: ['', one, path.join(directory.path, 'gone'), two].join(path.delimiter),
  };
  expect(openContext('lab', env).getCurrentCluster()?.server).toBe('https://one:1');
  expect(openContext('other', env).getCurrentCluster()?.server).toBe('https://other:3');
});

test('fails where there is no kubeconfig', () => {
  expect(() => openContext('lab', { HOME: directory.path })).toThrow(
    /^"KUBECONFIG": got nothing, and there is no .*\/\.kube\/config, allowed: .*"lab".*npm run up/,
  );
  expect(() => openContext('lab', { KUBECONFIG: '/nowhere/config' })).toThrow(
    /^"KUBECONFIG": got "\/nowhere\/config", allowed: /,
  );
});

test('fails where the context is not there, and names those that are', () => {
  const file = write('config', { first: 'https://first:1', second: 'https://second:2' });
  expect(() => openContext('lab', { KUBECONFIG: file })).toThrow(
    `"kubeContext": got "lab", allowed: "first", "second" in ${file}; set the one to deploy to`,
  );
});

test('fails where the context names a cluster that is not there', () => {
  const file = writeFile(
    directory.path,
    'config',
    kubeconfig({ lab: 'https://lab:1' }).replace('cluster: lab', 'cluster: gone'),
  );
  expect(() => openContext('lab', { KUBECONFIG: file })).toThrow(
    /^"kubeContext": got "lab", whose cluster "gone" is not in /,
  );
});

test('fails on a file that is not a kubeconfig', () => {
  const file = writeFile(directory.path, 'config', 'contexts: [}');
  expect(() => openContext('lab', { KUBECONFIG: file })).toThrow(
    new RegExp(`^kubeconfig "${file}" cannot be read: .*; repair it`),
  );
});
