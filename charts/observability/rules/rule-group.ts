/** A series that Prometheus computes from others and keeps. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** How soon somebody should look. */
export type Severity = 'critical' | 'warning' | 'info';

/** What makes an alert, and what it tells the reader. */
export interface AlertOptions {
  /** In PascalCase; the runbook's heading is made from it. */
  readonly alert: string;
  /** Each series of the result is an alert. */
  readonly expr: string;
  /** How long a series must stay before it alerts, for example `1m`. */
  readonly for: string;
  readonly severity: Severity;
  /** One line with the labels of the series, as `{{ $labels.namespace }}`. */
  readonly summary: string;
  /** What to do first, in one line. */
  readonly runbook: string;
}

/** An alert as Prometheus' configuration has it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: Severity };
  readonly annotations: {
    readonly summary: string;
    readonly runbook: string;
    readonly runbook_url: string;
  };
}

/** Rules that are computed one after the other at the same interval. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

const RUNBOOK = 'docs/runbook.md';

/** An alert whose runbook entry stands under its own name. */
export function alertingRule(options: AlertOptions): AlertingRule {
  const { alert, expr, severity, summary, runbook } = options;
  return {
    alert,
    expr,
    for: options.for,
    labels: { severity },
    annotations: { summary, runbook, runbook_url: `${RUNBOOK}#${runbookAnchor(alert)}` },
  };
}

/** `FrozenAutoscaler` -> `frozen-autoscaler`: the anchor of the heading "Frozen autoscaler". */
export function runbookAnchor(alert: string): string {
  return alert.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

/** Whether a rule is an alert. */
export function isAlert(rule: RecordingRule | AlertingRule): rule is AlertingRule {
  return 'alert' in rule;
}
