import { type Chart } from 'cdk8s';
import { type Construct } from 'constructs';
import { type LabProps } from '../lab-props';
import { type ChartGroup, type SecretReference } from './lab-chart';

/** One release of the lab: how its chart is built, and what must be up before it. */
export interface LabPart {
  /** Id of the chart. Paths of objects start with it, and Pulumi names them by their paths: never rename it. */
  readonly id: string;
  /** Where it is in the Pulumi tree. */
  readonly group: ChartGroup;
  /** Ids of the parts that must be up first. They stand before this one in the list of parts. */
  readonly dependsOn?: readonly string[];
  /**
   * Whether its objects are taken from an upstream release: the rules about our own pods do not apply.
   *
   * @default false
   */
  readonly upstream?: boolean;
  /**
   * Secrets that are made with the release, before its objects.
   *
   * @default - none
   */
  secrets?(lab: LabProps): readonly SecretReference[];
  /**
   * References of images built from this project: its objects wait until the cluster has them.
   *
   * @default - none
   */
  images?(lab: LabProps): readonly string[];
  /**
   * Builds the chart under {@link id}.
   *
   * @returns undefined where the settings leave this part out
   * @throws where a setting is out of bounds
   */
  chart(scope: Construct, lab: LabProps): Chart | undefined;
}

/**
 * The chart of a part that comes earlier in the list, for a part that scales what is in it.
 *
 * @throws where it was not built, or is of another class
 */
export function builtChart<T extends Chart>(
  scope: Construct,
  id: string,
  type: new (...args: never[]) => T,
): T {
  const chart = scope.node.tryFindChild(id);
  if (chart instanceof type) return chart;
  throw new Error(`chart "${id}" is not built yet; list it before the parts that use it`);
}
