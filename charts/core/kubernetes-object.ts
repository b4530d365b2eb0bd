/** A Kubernetes object as plain data: what a manifest file holds, and what a chart renders. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

/** The metadata that charts and rules look at. */
export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/**
 * Checks that parsed manifest documents are Kubernetes objects.
 *
 * @param documents parsed YAML or JSON documents
 * @param source what the documents came from, for the message
 * @throws where the list is empty, or a document has no `apiVersion`, `kind` or `metadata.name`
 */
export function toKubernetesObjects(
  documents: readonly unknown[],
  source: string,
): KubernetesObject[] {
  if (documents.length === 0) {
    throw new Error(
      `"${source}" is an empty list; pass the parsed documents of the upstream release manifest`,
    );
  }
  return documents.map((document, index) => {
    if (!isKubernetesObject(document)) {
      throw new Error(
        `"${source}[${index}]" is ${describe(document)}; every document must be an object with ` +
          '"apiVersion", "kind" and "metadata.name": check that the manifest is the upstream release',
      );
    }
    return document;
  });
}

function isKubernetesObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return false;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    typeof (metadata as Record<string, unknown>).name === 'string'
  );
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
