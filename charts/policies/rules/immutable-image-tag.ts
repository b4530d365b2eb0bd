import { type LabGraph } from './lab-graph';
import { podTemplates } from './pod-template';
import { type RuleViolation } from './rule';

const MOVING_TAGS = new Set([
  'latest',
  'main',
  'master',
  'edge',
  'nightly',
  'stable',
  'lts',
  'dev',
  'alpine',
]);

/** An image reference never changes its content: a tag that moves causes no rollout, or an unplanned one. */
export function immutableImageTag(graph: LabGraph): RuleViolation[] {
  return podTemplates(graph).flatMap(({ object, containers }) =>
    containers.flatMap(({ name, image = '' }) => {
      const fault = faultOf(image);
      if (fault === undefined) return [];
      return {
        path: object.path,
        message: `image of container "${name}" is "${image}", ${fault}; give a full version or a digest`,
      };
    }),
  );
}

function faultOf(image: string): string | undefined {
  if (image.includes('@sha256:')) return undefined;
  // a colon before the last slash belongs to the registry's port
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  if (tag === undefined) return 'which has no tag and so means latest';
  if (MOVING_TAGS.has(tag)) return `whose tag "${tag}" moves`;
  // three digits at most: a longer number is a hash that happens to have no letter
  if (/^v?\d{1,3}(\.\d+)?(-[a-z][a-z0-9.-]*)?$/.test(tag))
    return `whose tag "${tag}" names a major or minor version only`;
  return undefined;
}
