import { isRecord, sameValue, type Properties, type Value } from './property-values';

/**
 * The inputs as the cluster has them now. Only fields that the inputs name are looked at: the server
 * fills in many more. A field is taken from the live object only where that differs from the last known
 * live object, so that a value the server writes in another form (`1000m` as `1`) is no drift.
 *
 * @param inputs revealed inputs of the last update
 * @param previous the live object after the last update or refresh, where it is known
 * @param live the live object now
 */
export function driftedInputs(inputs: Properties, previous: unknown, live: unknown): Properties {
  return merge(inputs, previous, live) as Properties;
}

function merge(input: Value, previous: unknown, live: unknown): Value | undefined {
  if (sameValue(previous, live)) return input;
  if (live === undefined || live === null) return undefined;
  if (isRecord(input) && isRecord(live)) {
    const fields = Object.entries(input as Properties).map(([key, value]) => {
      const before = isRecord(previous) ? previous[key] : undefined;
      return [key, merge(value, before, live[key])] as const;
    });
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as Properties;
  }
  if (Array.isArray(input) && Array.isArray(live) && input.length === live.length) {
    return input.map((value, index) => {
      const before = Array.isArray(previous) ? previous[index] : undefined;
      return merge(value, before, live[index]) ?? null;
    });
  }
  return sameValue(input, live) ? input : (live as Value);
}

const SERVER_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

const SERVER_ANNOTATIONS = [
  'deployment.kubernetes.io/revision',
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** The inputs that describe an object which is taken over as it is: all but what the server writes. */
export function importedInputs(live: Properties): Properties {
  const kept = Object.entries(live).filter(([key]) => key !== 'status');
  const metadata = without((live.metadata ?? {}) as Properties, SERVER_METADATA);
  if (isRecord(metadata.annotations)) {
    const annotations = without(metadata.annotations as Properties, SERVER_ANNOTATIONS);
    if (Object.keys(annotations).length === 0) delete metadata.annotations;
    else metadata.annotations = annotations;
  }
  return { ...(Object.fromEntries(kept) as Properties), metadata };
}

function without(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}
