/**
 * On a workload that is ready only while a JetStream consumer exists; the value names the consumer
 * by {@link consumerKey}. The rule that a consumer exists before its scaler reads it.
 */
export const PROVIDES_CONSUMER = 'autoscaling-lab/provides-consumer';

/**
 * On a webhook configuration whose servers have a generated certificate; the value names the Secret
 * that holds it. The release puts the certificate's authority into the configuration.
 */
export const CA_FROM_SECRET = 'autoscaling-lab/ca-from-secret';

/** On pods that reconcile streams: a hash of the desired state. */
export const DESIRED_STREAMS = 'autoscaling-lab/desired-streams';

/** Names a consumer across streams: `MEMES/meme-generator`. */
export function consumerKey(stream: string, consumer: string): string {
  return `${stream}/${consumer}`;
}
