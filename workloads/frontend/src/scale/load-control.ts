import {
  LOAD_SUBJECTS,
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
  /** Why the last order was not carried out, or why nothing is known of the generator. */
  readonly fault = new Store<string | undefined>(undefined);

  constructor(private readonly connection: LabConnection) {
    connection.subscribe(LOAD_SUBJECTS.state, (message) => this.receive(message.json()));
    connection.whenOnline(() => void this.ask());
    setInterval(() => this.askUntilAnswered(), ASK_AGAIN_MS);
  }

  /** Asks for a load; `fault` says where it was refused. */
  async start(order: LoadStart): Promise<void> {
    await this.order(LOAD_SUBJECTS.start, order);
  }

  /** Ends the load that runs. */
  async stop(): Promise<void> {
    await this.order(LOAD_SUBJECTS.stop, {});
  }

  private ask(): Promise<void> {
    return this.order(LOAD_SUBJECTS.get, {});
  }

  private askUntilAnswered(): void {
    const isOnline = this.connection.state.get().status === 'online';
    if (isOnline && this.state.get() === undefined) void this.ask();
  }

  private async order(subject: string, body: object): Promise<void> {
    try {
      const reply = loadReplySchema.parse(await this.connection.request(subject, body));
      this.state.set(reply.state);
      this.fault.set(reply.ok ? undefined : reply.error);
    } catch (error) {
      // what it did before is no longer known
      this.state.set(undefined);
      this.fault.set(`the load generator does not answer (${(error as Error).message})`);
    }
  }

  private receive(body: unknown): void {
    const state = loadStateSchema.safeParse(body);
    if (!state.success) return this.fault.set('the load generator says what this page cannot read');
    const { running } = this.state.get() ?? { running: false };
    // the order that was refused while another load ran may be given again
    if (running && !state.data.running) this.fault.set(undefined);
    this.state.set(state.data);
  }
}
