import autocannon from 'autocannon';
import { durationSeconds, ratePerSecond } from '../protocol/load-arrivals';
import { type LoadProfile } from '../protocol/load-profile';
import { type LoadCounts, type LoadJob } from './load-job';

/** What a load on the front end's pages needs. */
export interface HttpLoadOptions {
  readonly profile: LoadProfile;
  /** Address of the page, for example `http://127.0.0.1:8080`. */
  readonly url: string;
}

// autocannon keeps one rate for a run, so a rate that changes is a row of short runs
const STEP_SECONDS = 4;

/**
 * Requests for the page at the profile's rate, in whole requests a second and at least one. Bursts have no rate and are left out, so a profile of
 * nothing else is refused.
 */
export class HttpLoad implements LoadJob {
  private readonly results: autocannon.Result[] = [];

  /**
   * @throws Error where the profile has no time to send in
   */
  constructor(private readonly options: HttpLoadOptions) {
    const { name } = options.profile;
    if (durationSeconds(options.profile) > 0) return;
    throw new Error(`profile "${name}" is one burst; for pages take one that lasts, such as ramp`);
  }

  async run(stop: AbortSignal, onSent: () => void): Promise<void> {
    const { profile, url } = this.options;
    const end = durationSeconds(profile);
    for (let from = 0; from < end && !stop.aborted; from += STEP_SECONDS) {
      const seconds = Math.min(STEP_SECONDS, end - from);
      const perSecond = Math.max(1, Math.round(ratePerSecond(profile, from + seconds / 2)));
      this.results.push(await step(url, profile.clients, perSecond, seconds, stop));
    }
    onSent();
  }

  counts(): LoadCounts {
    const sum = (of: (result: autocannon.Result) => number) =>
      this.results.reduce((total, result) => total + of(result), 0);
    const timed = this.results.filter((result) => result['2xx'] + result.non2xx > 0);
    const worst = (of: (result: autocannon.Result) => number) =>
      timed.length === 0 ? undefined : Math.max(...timed.map(of));
    const answered = sum((result) => result['2xx']);
    const failed = sum(({ non2xx }) => non2xx);
    const refused = sum(({ errors }) => errors);
    return {
      // autocannon's own number takes a second's requests of each run as sent before it begins
      sent: answered + failed + refused,
      refused,
      answered,
      failed,
      cached: 0,
      duplicates: 0,
      // quantiles of several runs cannot be added up: these are those of the worst one
      p50Ms: worst(({ latency }) => latency.p50),
      p99Ms: worst(({ latency }) => latency.p99),
    };
  }
}

async function step(
  url: string,
  connections: number,
  perSecond: number,
  seconds: number,
  stop: AbortSignal,
): Promise<autocannon.Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => instance.stop();
    const instance = autocannon(
      { url, connections, overallRate: perSecond, duration: seconds },
      (error: Error | null, result) => {
        stop.removeEventListener('abort', onAbort);
        if (error) reject(error);
        else resolve(result);
      },
    );
    stop.addEventListener('abort', onAbort);
  });
}
