/** Marks an object as the lab's: on every object, the operators' included. */
export const OWNER_LABELS = {
  'app.kubernetes.io/part-of': 'autoscaling-lab',
  'app.kubernetes.io/managed-by': 'pulumi',
} as const;

/** The one label that selectors use: selectors are immutable, every other label may change. */
export const NAME_LABEL = 'app.kubernetes.io/name';

/** What a part of the lab is called and what it does there. */
export interface PartLabels {
  /** The part's name; also its selector. */
  readonly name: string;
  /** Its role, for example `queue` or `cache`. */
  readonly component: string;
}

/** Labels of every object of a part. */
export function partLabels(part: PartLabels): Record<string, string> {
  return { ...podLabels(part), ...OWNER_LABELS };
}

/** Labels of a part's pods: without `managed-by`, since a controller makes the pods. */
export function podLabels(part: PartLabels): Record<string, string> {
  return {
    [NAME_LABEL]: part.name,
    'app.kubernetes.io/component': part.component,
    'app.kubernetes.io/part-of': OWNER_LABELS['app.kubernetes.io/part-of'],
  };
}

/** The selector of a part's pods. */
export function selectorLabels(part: Pick<PartLabels, 'name'>): Record<string, string> {
  return { [NAME_LABEL]: part.name };
}
