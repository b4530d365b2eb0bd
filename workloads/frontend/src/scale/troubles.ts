import { type AutoscalerState, type LabState } from '../../../protocol/lab-state';

/** Something that a person has to know at once. */
export interface Trouble {
  /** The same as long as it is the same trouble. */
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  frozen: 'Another autoscaler selects the same pods, so neither of them scales; remove one.',
  failing: 'It does not scale until this is mended.',
};

/** What is wrong in the lab; nothing for what is idle on purpose. */
export function troublesOf({ kubernetes, queue, workloads, autoscalers }: LabState): Trouble[] {
  return [
    ...(kubernetes.status === 'away'
      ? [
          {
            key: 'kubernetes',
            severity: 'error' as const,
            title: 'The observer does not see the cluster',
            text: `${kubernetes.reason ?? 'the API server is away'}. Pods and autoscalers are shown as they were last seen.`,
          },
        ]
      : []),
    ...(queue.known
      ? []
      : [
          {
            key: 'queue',
            severity: 'warning' as const,
            title: 'The queue is not known',
            text: `${queue.reason}.`,
          },
        ]),
    ...autoscalers
      .filter((autoscaler) => isIll(autoscaler) && !isSaidByOwner(autoscaler, autoscalers))
      .map((autoscaler) => ({
        key: `${autoscaler.kind}/${autoscaler.namespace}/${autoscaler.name}`,
        severity: 'error' as const,
        title: `${autoscaler.kind} ${autoscaler.name} is ${autoscaler.status}`,
        text: [reasonOf(autoscaler), ADVICE[autoscaler.status]].filter(Boolean).join(' '),
      })),
    ...workloads
      .filter(({ status, reason }) => status !== 'broken' && reason !== undefined)
      .map(({ kind, namespace, name, reason }) => ({
        key: `${kind}/${namespace}/${name}/resize`,
        severity: 'warning' as const,
        title: `${name} was not given the resources asked for it`,
        text: reason ?? '',
      })),
    ...workloads
      .filter(({ status }) => status === 'broken')
      .map(({ kind, namespace, name, reason }) => ({
        key: `${kind}/${namespace}/${name}`,
        severity: 'error' as const,
        title: `${name} is broken`,
        text: reason ?? 'its pods do not start',
      })),
  ];
}

function isIll({ status }: AutoscalerState): boolean {
  return status === 'frozen' || status === 'failing';
}

/** A ScaledObject is as ill as the HorizontalPodAutoscaler that works for it: once is enough. */
function isSaidByOwner(
  { namespace, scaledObject }: AutoscalerState,
  all: readonly AutoscalerState[],
): boolean {
  return all.some(
    (other) =>
      other.kind === 'ScaledObject' &&
      other.namespace === namespace &&
      other.name === scaledObject &&
      isIll(other),
  );
}

function reasonOf({ reason, message }: AutoscalerState): string {
  const said = [reason, message].filter((text) => text !== undefined && text !== '');
  return said.length === 0 ? '' : `${said.join(': ').replace(/\.?$/, '')}.`;
}
