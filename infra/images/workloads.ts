/** What an image of this project is made of beyond its own folder below `workloads/`. */
export interface WorkloadSources {
  /** Component of the `images` setting that the image is built on. */
  readonly base: 'node' | 'nginx';
  /** Further folders below `workloads/` that its program is bundled or staged from. */
  readonly shares: readonly string[];
}

const NODE_PROGRAM: WorkloadSources = { base: 'node', shares: ['process', 'protocol', 'staging'] };

/** The images that are built from this project, by their folder below `workloads/`. */
export const WORKLOADS = {
  worker: NODE_PROGRAM,
  'auth-callout': NODE_PROGRAM,
  observer: NODE_PROGRAM,
  load: NODE_PROGRAM,
  frontend: { base: 'nginx', shares: ['protocol'] },
} as const satisfies Readonly<Record<string, WorkloadSources>>;

/** One of {@link WORKLOADS}. */
export type WorkloadName = keyof typeof WORKLOADS;

/** See {@link WORKLOADS}; their components in the `images` setting have the same names. */
export const WORKLOAD_NAMES = Object.keys(WORKLOADS) as readonly WorkloadName[];
