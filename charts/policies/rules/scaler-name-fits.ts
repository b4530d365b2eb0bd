import { KEDA_HPA_PREFIX, MAX_SCALED_OBJECT_NAME_LENGTH } from '../../constructs/scaled-object';
import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';

/** The name of the HPA that KEDA makes for a ScaledObject fits into a label value. */
export function scalerNameFits(graph: LabGraph): RuleViolation[] {
  return graph
    .ofKind('ScaledObject')
    .filter(({ manifest }) => manifest.metadata.name.length > MAX_SCALED_OBJECT_NAME_LENGTH)
    .map(({ path, manifest: { metadata } }) => ({
      path,
      message:
        `"metadata.name" is "${metadata.name}" (${metadata.name.length} characters); with "${KEDA_HPA_PREFIX}" ` +
        `before it, at most ${MAX_SCALED_OBJECT_NAME_LENGTH} fit: choose a shorter name`,
    }));
}
