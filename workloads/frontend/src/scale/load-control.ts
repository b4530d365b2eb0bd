import {
  LOAD_SUBJECTS,
  type LoadReply,
  loadReplySchema,
  type LoadStart,
  type LoadState,
  loadStateSchema,
} from '../../../protocol/load-request';
import { type LabConnection } from '../connection/lab-connection';
import { Store } from '../store';

const ASK_AGAIN_MS = 10_000;

/** The load generator as this page sees and orders it. */
export class LoadControl {
  readonly state = new Store<LoadState | undefined>(undefined);
  /** Why the generator did not carry out the last order. */
  readonly refusal = new Store<string | undefined>(undefined);
  /** Why it is not known what the generator does, until it says so. */
  readonly silence = new Store<string | undefined>(undefined);

  constructor(private readonly connection: LabConnection) {
    connection.subscribe(LOAD_SUBJECTS.state, (message) => this.receive(message.json()));
    connection.whenOnline(() => void this.ask());
    setInterval(() => this.askUntilAnswered(), ASK_AGAIN_MS);
  }

  /** Asks for a load; `refusal` says why it was not begun. */
  async start(order: LoadStart): Promise<void> {
    await this.order(LOAD_SUBJECTS.start, order);
  }

  /** Ends the load that runs. */
  async stop(): Promise<void> {
    await this.order(LOAD_SUBJECTS.stop, {});
  }

  private async order(subject: string, body: object): Promise<void> {
    const reply = await this.request(subject, body);
    this.refusal.set(reply?.ok === false ? reply.error : undefined);
  }

  private async ask(): Promise<void> {
    await this.request(LOAD_SUBJECTS.get, {});
  }

  private askUntilAnswered(): void {
    const isOnline = this.connection.state.get().status === 'online';
    const isKnown = this.state.get() !== undefined && this.silence.get() === undefined;
    if (isOnline && !isKnown) void this.ask();
  }

  /** @returns undefined where the generator did not answer in time */
  private async request(subject: string, body: object): Promise<LoadReply | undefined> {
    try {
      const reply = loadReplySchema.parse(await this.connection.request(subject, body));
      this.heard(reply.state);
      return reply;
    } catch (error) {
      // what it did before is no longer known
      this.state.set(undefined);
      this.silence.set(`the load generator does not answer (${(error as Error).message})`);
      return undefined;
    }
  }

  private receive(body: unknown): void {
    const state = loadStateSchema.safeParse(body);
    if (!state.success) {
      return this.silence.set('the load generator says what this page cannot read');
    }
    const { running } = this.state.get() ?? { running: false };
    // the order that was refused while another load ran may be given again
    if (running && !state.data.running) this.refusal.set(undefined);
    this.heard(state.data);
  }

  private heard(state: LoadState): void {
    this.silence.set(undefined);
    this.state.set(state);
  }
}
