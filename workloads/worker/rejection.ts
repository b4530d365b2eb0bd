/** A request that is well formed and still not worked on; it is answered with the message. */
export class Rejection extends Error {
  /** @param reason as it is counted */
  constructor(
    message: string,
    readonly reason: 'moderated' | 'rate-limited',
  ) {
    super(message);
    this.name = 'Rejection';
  }
}
