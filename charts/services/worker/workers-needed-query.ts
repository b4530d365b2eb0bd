import { CONSUMER } from '../../../workloads/protocol/streams';
import { type BacklogWork } from '../../../workloads/protocol/workers-needed';

/** The part of {@link BacklogWork} that is set; the lag is measured. */
export type WorkersNeededOptions = Omit<BacklogWork, 'lag'>;

const SELECTOR = `stream_name="${CONSUMER.stream}",consumer_name="${CONSUMER.durable}"`;
// with one sample every few seconds this is long enough for a rate and short enough to follow a change
const WINDOW = '1m';
const WORK = 'meme_generator_processing_duration_seconds';
const DONE = 'outcome=~"made|cached"';

/**
 * `workersNeeded` in PromQL, over the lag that the observer exports. The time for one request is what
 * the workers took lately, and `secondsPerMeme` where they have answered nothing: a division by zero
 * is no number and no number is greater than zero, so the comparison drops it. Without a lag there is
 * no result: an autoscaler must not take a queue that nobody measures for an empty one.
 */
export function workersNeededQuery(options: WorkersNeededOptions): string {
  const { secondsPerMeme, concurrency, drainSeconds } = options;
  const lag = ['pending', 'ack_pending']
    .map((part) => `max(jetstream_consumer_num_${part}{${SELECTOR}})`)
    .join(' + ');
  const taken = (part: 'sum' | 'count') => `sum(rate(${WORK}_${part}{${DONE}}[${WINDOW}]))`;
  const perMeme = `((${taken('sum')} / ${taken('count')}) > 0 or vector(${secondsPerMeme}))`;
  return `(${lag}) * ${perMeme} / ${concurrency * drainSeconds}`;
}
