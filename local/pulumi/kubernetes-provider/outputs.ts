import type { KubeObject } from './kube-object';
import {
  conceal,
  isRecord,
  removeAt,
  reveal,
  secretPaths,
  UNKNOWN,
  valueAt,
  type PathStep,
  type Properties,
  type Value,
} from './property-values';
import { concealSecretObject } from './secrets';

const FIELD_MANAGER = '__fieldManager';
const INPUTS = '__inputs';
const INITIAL_API_VERSION = '__initialApiVersion';

/**
 * What a resource shows and what its state keeps: the live object, the inputs it came from, and its
 * field manager. Whatever was secret in the inputs is secret at the same place here. The server's
 * book-keeping of managers is left out: it changes with every write and would show in every diff.
 */
export function composeOutputs(
  live: KubeObject,
  inputs: Properties,
  fieldManager: string,
  initialApiVersion?: string,
): Properties {
  const object = removeAt(live as unknown as Value, ['metadata', 'managedFields']) as Properties;
  const visible = concealSecretObject(conceal(object, secretPaths(inputs)));
  return {
    ...visible,
    [FIELD_MANAGER]: fieldManager,
    [INPUTS]: inputs,
    [INITIAL_API_VERSION]: initialApiVersion ?? live.apiVersion,
  };
}

/** The field manager that an earlier answer recorded. */
export function recordedFieldManager(outputs: Properties): string | undefined {
  const manager = outputs[FIELD_MANAGER];
  return typeof manager === 'string' ? manager : undefined;
}

/** The apiVersion under which the object was first made. */
export function recordedApiVersion(outputs: Properties): string | undefined {
  const version = outputs[INITIAL_API_VERSION];
  return typeof version === 'string' ? version : undefined;
}

/** The live object inside outputs, without the provider's own fields and without secret marks. */
export function liveObject(outputs: Properties): Properties {
  const own = [FIELD_MANAGER, INPUTS, INITIAL_API_VERSION];
  const kept = Object.entries(outputs).filter(([key]) => !own.includes(key));
  return reveal(Object.fromEntries(kept) as Value) as Properties;
}

/**
 * What the server decides on creation, or soon after: a rehearsal answers with values that the real
 * run will not repeat.
 */
const DECIDED_LATER: Readonly<Record<string, readonly (readonly PathStep[])[]>> = {
  Service: [
    ['spec', 'clusterIP'],
    ['spec', 'clusterIPs'],
    ['spec', 'healthCheckNodePort'],
  ],
  PersistentVolumeClaim: [['spec', 'volumeName']],
  Pod: [['spec', 'nodeName']],
  Job: [
    ['spec', 'selector'],
    ['spec', 'template'],
  ],
};

const IDENTITY: readonly (readonly PathStep[])[] = [
  ['metadata', 'uid'],
  ['metadata', 'resourceVersion'],
  ['metadata', 'creationTimestamp'],
];

/** The outputs of a creation that was only rehearsed: what is not certain yet is marked unknown. */
export function previewOutputs(rehearsed: KubeObject, inputs: Properties): Properties {
  let object = rehearsed as unknown as Value;
  const uncertain = [
    ...IDENTITY,
    ...(DECIDED_LATER[rehearsed.kind] ?? []),
    ...nodePorts(rehearsed),
  ];
  for (const path of uncertain) {
    if (valueAt(reveal(inputs as Value), path) === undefined) object = setUnknown(object, path);
  }
  object = { ...(object as Properties), status: UNKNOWN };
  return composeOutputs(object as unknown as KubeObject, inputs, UNKNOWN);
}

/**
 * The outputs where the server could not be asked (a namespace or a kind that is not there yet, inputs
 * that are not known): the inputs, with the server's part unknown.
 */
export function guessedOutputs(inputs: Properties): Properties {
  const metadata = isRecord(inputs.metadata) ? (inputs.metadata as Properties) : {};
  const server = Object.fromEntries(IDENTITY.map(([, key]) => [key, UNKNOWN]));
  return {
    ...inputs,
    metadata: { ...metadata, ...server },
    status: UNKNOWN,
    [INPUTS]: inputs,
    [FIELD_MANAGER]: UNKNOWN,
  };
}

function nodePorts(object: KubeObject): PathStep[][] {
  const ports = valueAt(object, ['spec', 'ports']);
  if (object.kind !== 'Service' || !Array.isArray(ports)) return [];
  return ports.flatMap((port, index) =>
    isRecord(port) && 'nodePort' in port ? [['spec', 'ports', index, 'nodePort']] : [],
  );
}

function setUnknown(value: Value, path: readonly PathStep[]): Value {
  const [step, ...rest] = path;
  if (step === undefined) return UNKNOWN;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === step ? setUnknown(item, rest) : item));
  }
  if (!isRecord(value)) return value;
  const record = value as Properties;
  if (rest.length > 0 && !(step in record)) return value;
  return { ...record, [step]: setUnknown(record[step] ?? null, rest) };
}
