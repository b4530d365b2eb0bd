import type { ServiceImage } from '../../charts/core/service';
import { SERVICES } from '../../charts/services';

/** What an image of this project is made of beyond its own folder below `workloads/`. */
export type WorkloadSources = Pick<ServiceImage, 'base' | 'shares'>;

/** One of {@link WORKLOADS}. */
export type WorkloadName = (typeof SERVICES)[number]['image']['folder'];

/** The images that are built from this project, by their folder below `workloads/`. */
export const WORKLOADS = Object.fromEntries<WorkloadSources>(
  SERVICES.map(({ image }) => [image.folder, image]),
) as Readonly<Record<WorkloadName, WorkloadSources>>;

/** See {@link WORKLOADS}; their components in the `images` setting have the same names. */
export const WORKLOAD_NAMES = Object.keys(WORKLOADS) as readonly WorkloadName[];
