import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { RELEASE_MANIFESTS, readManifest } from '../../../infra/release/operator-manifests';
import { temporaryDirectory, writeFile } from '../support/temporary-directory';

const directory = temporaryDirectory();

const MANIFEST =
  '---\nkind: Namespace\nmetadata: {name: keda}\n---\n# nothing\n---\nkind: Service\n';

let pages: http.Server;
let origin: string;

beforeAll(async () => {
  pages = http.createServer((request, response) => {
    response.statusCode = request.url === '/release.yaml' ? 200 : 404;
    response.end(MANIFEST);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});

afterAll(async () => {
  pages.closeAllConnections();
  await new Promise((resolve) => pages.close(resolve));
});

test('names the release pages and files by version', () => {
  expect(RELEASE_MANIFESTS.keda).toEqual({
    url: 'https://github.com/kedacore/keda/releases/download/v2.20.2/keda-2.20.2.yaml',
    file: 'keda-2.20.2.yaml',
  });
  expect(RELEASE_MANIFESTS.metricsServer.file).toBe('metrics-server-0.9.0.yaml');
});

test('reads the documents of a mirror, and leaves empty ones out', async () => {
  writeFile(directory.path, 'keda-2.20.2.yaml', MANIFEST);
  await expect(readManifest(RELEASE_MANIFESTS.keda, directory.path)).resolves.toEqual([
    { kind: 'Namespace', metadata: { name: 'keda' } },
    { kind: 'Service' },
  ]);
});

test('downloads where there is no mirror', async () => {
  const manifest = { url: `${origin}/release.yaml`, file: 'x.yaml' };
  await expect(readManifest(manifest, undefined)).resolves.toHaveLength(2);
});

test('a manifest in parts is one list of documents', async () => {
  const manifest = { url: origin, parts: ['release.yaml', 'release.yaml'], file: 'x.yaml' };
  await expect(readManifest(manifest, undefined)).resolves.toHaveLength(4);
});

test('fails where a part of a manifest is not there', async () => {
  const manifest = { url: origin, parts: ['release.yaml', 'gone.yaml'], file: 'x.yaml' };
  await expect(readManifest(manifest, undefined)).rejects.toThrow(
    `${origin}/gone.yaml answered 404 Not Found`,
  );
});

test('fails on a mirror without the file', async () => {
  await expect(readManifest(RELEASE_MANIFESTS.keda, directory.path)).rejects.toThrow(
    `"manifestMirror": got "${directory.path}", where keda-2.20.2.yaml cannot be read (ENOENT)`,
  );
});

test('a mirror without a manifest of several parts is told which they are', async () => {
  await expect(readManifest(RELEASE_MANIFESTS.vpa, directory.path)).rejects.toThrow(
    /put admission-controller-deployment\.yaml, .+, vpa-v1-crd-gen\.yaml of https:\S+, joined by lines of "---", there under this name/,
  );
});

test.each([
  ['not YAML', 'a: [}', /is not YAML: /],
  ['empty', '---\n', /holds no Kubernetes object; get the file again/],
])('fails on a file that is %s', async (_case, text, message) => {
  writeFile(directory.path, 'keda-2.20.2.yaml', text);
  await expect(readManifest(RELEASE_MANIFESTS.keda, directory.path)).rejects.toThrow(message);
});

test('fails where the page is not there', async () => {
  const url = `${origin}/gone.yaml`;
  await expect(readManifest({ url, file: 'x.yaml' }, undefined)).rejects.toThrow(
    `${url} answered 404 Not Found; check the way to it, or put ${url} into a folder as x.yaml`,
  );
});

test('fails where nobody answers', async () => {
  await expect(
    readManifest({ url: 'http://127.0.0.1:1/x.yaml', file: 'x.yaml' }, undefined),
  ).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/x\.yaml cannot be downloaded: .+; check the way/);
});
