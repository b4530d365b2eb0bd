/** One series of an instant query, with its value at the time of the query. */
export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** NaN and infinity included. */
  readonly value: number;
}

/** A target as Prometheus scrapes it. */
export interface PrometheusTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

/** A rule as Prometheus evaluates it. */
export interface PrometheusRule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  /** Of an alert. */
  readonly state?: 'inactive' | 'pending' | 'firing';
}

interface Matcher {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** A node of a parsed expression, as far as this looks at it. */
interface SyntaxNode {
  readonly type: string;
  readonly matchers?: readonly Matcher[];
}

interface Vector {
  readonly resultType: string;
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}

/** The lab's own Prometheus, through the port that the local cluster publishes. */
export class PrometheusClient {
  readonly url = `http://127.0.0.1:${process.env.AUTOSCALING_LAB_PROMETHEUS_PORT ?? '9091'}`;

  /** The series of an expression at this moment. */
  async query(expression: string): Promise<PrometheusSeries[]> {
    const { result } = await this.get<Vector>('query', { query: expression });
    return result.map(({ metric, value: [, text] }) => ({ metric, value: numberOf(text) }));
  }

  async targets(): Promise<readonly PrometheusTarget[]> {
    const answer = await this.get<{ activeTargets: PrometheusTarget[] }>('targets', {
      state: 'active',
    });
    return answer.activeTargets;
  }

  async rules(): Promise<readonly PrometheusRule[]> {
    const { groups } = await this.get<{ groups: { rules: PrometheusRule[] }[] }>('rules', {});
    return groups.flatMap(({ rules }) => rules);
  }

  /** The selectors in an expression, each as an expression of its own, by Prometheus' own parser. */
  async selectors(expression: string): Promise<string[]> {
    const found = new Set<string>();
    collectSelectors(await this.get<SyntaxNode>('parse_query', { query: expression }), found);
    return [...found];
  }

  private async get<T>(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const query = new URLSearchParams(parameters).toString();
    const response = await fetch(`${this.url}/api/v1/${endpoint}?${query}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success')
      throw new Error(`Prometheus answered "${body.error}" to ${endpoint} ${query}`);
    return body.data;
  }
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}

function collectSelectors(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, matchers } = node as SyntaxNode;
  if ((type === 'vectorSelector' || type === 'matrixSelector') && matchers) {
    const parts = matchers.map((each) => `${each.name}${each.type}${JSON.stringify(each.value)}`);
    found.add(`{${parts.join(',')}}`);
  }
  for (const child of Object.values(node)) collectSelectors(child, found);
}
