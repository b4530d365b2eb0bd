import {
  containsUnknown,
  isRecord,
  isSecret,
  reveal,
  secret,
  type Properties,
  type Value,
} from './property-values';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Whether the object is a core Secret, whose content must never be shown. */
export function isSecretObject(object: Properties): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Secret';
}

/**
 * Brings the inputs of a Secret into the form that the API server keeps: `stringData` goes, encoded,
 * into `data`. Both stay secret as a whole, so that not even the keys' values leak one by one.
 */
export function normalizeSecret(inputs: Properties): Properties {
  if (!isSecretObject(inputs)) return inputs;
  const { data, stringData, ...rest } = inputs;
  if (!isKnownMap(stringData)) {
    return {
      ...rest,
      ...(data !== undefined && { data: secret(data) }),
      ...(stringData !== undefined && stringData !== null && { stringData: secret(stringData) }),
    };
  }
  if (data !== undefined && data !== null && !isKnownMap(data)) {
    return { ...rest, data: secret(data), stringData: secret(stringData) };
  }
  const encoded = Object.entries(reveal(stringData) as Properties).map(
    ([key, value]) => [key, encode(value)] as const,
  );
  const plain = data ? (reveal(data) as Properties) : {};
  return { ...rest, data: secret({ ...plain, ...Object.fromEntries(encoded) }) };
}

/** Hides the content of a Secret in what the provider answers. */
export function concealSecretObject(outputs: Properties): Properties {
  if (!isSecretObject(outputs)) return outputs;
  const hidden: Properties = { ...outputs };
  for (const field of ['data', 'stringData']) {
    if (hidden[field] !== undefined) hidden[field] = secret(hidden[field]);
  }
  const metadata = hidden.metadata;
  if (
    isRecord(metadata) &&
    isRecord(metadata.annotations) &&
    LAST_APPLIED in metadata.annotations
  ) {
    const annotations = metadata.annotations as Properties;
    hidden.metadata = {
      ...(metadata as Properties),
      annotations: { ...annotations, [LAST_APPLIED]: secret(annotations[LAST_APPLIED]!) },
    };
  }
  return hidden;
}

function encode(value: Value): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
}

function isKnownMap(value: Value | undefined): value is Properties {
  if (value === undefined || value === null) return false;
  const plain = isSecret(value) ? value.value : value;
  return isRecord(plain) && !containsUnknown(plain as Value);
}
