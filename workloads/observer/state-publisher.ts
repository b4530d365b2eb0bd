import { type Subscription } from 'nats';
import { type Logger } from '../process/logger';
import { type NatsLink } from '../process/nats-link';
import { sleep } from '../process/sleep';
import {
  LAB_STATE_HEARTBEAT_SECONDS,
  LAB_STATE_SUBJECTS,
  type LabState,
} from '../protocol/lab-state';

/** Where the state comes from, and who gets it. */
export interface StatePublisherOptions {
  readonly link: NatsLink;
  /** The state with the decisions of an hour. */
  readonly snapshot: () => LabState;
  /** The state with the decisions since the last call. */
  readonly update: () => LabState;
  /** Called after each message. */
  readonly onPublished: () => void;
  readonly log: Logger;
}

const MIN_PAUSE_MS = 1000;

/** Publishes the state when it changed, at most once a second, and answers who asks for it. */
export class StatePublisher {
  private readonly stopping = new AbortController();
  private wake = new AbortController();
  private changed = true;
  private running?: Promise<void>;
  private subscription?: Subscription;

  constructor(private readonly options: StatePublisherOptions) {}

  /** Begins to publish and to answer. */
  start(): void {
    const { link, snapshot, log } = this.options;
    this.subscription = link.connection.subscribe(LAB_STATE_SUBJECTS.snapshot, {
      callback: (error, message) => {
        if (error) return log.error({ err: error }, 'requests for the state are not answered');
        message.respond(JSON.stringify(snapshot()));
      },
    });
    this.running ??= this.run();
  }

  /** Notes that there is something to publish. */
  noteChange(): void {
    this.changed = true;
    this.wake.abort();
  }

  /** Ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.running;
    if (!this.options.link.connection.isClosed()) this.subscription?.unsubscribe();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // with nobody to hear it a change waits: the client would send all of them in one go later
      if (this.options.link.isConnected) this.publish();
      await sleep(MIN_PAUSE_MS, signal);
      if (!this.changed)
        await sleep(LAB_STATE_HEARTBEAT_SECONDS * 1000 - MIN_PAUSE_MS, this.wake.signal);
    }
  }

  private publish(): void {
    const { link, update, onPublished } = this.options;
    this.changed = false;
    this.wake = new AbortController();
    link.connection.publish(LAB_STATE_SUBJECTS.state, JSON.stringify(update()));
    onPublished();
  }
}
