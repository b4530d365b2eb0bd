import { memeStartedSchema } from '../../../protocol/response';
import { startedSubjectFor, SUBJECTS } from '../../../protocol/subjects';
import { type LabConnection } from '../connection/lab-connection';
import { randomText } from '../random-text';
import { type Session } from '../session';
import { Store } from '../store';
import { readAnswer } from './answer';
import { type Gallery, overflow } from './gallery';
import { isPending, type Meme, type RequestOptions } from './meme';

/** How long an answer may take while the page is online, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 120_000;

/** Most requests of one page that may wait for an answer. */
export const MAX_PENDING = 50;

const RESEND_MS = 1000;

/** The memes of this page: asks for them, follows their way, keeps them. */
export class MemeRequests {
  /** Newest first. */
  readonly memes = new Store<readonly Meme[]>([]);
  /** Why the memes are gone after a reload, where the browser keeps nothing. */
  readonly storageFault = new Store<string | undefined>(undefined);
  private gallery?: Gallery;

  constructor(
    private readonly connection: LabConnection,
    private readonly session: Session,
  ) {}

  /** Begins to listen, and takes up what an earlier load of the page left. */
  async open(openGallery: () => Promise<Gallery>): Promise<void> {
    this.connection.subscribe(`${this.connection.inbox}.meme.*`, (message) =>
      this.onAnswer(message.subject.split('.').at(-1) ?? '', message.json()),
    );
    this.connection.subscribe(startedSubjectFor(`${this.connection.inbox}.meme.*`), (message) =>
      this.onStarted(message.subject.split('.').at(-2) ?? '', message.json()),
    );
    // before the gallery: a browser may take its time to open it, and a meme may be asked for meanwhile
    this.connection.whenOnline(() => this.resendPending(this.memes.get()));
    setInterval(() => this.expire(), 1000);
    try {
      this.gallery = await openGallery();
      const kept = (await this.gallery.all()).map((meme) => this.given(meme));
      const early = this.memes.get();
      this.memes.set([...early, ...kept]);
      early.forEach((meme) => this.keep(meme));
      if (this.connection.state.get().status === 'online') this.resendPending(kept);
    } catch (error) {
      this.storageFault.set((error as Error).message);
    }
  }

  /** How many more requests may be sent now. */
  get room(): number {
    return MAX_PENDING - this.memes.get().filter(isPending).length;
  }

  /** Asks for memes, the last one on top of the list. */
  make(requested: readonly RequestOptions[]): void {
    for (const options of requested) {
      const now = Date.now();
      const meme: Meme = {
        ...options,
        id: randomText(16),
        session: this.session.id,
        createdAt: now,
        sentAt: now,
        state: 'sending',
        attempts: [randomText(16)],
      };
      this.memes.set([meme, ...this.memes.get()]);
      this.keep(meme);
      void this.send(meme.id);
    }
    this.prune();
  }

  /** Asks again for a meme that failed. */
  retry(id: string): void {
    this.sendAgain(id, true);
  }

  remove(id: string): void {
    this.memes.set(this.memes.get().filter((meme) => meme.id !== id));
    void this.gallery?.remove([id]).catch((error: Error) => this.storageFault.set(error.message));
  }

  /** What a tab that is closed by now was waiting for gets no answer any more. */
  private given(meme: Meme): Meme {
    const isOurs = meme.session === this.session.id;
    if (isOurs || !isPending(meme) || meme.sentAt > Date.now() - ANSWER_TIMEOUT_MS) return meme;
    return { ...meme, state: 'timed-out', error: 'the page was closed before the answer came' };
  }

  private find(id: string): Meme | undefined {
    return this.memes.get().find((meme) => meme.id === id);
  }

  private change(id: string, fields: Partial<Meme>): void {
    let changed: Meme | undefined;
    this.memes.set(
      this.memes.get().map((meme) => {
        if (meme.id !== id) return meme;
        changed = { ...meme, ...fields };
        return changed;
      }),
    );
    if (changed) this.keep(changed);
  }

  private keep(meme: Meme): void {
    void this.gallery?.put(meme).catch((error: Error) => this.storageFault.set(error.message));
  }

  private prune(): void {
    const all = this.memes.get();
    const gone = new Set(overflow(all).map(({ id }) => id));
    if (gone.size === 0) return;
    this.memes.set(all.filter(({ id }) => !gone.has(id)));
    void this.gallery
      ?.remove([...gone])
      .catch((error: Error) => this.storageFault.set(error.message));
  }

  /**
   * What was on its way while the connection was away may have been answered to nobody, so it is asked
   * for again; the workers' cache answers what was made already.
   */
  private resendPending(memes: readonly Meme[]): void {
    for (const meme of memes) {
      if (isPending(meme) && meme.session === this.session.id) {
        this.sendAgain(meme.id, meme.state !== 'sending');
      }
    }
  }

  /** @param anew under another request id; the same one is kept out where it arrived before */
  private sendAgain(id: string, anew: boolean): void {
    const meme = this.find(id);
    if (meme === undefined) return;
    const attempts = anew ? [...meme.attempts, randomText(16)] : meme.attempts;
    const { id: session } = this.session;
    this.change(id, { state: 'sending', error: undefined, sentAt: Date.now(), session, attempts });
    void this.send(id);
  }

  /** Publishes the present attempt until the stream has it. */
  private async send(id: string): Promise<void> {
    const attempt = this.find(id)?.attempts.at(-1);
    for (;;) {
      const meme = this.unsent(id, attempt);
      // without a connection the next one sends it
      if (meme === undefined || this.connection.state.get().status !== 'online') return;
      try {
        const fault = faultOf(await this.publish(meme, attempt as string));
        if (this.unsent(id, attempt) === undefined) return;
        if (fault === undefined) this.change(id, { state: 'queued', error: undefined });
        else this.change(id, { state: 'failed', error: fault });
        return;
      } catch (error) {
        // it may have been sent again, or answered, while the confirmation was awaited
        if (this.unsent(id, attempt) === undefined) return;
        // not confirmed: under the same id it arrives once however often it is sent
        this.change(id, { error: `not accepted yet: ${(error as Error).message}` });
        await new Promise((resolve) => setTimeout(resolve, RESEND_MS));
      }
    }
  }

  /** The meme for as long as the attempt is its present one and nothing is known of it. */
  private unsent(id: string, attempt: string | undefined): Meme | undefined {
    const meme = this.find(id);
    return meme?.state === 'sending' && meme.attempts.at(-1) === attempt ? meme : undefined;
  }

  private publish(meme: Meme, attempt: string): Promise<unknown> {
    const body = {
      id: attempt,
      prompt: meme.prompt,
      fast_mode: meme.fastMode,
      small_image: meme.smallImage,
      reply_to: `${this.connection.inbox}.meme.${attempt}`,
      client_id: this.session.clientId,
    };
    return this.connection.request(SUBJECTS.request, body, attempt);
  }

  private onAnswer(attempt: string, body: unknown): void {
    const meme = this.memes.get().find(({ attempts }) => attempts.includes(attempt));
    // an earlier attempt may have been answered, or the meme removed
    if (meme === undefined || meme.state === 'done') return;
    this.change(meme.id, readAnswer(body));
  }

  private onStarted(attempt: string, body: unknown): void {
    const meme = this.memes.get().find(({ attempts }) => attempts.at(-1) === attempt);
    const started = memeStartedSchema.safeParse(body);
    if (meme === undefined || !isPending(meme) || !started.success) return;
    this.change(meme.id, { state: 'making', worker: started.data.worker, error: undefined });
  }

  private expire(): void {
    const memes = this.memes.get();
    const given = memes.map((meme) => this.given(meme));
    // not kept in the gallery: where the tab that asked is open after all, it knows better
    if (given.some((meme, index) => meme !== memes[index])) this.memes.set(given);
    if (this.connection.state.get().status !== 'online') return;
    const limit = Date.now() - ANSWER_TIMEOUT_MS;
    for (const meme of this.memes.get()) {
      if (isPending(meme) && meme.session === this.session.id && meme.sentAt < limit) {
        const error = `no answer within ${ANSWER_TIMEOUT_MS / 1000} s; it is still shown if it comes`;
        this.change(meme.id, { state: 'timed-out', error });
      }
    }
  }
}

/** What JetStream says in place of "stored"; undefined where it stored the request. */
function faultOf(acknowledgement: unknown): string | undefined {
  const { error } = acknowledgement as { error?: { description?: string } };
  return error && `the stream refused it: ${error.description ?? 'without a reason'}`;
}
