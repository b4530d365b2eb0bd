/**
 * On a Job that creates a JetStream consumer before anybody needs it; the value names the consumer
 * by {@link consumerKey}. The rule that a consumer exists before its scaler reads it.
 */
export const PROVIDES_CONSUMER = 'autoscaling-lab/provides-consumer';

/** Names a consumer across streams: `MEMES/meme-generator`. */
export function consumerKey(stream: string, consumer: string): string {
  return `${stream}/${consumer}`;
}
