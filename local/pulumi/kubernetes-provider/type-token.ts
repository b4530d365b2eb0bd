/** The apiVersion and the kind that a resource type stands for. */
export interface KubeType {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Reads `kubernetes:apps/v1:Deployment` as apiVersion `apps/v1` and kind `Deployment`. The core group is
 * written `core/v1` in tokens and `v1` in the API.
 *
 * @throws Error for tokens that are not Kubernetes objects (charts, releases, YAML files)
 */
export function parseTypeToken(token: string): KubeType {
  const [pkg, apiVersion, kind, ...rest] = token.split(':');
  if (pkg !== 'kubernetes' || !apiVersion || !kind || rest.length > 0) {
    throw new Error(
      `resource type "${token}" must have the form "kubernetes:<group>/<version>:<Kind>"`,
    );
  }
  return { apiVersion: apiVersion.replace(/^core\//, ''), kind };
}

const NOT_OBJECTS = /^kubernetes:(helm\.sh|yaml|kustomize)(\/v\d+)?:/;

/**
 * Says why a resource type cannot be served here, or nothing where it can.
 *
 * @param kind the kind in the inputs; a patch resource carries the kind of the object it patches
 */
export function refusedType(token: string, kind: string | undefined): string | undefined {
  if (NOT_OBJECTS.test(token)) {
    return `resource type "${token}" is not served by the local provider: use one resource per Kubernetes object`;
  }
  const named = token.split(':').at(-1) ?? '';
  if (named.endsWith('Patch') && kind !== named) {
    return `patch resource "${token}" is not served by the local provider: manage the whole object, or patch it outside of Pulumi`;
  }
  if (named.endsWith('List') && named !== 'List' && /^kubernetes:[a-z.0-9]+\/v/.test(token)) {
    return `list resource "${token}" is not served by the local provider: use one resource per item`;
  }
  return undefined;
}
