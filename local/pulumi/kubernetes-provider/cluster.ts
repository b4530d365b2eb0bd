import type { KubeConfig } from '@kubernetes/client-node';
import { ApiClient } from './api-client';
import { isNotFound } from './api-error';
import { Discovery, resourcePath, type ApiResource } from './discovery';
import type { KubeObject, ObjectReference } from './kube-object';

/** How an object is applied. */
export interface ApplyOptions {
  readonly fieldManager: string;
  /** Whether the server only rehearses. @default false */
  readonly dryRun?: boolean;
  /** Whether fields of other managers are taken. @default false */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Told what the server warns of: deprecated fields, pod security. */
  readonly onWarning?: (warning: string) => void;
}

/** The objects of one cluster, of any kind that it has. */
export class Cluster {
  readonly defaultNamespace: string;
  readonly #client: ApiClient;
  readonly #discovery: Discovery;

  constructor(kube: KubeConfig, namespace: string | undefined) {
    this.#client = new ApiClient(kube);
    this.#discovery = new Discovery(this.#client);
    const context = kube.getContextObject(kube.getCurrentContext());
    this.defaultNamespace = namespace ?? context?.namespace ?? 'default';
  }

  /**
   * Finds where objects of a kind live.
   *
   * @throws UnknownKindError where the cluster does not have the kind
   */
  find(apiVersion: string, kind: string): Promise<ApiResource> {
    return this.#discovery.find(apiVersion, kind);
  }

  /** Reads one object; undefined where it does not exist. */
  async get(reference: ObjectReference, signal?: AbortSignal): Promise<KubeObject | undefined> {
    const path = await this.#pathOf(reference);
    try {
      const { body } = await this.#client.request<KubeObject>({ method: 'GET', path, signal });
      return body;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Lists the objects of a kind in a namespace that carry all the labels. */
  async list(
    type: Pick<ObjectReference, 'apiVersion' | 'kind' | 'namespace'>,
    labels: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<KubeObject[]> {
    const resource = await this.find(type.apiVersion, type.kind);
    const labelSelector = Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const { body } = await this.#client.request<{ items: KubeObject[] }>({
      method: 'GET',
      path: resourcePath(resource, type.namespace),
      query: { labelSelector },
      signal,
    });
    return body.items;
  }

  /** Creates or changes an object by server-side apply and answers it as the server keeps it. */
  async apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const { name, namespace } = object.metadata;
    const path = await this.#pathOf({ ...object, name: name ?? '', namespace });
    const { body, warnings } = await this.#client.request<KubeObject>({
      method: 'PATCH',
      path,
      query: {
        fieldManager: options.fieldManager,
        force: options.force ? 'true' : undefined,
        dryRun: options.dryRun ? 'All' : undefined,
      },
      contentType: 'application/apply-patch+yaml',
      body: object,
      signal: options.signal,
    });
    for (const warning of warnings) options.onWarning?.(warning);
    return body;
  }

  /**
   * Asks the server to delete an object; it may live on until its finalizers are done.
   *
   * @param propagation what happens to the objects that it owns; `Foreground` deletes them first
   * @returns whether the object was there
   */
  async delete(
    reference: ObjectReference,
    propagation: string,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const path = await this.#pathOf(reference);
    try {
      await this.#client.request({
        method: 'DELETE',
        path,
        body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: propagation },
        signal,
      });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #pathOf(reference: ObjectReference): Promise<string> {
    const resource = await this.find(reference.apiVersion, reference.kind);
    return resourcePath(resource, reference.namespace, reference.name);
  }
}
