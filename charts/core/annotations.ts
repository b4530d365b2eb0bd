/**
 * On a Job that creates a JetStream consumer before anybody needs it; the value names the consumer
 * by {@link consumerKey}. The rule that a consumer exists before its scaler reads it.
 */
export const PROVIDES_CONSUMER = 'autoscaling-lab/provides-consumer';

/**
 * On a webhook configuration whose servers have a generated certificate; the value names the Secret
 * that holds it. The release puts the certificate's authority into the configuration.
 */
export const CA_FROM_SECRET = 'autoscaling-lab/ca-from-secret';

/** Names a consumer across streams: `MEMES/meme-generator`. */
export function consumerKey(stream: string, consumer: string): string {
  return `${stream}/${consumer}`;
}
