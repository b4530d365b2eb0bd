import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';
import { labEnvironment } from './lab-environment';

interface KubeConfigFile {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: {
    user: { 'client-certificate-data'?: string; 'client-key-data'?: string };
  }[];
}

/** Any object of the API, as far as the tests look at it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: Record<string, unknown>;
  readonly data?: Record<string, string>;
}

/**
 * Speaks to the local cluster beside the provider, as another user would. Paths are the API's own, such
 * as `/api/v1/namespaces`.
 *
 * @returns the object; undefined where it does not exist
 */
export async function kubeApi(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
): Promise<ApiObject | undefined> {
  const { server, ...credentials } = access();
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(path, server),
      { method, ...credentials, headers: { 'Content-Type': contentType } },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          if (response.statusCode === 404) resolve(undefined);
          else if (response.statusCode! >= 400) reject(new Error(`${method} ${path}: ${text}`));
          else resolve(JSON.parse(text) as ApiObject);
        });
      },
    );
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function access() {
  const file = labEnvironment().KUBECONFIG!;
  const config = parse(readFileSync(file, 'utf8')) as KubeConfigFile;
  const cluster = config.clusters[0]!.cluster;
  const user = config.users[0]!.user;
  const decode = (data: string | undefined) =>
    data === undefined ? undefined : Buffer.from(data, 'base64');
  return {
    server: cluster.server,
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
}
