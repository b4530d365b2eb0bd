import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { runCommand } from './command';
import type { ImageBuilderName } from '../config/deployment-settings';
import { type ImageBuilder, findBuilder } from './image-builder';
import type { ImageLoader } from './image-loaders/image-loader';
import { withTemporaryFolder } from './temporary-folder';
import { contentTag } from './workload-content';

/** A workload folder, and the way its image takes to the cluster. */
export interface WorkloadImageArgs {
  readonly projectRoot: string;
  /** Folder below `workloads/` with `build.ts` and the Dockerfile. */
  readonly workload: string;
  /** Folders below `workloads/` whose files go in too. */
  readonly shares: readonly string[];
  /** Registry and path in front of the image's name. */
  readonly repository: string;
  readonly baseImage: string;
  /** Platform of the cluster's nodes, for example `linux/amd64`. */
  readonly platform: string;
  /** Platform of this machine's own images. */
  readonly hostPlatform: string;
  /**
   * @default - the image is at its reference already, nothing is built
   */
  readonly loader?: ImageLoader;
  /** Builders in the order in which they are tried. */
  readonly builders: readonly ImageBuilderName[];
  readonly builder: 'auto' | ImageBuilderName;
}

/**
 * A workload folder as an image that the cluster can start. The tag is the hash of the content, so
 * the reference is known before anything is built, and a preview shows a change of the sources.
 * Only an update builds, and only what the cluster does not have: also where the state says that
 * nothing changed, so a cluster that lost its images gets them back.
 */
export class WorkloadImage extends pulumi.ComponentResource {
  /** A plain string, because charts are synchronous. */
  readonly reference: string;
  /** Resolves, to this, when the cluster has the image: what `dependsOn` of its users takes. */
  readonly available: Promise<WorkloadImage>;

  constructor(name: string, args: WorkloadImageArgs, opts?: pulumi.ComponentResourceOptions) {
    const reference = imageReference(args);
    super('autoscaling-lab:infra:WorkloadImage', name, { reference }, opts);
    this.reference = reference;
    this.available = provide(this, args).then(() => this);
    this.registerOutputs({ reference });
  }
}

/** The reference of the image that the workload's present content makes. */
export function imageReference(args: WorkloadImageArgs): string {
  const tag = contentTag({
    projectRoot: args.projectRoot,
    folders: [args.workload, ...args.shares].map((folder) => `workloads/${folder}`),
    baseImage: args.baseImage,
    platform: args.platform,
  });
  return `${args.repository}/${args.workload}:${tag}`;
}

async function provide(image: WorkloadImage, args: WorkloadImageArgs): Promise<void> {
  const { loader } = args;
  if (pulumi.runtime.isDryRun() || loader === undefined) return;
  if (await loader.has(image.reference)) return;
  await provideImage(image.reference, args, loader, (message) =>
    pulumi.log.info(message, image, undefined, true),
  );
}

/**
 * Builds an image and brings it to the cluster. Nothing half-made stays: the tag appears with the
 * last step of a successful build, and everything else is in a temporary folder.
 */
export async function provideImage(
  reference: string,
  args: WorkloadImageArgs,
  loader: ImageLoader,
  report: (message: string) => Promise<void>,
): Promise<void> {
  const started = Date.now();
  const builder = await findBuilder(args.builder, args.builders);
  await withTemporaryFolder(async (context) => {
    await report(`staging ${args.workload}`);
    await stage(args, context);
    await report(`building ${reference} with ${builder.name}`);
    await build(reference, args, builder, context);
  });
  await report(`bringing ${reference} to the cluster`);
  await loader.load(reference, builder);
  await report(`${reference} is there after ${Math.round((Date.now() - started) / 1000)} s`);
}

async function stage(args: WorkloadImageArgs, folder: string): Promise<void> {
  const script = path.join(args.projectRoot, 'workloads', args.workload, 'build.ts');
  await runCommand(
    process.execPath,
    [require.resolve('tsx/cli'), script, folder, '--platform', args.platform],
    args.projectRoot,
  );
}

async function build(
  reference: string,
  args: WorkloadImageArgs,
  builder: ImageBuilder,
  context: string,
): Promise<void> {
  await builder.build({
    reference,
    context,
    dockerfile: path.join(args.projectRoot, 'workloads', args.workload, 'Dockerfile'),
    baseImage: args.baseImage,
    ...(args.platform !== args.hostPlatform && { foreignPlatform: args.platform }),
  });
}
