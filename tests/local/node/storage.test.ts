import { parse, parseAllDocuments } from 'yaml';
import { storageManifest } from '../../../local/node/storage';
import { NODE_IMAGES } from '../../../local/images/catalog';
import { imageReference } from '../../../local/images/image';
import { Toolchain } from '../../../local/toolchain/toolchain';
import { temporaryFolder } from '../support/temporary-folder';

const SHELL = 'localhost/autoscaling-lab/base:debian12';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly provisioner?: string;
  readonly data?: Record<string, string>;
  readonly spec?: { readonly template: { readonly spec: { containers: { image: string }[] } } };
}

let objects: readonly Manifest[];

beforeAll(async () => {
  const text = await storageManifest(new Toolchain(await temporaryFolder()), SHELL);
  objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}, 240_000);

const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);

test("the release's StorageClass is the default one", () => {
  expect(ofKind('StorageClass')).toEqual([
    expect.objectContaining({
      metadata: {
        name: 'local-path',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      },
      provisioner: 'rancher.io/local-path',
    }),
  ]);
});

test('every image is one that this machine makes', () => {
  const made = NODE_IMAGES.map(imageReference);
  const images = ofKind('Deployment').flatMap((deployment) =>
    (deployment.spec?.template.spec.containers ?? []).map(({ image }) => image),
  );
  expect(images).toHaveLength(1);
  expect(made).toContain(images[0]);

  const helper = parse(ofKind('ConfigMap')[0]?.data?.['helperPod.yaml'] ?? '') as {
    spec: { containers: { image: string }[] };
  };
  expect(helper.spec.containers.map(({ image }) => image)).toEqual([SHELL]);
  expect(made).toContain(SHELL);
});

test('nothing of the release is left out', () => {
  expect(objects.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['Namespace', 'ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding']),
  );
});
