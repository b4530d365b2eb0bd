import * as path from 'node:path';
import { clusterProvider } from '../../../infra/cluster/cluster-provider';
import { recordResources } from '../support/recorded-resources';

const before = process.env.KUBECONFIG;

afterEach(() => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

test('gets the name of the context, and nothing of where this machine has its kubeconfig', async () => {
  process.env.KUBECONFIG = ['/home/me/one', '/home/me/two', ''].join(path.delimiter);
  const registrations = recordResources();
  await new Promise((resolve) => clusterProvider('lab').urn.apply(resolve));
  const [{ inputs }] = registrations;
  expect(inputs).toMatchObject({ context: 'lab', kubeconfig: '' });
  expect(JSON.stringify(inputs)).not.toContain('/home/me');
});
