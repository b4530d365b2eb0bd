import { setMaxListeners } from 'node:events';
import {
  Agent as HttpAgent,
  type ClientRequest,
  get as httpGet,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { durationSeconds } from '../protocol/load-arrivals';
import { type LoadProfile } from '../protocol/load-profile';
import { type LoadCounts, type LoadJob, quantiles } from './load-job';
import { planRequests } from './load-plan';
import { openLoop } from './open-loop';

/** What a load on the front end's pages needs. */
export interface HttpLoadOptions {
  readonly profile: LoadProfile;
  /** Address of the page, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The same seed gives the same moments. */
  readonly seed?: number;
  /**
   * Longest wait for responses after the last request, in seconds.
   *
   * @default 900
   */
  readonly drainSeconds?: number;
}

interface PageRequest {
  readonly dueAt: number;
  /** How it ended; absent while it is open. */
  outcome?: 'answered' | 'failed' | 'refused';
  totalMs?: number;
}

const DEFAULT_DRAIN_SECONDS = 900;

// a connection stays with one pod, so replicas that are added get requests only from new ones
const CONNECTIONS_FOR_MS = 4000;

/**
 * Requests for the page at the profile's moments in an open loop: a slow server gets more connections,
 * not fewer requests. A request that does not end with 2xx counts as slower than every other one.
 */
export class HttpLoad implements LoadJob {
  private readonly requests: PageRequest[] = [];

  /**
   * @throws Error where the profile has no time to send in
   */
  constructor(private readonly options: HttpLoadOptions) {
    const { name } = options.profile;
    if (durationSeconds(options.profile) > 0) return;
    throw new Error(`profile "${name}" is one burst; for pages take one that lasts, such as ramp`);
  }

  async run(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { profile, url, seed, drainSeconds = DEFAULT_DRAIN_SECONDS } = this.options;
    const over = new AbortController();
    // one listener for each open request
    setMaxListeners(0, over.signal);
    const connections = new Connections(url);
    const open = new Set<Promise<void>>();
    const send = (_: object, dueAt: number) => {
      const request: PageRequest = { dueAt };
      this.requests.push(request);
      const ended = page((onResponse) => connections.get(over.signal, onResponse)).then(
        (outcome) => {
          request.totalMs = Date.now() - dueAt;
          request.outcome = outcome;
          open.delete(ended);
        },
      );
      open.add(ended);
    };
    try {
      await openLoop(planRequests(profile, 'http', seed), send, stop);
      onSent();
      await settledWithin(open, drainSeconds);
    } finally {
      over.abort();
      await Promise.all(open);
      connections.close();
    }
  }

  counts(): LoadCounts {
    const of = (outcome: PageRequest['outcome']) =>
      this.requests.filter((request) => request.outcome === outcome);
    const answered = of('answered');
    const [failed, refused] = [of('failed').length, of('refused').length];
    const never = new Array<number>(failed + refused).fill(Infinity);
    const times = quantiles([...answered.map(({ totalMs }) => totalMs!), ...never]);
    return {
      sent: this.requests.length,
      refused,
      answered: answered.length,
      failed,
      cached: 0,
      duplicates: 0,
      ...finite(times),
    };
  }
}

type OnResponse = (response: IncomingMessage) => void;

/** As many connections to the page as are needed at a time, new ones every few seconds. */
class Connections {
  private readonly agents: HttpAgent[] = [];
  private until = 0;

  constructor(private readonly url: string) {}

  get(signal: AbortSignal, onResponse: OnResponse): ClientRequest {
    const isTls = new URL(this.url).protocol === 'https:';
    if (Date.now() >= this.until) {
      this.until = Date.now() + CONNECTIONS_FOR_MS;
      // no limit on sockets: it would make the load a closed loop
      const options = { keepAlive: true, scheduling: 'fifo', timeout: CONNECTIONS_FOR_MS } as const;
      this.agents.push(isTls ? new HttpsAgent(options) : new HttpAgent(options));
    }
    const options = { agent: this.agents.at(-1)!, signal };
    return (isTls ? httpsGet : httpGet)(this.url, options, onResponse);
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}

/** Settles with how a request ended; never rejects. */
function page(
  start: (onResponse: OnResponse) => ClientRequest,
): Promise<NonNullable<PageRequest['outcome']>> {
  return new Promise((resolve) => {
    let hasResponse = false;
    const request = start((response) => {
      hasResponse = true;
      const { statusCode = 0 } = response;
      response.on('end', () =>
        resolve(statusCode >= 200 && statusCode < 300 ? 'answered' : 'failed'),
      );
      response.on('error', () => resolve('failed'));
      response.resume();
    });
    // a server that accepted the request and never answered it has not refused it
    request.on('error', (error) =>
      resolve(hasResponse || error.name === 'AbortError' ? 'failed' : 'refused'),
    );
  });
}

async function settledWithin(open: ReadonlySet<Promise<void>>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = `${open.size} requests have no answer ${seconds} s after the last one`;
      reject(new Error(text));
    }, seconds * 1000);
  });
  try {
    await Promise.race([Promise.all(open), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** A quantile among the requests without an answer is unknown. */
function finite({
  p50Ms,
  p95Ms,
  p99Ms,
}: ReturnType<typeof quantiles>): ReturnType<typeof quantiles> {
  const known = (ms?: number) => (Number.isFinite(ms) ? ms : undefined);
  return { p50Ms: known(p50Ms), p95Ms: known(p95Ms), p99Ms: known(p99Ms) };
}
