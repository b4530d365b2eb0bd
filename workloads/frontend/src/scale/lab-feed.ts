import {
  type Decision,
  DECISION_MEMORY_SECONDS,
  LAB_STATE_SUBJECTS,
  type LabState,
  labStateSchema,
} from '../../../protocol/lab-state';
import { type LabConnection } from '../connection/lab-connection';
import { Store } from '../store';
import { appended } from './history';
import { type Sample, sampleOf } from './sample';

/** The last state that came, and when by this browser's clock. */
export interface ReceivedState {
  readonly state: LabState;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the observer tells, from the moment somebody first looks, as long as the page is open. */
export class LabFeed {
  readonly latest = new Store<ReceivedState | undefined>(undefined);
  readonly history = new Store<readonly Sample[]>([]);
  /** Decisions of the last hour, the newest first. */
  readonly decisions = new Store<readonly Decision[]>([]);
  /** Why nothing can be shown, in words. */
  readonly fault = new Store<string | undefined>(undefined);
  /** Start of the observer whose timeline is here. */
  private knownStart?: number;

  constructor(private readonly connection: LabConnection) {
    connection.subscribe(LAB_STATE_SUBJECTS.state, (message) => this.receive(message.json()));
    connection.whenOnline(() => void this.fetch());
  }

  private receive(body: unknown): void {
    const state = this.read(body);
    // what an observer decided before this page listened is in its snapshot
    if (state !== undefined && state.startedAt !== this.knownStart) void this.fetch();
  }

  private async fetch(): Promise<void> {
    try {
      const body = await this.connection.request(LAB_STATE_SUBJECTS.snapshot, {});
      this.knownStart = this.read(body)?.startedAt;
    } catch (error) {
      this.fault.set((error as Error).message);
    }
  }

  private read(body: unknown): LabState | undefined {
    const parsed = labStateSchema.safeParse(body);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      this.fault.set(`"${issue?.path.join('.')}" of the state: ${issue?.message}`);
      return undefined;
    }
    const at = Date.now();
    this.fault.set(undefined);
    this.latest.set({ state: parsed.data, at });
    this.history.set(appended(this.history.get(), sampleOf(parsed.data, at)));
    this.decisions.set(merged(this.decisions.get(), parsed.data));
    return parsed.data;
  }
}

/** The decisions known so far with those of a state, each once, of the hour before it. */
export function merged(
  known: readonly Decision[],
  { decisions, time }: Pick<LabState, 'decisions' | 'time'>,
): readonly Decision[] {
  const oldest = time - DECISION_MEMORY_SECONDS * 1000;
  // a later message may say more about the same decision
  const byId = new Map([...known, ...decisions].map((decision) => [decision.id, decision]));
  return [...byId.values()]
    .filter((decision) => decision.time >= oldest)
    .sort((one, other) => other.time - one.time);
}
