import type { ApiClient } from './api-client';
import { isNotFound, UnknownKindError } from './api-error';

/** Where the objects of one kind live in the API. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in URLs, such as `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ResourceList {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
}

/** Asks the cluster which kinds it has, one apiVersion at a time, and remembers what it said. */
export class Discovery {
  readonly #known = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly client: ApiClient) {}

  /**
   * Finds where objects of a kind live. A kind that is missing is asked for again on each call: its
   * definition may just have been created.
   *
   * @throws UnknownKindError where the cluster does not have the kind
   */
  async find(apiVersion: string, kind: string): Promise<ApiResource> {
    const known = await this.#known.get(apiVersion)?.catch(() => undefined);
    const match = (resources: readonly ApiResource[] | undefined) =>
      resources?.find((resource) => resource.kind === kind);
    const found = match(known) ?? match(await this.#ask(apiVersion));
    if (found === undefined) throw new UnknownKindError(apiVersion, kind);
    return found;
  }

  #ask(apiVersion: string): Promise<readonly ApiResource[]> {
    const asked = this.#list(apiVersion);
    this.#known.set(apiVersion, asked);
    return asked;
  }

  async #list(apiVersion: string): Promise<readonly ApiResource[]> {
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { body } = await this.client.request<ResourceList>({ method: 'GET', path });
      return body.resources
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, kind, namespaced }) => ({ apiVersion, kind, plural: name, namespaced }));
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

/** The URL path of one object, or of the list that it is in where the name is left out. */
export function resourcePath(resource: ApiResource, namespace?: string, name?: string): string {
  const { apiVersion, plural, namespaced } = resource;
  return [
    apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    ...(namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : []),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/');
}
