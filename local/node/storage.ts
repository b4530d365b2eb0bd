import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { REPOSITORY } from '../images/image';
import { VERSIONS } from '../toolchain/sets';
import { type Toolchain } from '../toolchain/toolchain';

const MODULE = 'github.com/rancher/local-path-provisioner';

interface Manifest {
  kind: string;
  metadata: { annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec?: { template: { spec: { containers: { image: string; command?: string[] }[] } } };
}

/**
 * The manifest of the storage provisioner from its pinned module, with images that are made here
 * and its StorageClass as the cluster's default.
 */
export async function storageManifest(toolchain: Toolchain, shellImage: string): Promise<string> {
  const folder = await toolchain.moduleFolder('kubernetes', MODULE);
  const text = await readFile(join(folder, 'deploy/local-path-storage.yaml'), 'utf8');
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  for (const object of objects) {
    if (object.kind === 'StorageClass')
      object.metadata.annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    for (const container of object.spec?.template.spec.containers ?? [])
      container.image = `${REPOSITORY}/local-path-provisioner:${VERSIONS.localPathProvisioner}`;
    if (object.data?.['helperPod.yaml'])
      object.data['helperPod.yaml'] = object.data['helperPod.yaml'].replace(
        'image: busybox',
        `image: ${shellImage}`,
      );
  }
  return objects.map((object) => stringify(object)).join('---\n');
}
