import type { ReleasedImages } from './images';
import { type WorkloadImageArgs, imageReference } from './workload-image';
import { WORKLOADS, WORKLOAD_NAMES, type WorkloadName } from './workloads';

/** The reference of each image of this project. */
export type WorkloadReferences = Readonly<Record<WorkloadName, string>>;

/** Which images this project needs, and how those come about that the stack does not name. */
export interface WorkloadBuilds {
  readonly references: WorkloadReferences;
  /** By name; images that the stack names itself are not among them. */
  readonly builds: ReadonlyMap<WorkloadName, WorkloadImageArgs>;
}

/**
 * Plans the images of this project.
 *
 * @param images what the images are built on, by component
 * @param chosen references that the stack takes instead, by component
 * @param common what all builds share
 */
export function workloadBuilds(
  images: ReleasedImages,
  chosen: Readonly<Partial<Record<WorkloadName, string>>>,
  common: Omit<WorkloadImageArgs, 'workload' | 'shares' | 'baseImage'>,
): WorkloadBuilds {
  const builds = new Map<WorkloadName, WorkloadImageArgs>();
  const references = WORKLOAD_NAMES.map((workload) => {
    const reference = chosen[workload];
    if (reference !== undefined) return [workload, reference] as const;
    const { base, shares } = WORKLOADS[workload];
    const build = { ...common, workload, shares, baseImage: images[base] };
    builds.set(workload, build);
    return [workload, imageReference(build)] as const;
  });
  return { references: Object.fromEntries(references) as WorkloadReferences, builds };
}
