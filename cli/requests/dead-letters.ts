import { Command } from 'commander';
import {
  headers,
  type JetStreamManager,
  type NatsConnection,
  type NatsError,
  type StoredMsg,
} from 'nats';
import { HEADERS } from '../../workloads/protocol/headers';
import { DEAD_STREAM } from '../../workloads/protocol/streams';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import { publishRefusal } from '../../workloads/process/publish-refusal';
import { readSettings, subject, type Setting } from '../../workloads/process/setting';
import { connectTool } from './response-stream';
import { NATS_URL_SETTING } from './send-options';
import { runTool, UserError } from './user-error';

const SETTINGS = {
  natsUrl: NATS_URL_SETTING,
  subject: {
    flag: '--subject',
    description: 'subject of the requests',
    default: SUBJECTS.request,
    parse: subject,
  },
  replay: {
    flag: '--replay',
    description: 'request id of a dead letter to send again, or all; without it they are listed',
    parse: (text: string) => text,
  },
} as const satisfies Record<string, Setting<unknown>>;

const PROMPT_SHOWN = 60;
const MESSAGE_NOT_FOUND = 10037;

runTool(async () => {
  const program = new Command('dead-letters').description(
    'Lists the requests that were given up, or sends them again.',
  );
  const options = readSettings(program, SETTINGS, process.argv.slice(2), process.env);
  const connection = await connectTool(options.natsUrl, 'dead-letters');
  try {
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const letters = await readAll(manager);
    if (options.replay === undefined) return list(letters);
    return await replay(connection, manager, letters, options.replay, options.subject);
  } finally {
    await connection.close();
  }
});

/** @throws UserError where the stream is missing */
async function readAll(manager: JetStreamManager): Promise<StoredMsg[]> {
  const { name } = DEAD_STREAM;
  let state: { first_seq: number; last_seq: number; messages: number };
  try {
    ({ state } = await manager.streams.info(name));
  } catch (error) {
    throw new UserError(
      `stream "${name}" cannot be read (${(error as Error).message}); ` +
        'bring the lab up with "npm run up", which creates it',
    );
  }
  const letters: StoredMsg[] = [];
  for (let seq = state.first_seq; letters.length < state.messages && seq <= state.last_seq; seq++) {
    // a letter that was sent again is gone and leaves a gap
    const letter = await orGone(manager.streams.getMessage(name, { seq }));
    if (letter) letters.push(letter);
  }
  return letters;
}

async function orGone(call: Promise<StoredMsg>): Promise<StoredMsg | undefined> {
  try {
    return await call;
  } catch (error) {
    if ((error as NatsError).api_error?.err_code === MESSAGE_NOT_FOUND) return undefined;
    throw error;
  }
}

function list(letters: readonly StoredMsg[]): number {
  for (const letter of letters) {
    const [id, reason, deliveries, error] = [
      HEADERS.requestId,
      HEADERS.reason,
      HEADERS.deliveries,
      HEADERS.error,
    ].map((name) => letter.header.get(name));
    say(`${id}: ${reason} after ${deliveries} deliveries, ${letter.time.toISOString()}`);
    say(`  error: ${error}`);
    say(`  request: ${shorten(new TextDecoder().decode(letter.data))}`);
  }
  say(
    letters.length === 0
      ? 'no dead letters'
      : `${letters.length} dead letters; send them again with --replay <id> or --replay all`,
  );
  return 0;
}

async function replay(
  connection: NatsConnection,
  manager: JetStreamManager,
  letters: readonly StoredMsg[],
  which: string,
  requestSubject: string,
): Promise<number> {
  const chosen = letters.filter((letter) => which === 'all' || idOf(letter) === which);
  if (chosen.length === 0 && which !== 'all') {
    throw new UserError(
      `'--replay' is "${which}": no dead letter has this request id; ` +
        'list them without --replay, or use --replay all',
    );
  }
  for (const letter of chosen) {
    const own = headers();
    own.set(HEADERS.requestId, idOf(letter));
    own.set(HEADERS.replay, `replay-${letter.seq}`);
    const replyTo = letter.header.get(HEADERS.replyTo);
    if (replyTo) own.set(HEADERS.replyTo, replyTo);
    // an interruption between the two steps makes no second request
    const msgID = `${DEAD_STREAM.name}/${letter.seq}`;
    const publication = { headers: own, msgID, timeout: 5000 };
    try {
      await connection.jetstream().publish(requestSubject, letter.data, publication);
    } catch (error) {
      const reason = publishRefusal(error as Error, requestSubject);
      throw new UserError(`dead letter "${idOf(letter)}" was not sent again: ${reason}`);
    }
    await manager.streams.deleteMessage(DEAD_STREAM.name, letter.seq);
    say(`${idOf(letter)}: sent again`);
  }
  say(`${chosen.length} sent again`);
  return 0;
}

const idOf = (letter: StoredMsg): string => letter.header.get(HEADERS.requestId);

function shorten(text: string): string {
  return text.length <= PROMPT_SHOWN ? text : `${text.slice(0, PROMPT_SHOWN)}...`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
