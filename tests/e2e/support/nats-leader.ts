import { type NatsConnection } from 'nats';

interface StepDownResponse {
  readonly success?: boolean;
  readonly error?: { readonly description: string };
}

/** Name of the server that leads a stream; undefined while there is an election. */
export async function streamLeader(
  nats: NatsConnection,
  stream: string,
): Promise<string | undefined> {
  const manager = await nats.jetstreamManager();
  return (await manager.streams.info(stream)).cluster?.leader;
}

/** Hands a stream's leadership to a server, and waits until it leads. */
export async function handLeadershipTo(
  nats: NatsConnection,
  stream: string,
  server: string,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await streamLeader(nats, stream)) !== server) {
    if (Date.now() > deadline)
      throw new Error(`"${server}" does not lead "${stream}" 30 s after it was asked to`);
    const answer = await nats.request(
      `$JS.API.STREAM.LEADER.STEPDOWN.${stream}`,
      JSON.stringify({ placement: { preferred: server } }),
      { timeout: 10_000 },
    );
    const { error } = answer.json<StepDownResponse>();
    if (error) throw new Error(`the leader of "${stream}" stays: ${error.description}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
