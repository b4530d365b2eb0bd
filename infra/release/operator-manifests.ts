import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { OPERATOR_VERSIONS } from './versions';
import { UserError } from '../user-error';

/** A release manifest: where it is published, and its file name in a mirror folder. */
export interface ReleaseManifest {
  readonly url: string;
  /**
   * The files below the URL that make up the manifest.
   *
   * @default - the URL is the manifest
   */
  readonly parts?: readonly string[];
  readonly file: string;
}

/** The release manifests that the lab installs. */
export const RELEASE_MANIFESTS = {
  keda: {
    url: `https://github.com/kedacore/keda/releases/download/v${OPERATOR_VERSIONS.keda}/keda-${OPERATOR_VERSIONS.keda}.yaml`,
    file: `keda-${OPERATOR_VERSIONS.keda}.yaml`,
  },
  vpa: {
    url: `https://raw.githubusercontent.com/kubernetes/autoscaler/vertical-pod-autoscaler-${OPERATOR_VERSIONS.vpa}/vertical-pod-autoscaler/deploy`,
    // what the kustomization there lists
    parts: [
      'admission-controller-deployment.yaml',
      'admission-controller-service.yaml',
      'recommender-deployment.yaml',
      'updater-deployment.yaml',
      'vpa-rbac.yaml',
      'vpa-v1-crd-gen.yaml',
    ],
    file: `vpa-${OPERATOR_VERSIONS.vpa}.yaml`,
  },
  metricsServer: {
    url: `https://github.com/kubernetes-sigs/metrics-server/releases/download/v${OPERATOR_VERSIONS.metricsServer}/components.yaml`,
    file: `metrics-server-${OPERATOR_VERSIONS.metricsServer}.yaml`,
  },
} as const satisfies Record<string, ReleaseManifest>;

const DOWNLOAD_TIMEOUT_MS = 30_000;

/**
 * Reads a release manifest: from the mirror folder where one is given, otherwise from its page.
 *
 * @returns the documents as plain objects, empty ones left out
 * @throws UserError that names the file or URL, what was got, and what to do
 */
export async function readManifest(
  manifest: ReleaseManifest,
  mirror: string | undefined,
): Promise<object[]> {
  return mirror === undefined
    ? parseManifest(await download(manifest), manifest.url)
    : parseManifest(await readMirror(manifest, mirror), path.join(mirror, manifest.file));
}

async function readMirror(manifest: ReleaseManifest, mirror: string): Promise<string> {
  const { file } = manifest;
  try {
    return await fs.readFile(path.join(mirror, file), 'utf8');
  } catch (error) {
    throw new UserError(
      `"manifestMirror": got "${mirror}", where ${file} cannot be read (${(error as NodeJS.ErrnoException).code}), ` +
        `allowed: a folder with that file; put ${origin(manifest)} there under this name, or remove the setting`,
    );
  }
}

function origin({ url, parts }: ReleaseManifest): string {
  return parts === undefined ? url : `${parts.join(', ')} of ${url}, joined by lines of "---",`;
}

async function download(manifest: ReleaseManifest): Promise<string> {
  const { url, parts, file } = manifest;
  const advice = `check the way to it, or put ${origin(manifest)} into a folder as ${file} and name the folder: pulumi config set manifestMirror <folder>`;
  const pages = parts?.map((part) => `${url}/${part}`) ?? [url];
  const texts = await Promise.all(pages.map((page) => downloadPage(page, advice)));
  return texts.join('\n---\n');
}

async function downloadPage(url: string, advice: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
    if (response.ok) return await response.text();
  } catch (error) {
    throw new UserError(`${url} cannot be downloaded: ${reasonOf(error as Error)}; ${advice}`);
  }
  throw new UserError(`${url} answered ${response.status} ${response.statusText}; ${advice}`);
}

// fetch says only "fetch failed"; what failed is in the cause
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function parseManifest(text: string, source: string): object[] {
  // the checks for people's own typing take most of the time on a release of ten thousand lines
  const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false });
  const broken = Array.isArray(documents)
    ? documents.flatMap((document) => document.errors)[0]
    : undefined;
  if (broken !== undefined) {
    throw new UserError(
      `${source} is not YAML: ${broken.message.split('\n')[0]}; get the file again`,
    );
  }
  const objects = [...documents].map((document) => document.toJS() as unknown);
  const manifests = objects.filter((object): object is object => isObject(object));
  if (manifests.length === 0) {
    throw new UserError(`${source} holds no Kubernetes object; get the file again`);
  }
  return manifests;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
