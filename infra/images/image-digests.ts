import * as pulumi from '@pulumi/pulumi';
import { type ReleasedImages, UNSERVED_REPOSITORY } from './images';
import { askRegistry } from './registry';
import { UserError } from '../user-error';
import { type WorkloadReferences } from './workload-builds';
import { type WorkloadName } from './workloads';

/** An image of this project, and when its registry has it. */
export interface OwnImage {
  readonly reference: string;
  readonly available: Promise<unknown>;
}

/** Everything that the charts start. */
export interface StartedImages {
  readonly images: ReleasedImages;
  readonly workloads: WorkloadReferences;
}

/**
 * Adds to each reference the digest that its registry has under it now: every node then runs the
 * same bytes, whatever the tag comes to mean. An image that only this machine can bring to the
 * cluster keeps its tag, which is the hash of its content.
 *
 * @param builds images that this update may have to push first; a preview before that shows the tag
 * @throws UserError where a registry does not tell
 */
export async function withDigests(
  { images, workloads }: StartedImages,
  builds: ReadonlyMap<WorkloadName, OwnImage>,
): Promise<StartedImages> {
  // they are what images are built on, and run nowhere
  const { node, nginx, ...started } = images;
  const released = await Promise.all(
    Object.entries(started).map(async ([name, reference]) => [name, await pin(reference)]),
  );
  const own = await Promise.all(
    Object.entries(workloads).map(async ([name, reference]) => {
      return [name, await pin(reference, builds.get(name as WorkloadName))];
    }),
  );
  return {
    images: { ...(Object.fromEntries(released) as typeof started), node, nginx },
    workloads: Object.fromEntries(own) as WorkloadReferences,
  };
}

/** @param build the image's own, where this program makes it */
async function pin(reference: string, build?: OwnImage): Promise<string> {
  if (reference.includes('@sha256:') || reference.startsWith(`${UNSERVED_REPOSITORY}/`)) {
    return reference;
  }
  await build?.available;
  const { status, digest } = await askRegistry(reference);
  if (digest !== undefined) return `${reference}@${digest}`;
  if (build !== undefined && pulumi.runtime.isDryRun()) {
    await pulumi.log.info(`the update gives ${reference} its digest, when it has pushed it`);
    return reference;
  }
  throw new UserError(
    `"imageDigests": got "true", but the registry does not tell the digest of "${reference}" (${status}); ` +
      `log in to it, name the image by its digest under "images", or set "imageDigests" to false`,
  );
}
