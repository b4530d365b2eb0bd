/** The parts of an image reference. */
export interface ImageReference {
  /** The registry's host, and its port where the reference has one. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

const DOCKER_HUB = 'docker.io';

/**
 * Takes a reference apart as the container tools do.
 *
 * @param reference a name with a tag
 */
export function splitReference(reference: string): ImageReference {
  const colon = reference.lastIndexOf(':');
  const name = reference.slice(0, colon);
  const tag = reference.slice(colon + 1);
  const slash = name.indexOf('/');
  const named = slash !== -1 && isRegistryHost(name.slice(0, slash));
  const host = named ? name.slice(0, slash) : DOCKER_HUB;
  const path = named ? name.slice(slash + 1) : name;
  const isOfficial = host === DOCKER_HUB && !path.includes('/');
  return { host, repository: isOfficial ? `library/${path}` : path, tag };
}

/** Whether the first part of a name is a registry; otherwise it is an account of docker.io. */
export function isRegistryHost(part: string): boolean {
  return part === 'localhost' || /[.:]/.test(part);
}
