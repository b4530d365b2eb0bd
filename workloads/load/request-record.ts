/** The whole way of one request. Moments are Unix milliseconds, times are milliseconds. */
export interface RequestRecord {
  readonly id: string;
  /** When the profile wanted it sent; every time counts from here, so a late sender hides nothing. */
  readonly dueAt: number;
  readonly sentAt: number;
  /** From sending to the stream's confirmation; absent where there was none. */
  ackMs?: number;
  /** Why the stream did not take it. */
  refused?: string;
  /** First answer, a picture or an error. */
  answeredAt?: number;
  totalMs?: number;
  /** From its publication to the start of its work, as the worker says. */
  queuedMs?: number;
  /** From the start of its work to the finished picture, as the worker says. */
  generationMs?: number;
  /** What is left of the time: the answer's own way. */
  replyMs?: number;
  cached?: boolean;
  worker?: string;
  /** Why there is no picture. */
  error?: string;
  /** Answers, the first included: more than one is a duplicate. */
  answers: number;
}

/** Notes an answer with a picture. */
export function notePicture(
  record: RequestRecord,
  at: number,
  said: {
    readonly queued_ms?: number;
    readonly generation_ms?: number;
    readonly cached?: boolean;
    readonly worker?: string;
  },
): void {
  if (!noteAnswer(record, at)) return;
  record.queuedMs = said.queued_ms;
  record.generationMs = said.generation_ms;
  record.cached = said.cached ?? false;
  record.worker = said.worker;
  if (said.queued_ms !== undefined && said.generation_ms !== undefined) {
    record.replyMs = Math.max(0, at - record.sentAt - said.queued_ms - said.generation_ms);
  }
}

/** Notes an answer that says that there is no picture. */
export function noteError(record: RequestRecord, at: number, error: string): void {
  if (!noteAnswer(record, at)) return;
  record.error = error;
}

/** @returns whether it is the first one */
function noteAnswer(record: RequestRecord, at: number): boolean {
  if (++record.answers > 1) return false;
  // the stream took what has its answer, also where the confirmation came too late
  delete record.refused;
  record.answeredAt = at;
  record.totalMs = at - record.dueAt;
  return true;
}

/** Whether nothing more is to come for a request. */
export function isSettled(record: RequestRecord): boolean {
  return record.answers > 0 || record.refused !== undefined;
}
