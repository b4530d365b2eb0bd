import { Command } from 'commander';
import { type NatsConnection } from 'nats';
import { SUBJECTS } from '../../workloads/protocol/subjects';
import {
  number,
  readSettings,
  subject,
  wholeNumber,
  type Setting,
} from '../../workloads/process/setting';
import { describePicture, parseAnswer } from './answer';
import { pictureBytes } from './picture-bytes';
import { preparePictureFolder, savePicture } from './picture-file';
import { connectTool, ResponseStream } from './response-stream';
import { NATS_URL_SETTING, OUTPUT_DIR_SETTING } from './send-options';
import { runTool, UserError } from './user-error';

const SETTINGS = {
  natsUrl: NATS_URL_SETTING,
  subject: {
    flag: '--subject',
    description: 'subject of the answers',
    default: SUBJECTS.response,
    parse: subject,
  },
  outputDir: OUTPUT_DIR_SETTING,
  timeout: {
    flag: '--timeout',
    description: 'seconds to watch',
    default: '300',
    parse: number(1, 86_400),
  },
  since: {
    flag: '--since',
    description: 'also show the answers of the last SECONDS; they are kept for 15 minutes',
    default: '0',
    parse: number(0, 86_400),
  },
  count: {
    flag: '--count',
    description: 'stop after this many answers',
    default: '1000000',
    parse: wholeNumber(1, 1_000_000),
  },
} as const satisfies Record<string, Setting<unknown>>;

interface WatchOptions {
  readonly natsUrl: string;
  readonly subject: string;
  readonly outputDir: string;
  readonly timeout: number;
  readonly since: number;
  readonly count: number;
}

runTool(async () => {
  const options = readOptions(process.argv.slice(2));
  await preparePictureFolder(options.outputDir);
  const connection = await connectTool(options.natsUrl, 'watch-responses');
  try {
    return await watch(connection, options);
  } finally {
    await connection.close();
  }
});

function readOptions(argv: readonly string[]): WatchOptions {
  const program = new Command('watch-responses').description(
    'Prints the answers as they arrive and saves the pictures.',
  );
  return readSettings(program, SETTINGS, argv, process.env);
}

async function watch(connection: NatsConnection, options: WatchOptions): Promise<number> {
  const stream = await ResponseStream.find(connection, options.subject);
  const past = new Date(Date.now() - options.since * 1000);
  const answers = await stream.follow(options.since > 0 ? { time: past } : { next: true }, false);
  process.stdout.write(`watching "${options.subject}" for ${options.timeout} s\n`);
  const timer = setTimeout(() => answers.stop(), options.timeout * 1000);
  process.once('SIGINT', () => answers.stop());
  let pictures = 0;
  let failures = 0;
  try {
    for await (const message of answers) {
      if (await show(connection, message.string(), options.outputDir)) pictures++;
      else failures++;
      if (pictures + failures === options.count) break;
    }
  } finally {
    clearTimeout(timer);
    answers.stop();
  }
  process.stdout.write(`${pictures} pictures, ${failures} failures\n`);
  if (pictures + failures > 0) return failures === 0 ? 0 : 1;
  throw new UserError(
    `no answer on "${options.subject}" within ${options.timeout} s; send a request with ` +
      '"npm run send-test-request", or look at the workers with "npm run status"',
  );
}

/** @returns whether it was a picture; a message that is not an answer is printed and counts as a failure */
async function show(connection: NatsConnection, text: string, folder: string): Promise<boolean> {
  try {
    const answer = parseAnswer(text);
    if (answer.kind === 'picture') {
      const bytes = await pictureBytes(connection, answer.response);
      const path = bytes && (await savePicture(folder, answer.response, bytes));
      process.stdout.write(`${describePicture(answer.response, path)}\n`);
      return true;
    }
    process.stderr.write(`${answer.failure.request_id}: failed: ${answer.failure.error}\n`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
  return false;
}
