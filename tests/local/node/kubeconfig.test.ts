import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { localKubeconfig } from '../../../local/node/kubeconfig';
import { temporaryFolder } from '../support/temporary-folder';

// what kubeadm writes, with the certificates cut short
const ADMIN = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Y2E=
    server: https://10.90.0.1:6443
  name: autoscaling-lab
contexts:
- context:
    cluster: autoscaling-lab
    user: kubernetes-admin
  name: kubernetes-admin@autoscaling-lab
current-context: kubernetes-admin@autoscaling-lab
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: Y2VydA==
    client-key-data: a2V5
`;

test("the administrator's kubeconfig is turned to the published port and the lab's context", async () => {
  const root = await temporaryFolder();
  await mkdir(join(root, 'etc/kubernetes'), { recursive: true });
  await writeFile(join(root, 'etc/kubernetes/admin.conf'), ADMIN);
  const ports = { api: 7443, nats: 7222, prometheus: 7091, page: 7080 };
  expect(parse(await localKubeconfig(root, ports))).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'autoscaling-lab',
    clusters: [
      {
        name: 'autoscaling-lab',
        cluster: { server: 'https://127.0.0.1:7443', 'certificate-authority-data': 'Y2E=' },
      },
    ],
    contexts: [
      {
        name: 'autoscaling-lab',
        context: { cluster: 'autoscaling-lab', user: 'kubernetes-admin' },
      },
    ],
    users: [
      {
        name: 'kubernetes-admin',
        user: { 'client-certificate-data': 'Y2VydA==', 'client-key-data': 'a2V5' },
      },
    ],
  });
});
