import { type ToolSetName } from '../toolchain/sets';

/** A container image that is made on this machine, because no registry is asked. */
export interface LocalImage {
  /** Repository and tag under {@link REPOSITORY}: `nats:2.14.9`. */
  readonly name: string;
  /** A program of the toolchain and where it belongs in the image. */
  readonly program?: { readonly set: ToolSetName; readonly name: string; readonly path: string };
  /** Debian packages; their files make the image's base. Without any the base is empty. */
  readonly packages?: readonly string[];
  /** A file of this machine that goes into the image. */
  readonly file?: { readonly from: string; readonly path: string };
  readonly entrypoint: readonly string[];
  /** Numeric user; 0 where it is left out. */
  readonly user?: number;
}

/** The name says that these were made here: they are not what upstream publishes under its own names. */
export const REPOSITORY = 'localhost/autoscaling-lab';

/** The full reference of an image, as manifests name it. */
export function imageReference(image: LocalImage): string {
  return `${REPOSITORY}/${image.name}`;
}
