import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import {
  MAX_PROMPT_LENGTH,
  requestIdSchema,
  MAX_REQUEST_ID_LENGTH,
} from '../../workloads/protocol/request';
import { REPLY_PREFIX, SUBJECTS } from '../../workloads/protocol/subjects';
import {
  flag,
  number,
  readSettings,
  subject,
  url,
  wholeNumber,
  type Setting,
} from '../../workloads/process/setting';
import { OTLP_ENDPOINT_SETTING } from '../../workloads/process/tracing';

/** What to send and where to save the answers. */
export interface SendOptions {
  readonly natsUrl: string;
  readonly subject: string;
  readonly responseSubject: string;
  readonly prompt: string;
  readonly id?: string;
  readonly guidance: number;
  readonly steps: number;
  readonly negative: string;
  readonly count: number;
  readonly fastMode: boolean;
  readonly smallImage: boolean;
  readonly private: boolean;
  readonly clientId?: string;
  readonly outputDir: string;
  readonly timeout: number;
  /** If absent, no traces are exported. */
  readonly otlpEndpoint?: string;
}

/** One request in its published form. */
export interface OutgoingRequest {
  readonly id: string;
  readonly prompt: string;
  readonly fast_mode: boolean;
  readonly small_image: boolean;
  readonly guidance_scale: number;
  readonly num_inference_steps: number;
  readonly negative_prompt: string;
  readonly reply_to?: string;
  readonly client_id?: string;
}

/** The server; every tool has this option. */
export const NATS_URL_SETTING = {
  flag: '--nats-url',
  env: 'NATS_URL',
  description: 'NATS server',
  default: 'nats://localhost:4222',
  parse: url('nats', 'tls'),
} as const;

/** Where pictures are saved; every tool has this option. */
export const OUTPUT_DIR_SETTING = {
  flag: '--output-dir',
  description: 'folder where the pictures are saved',
  default: './images',
  parse: (text: string) => text,
} as const;

const SETTINGS = {
  natsUrl: NATS_URL_SETTING,
  subject: {
    flag: '--subject',
    description: 'subject of the requests',
    default: SUBJECTS.request,
    parse: subject,
  },
  responseSubject: {
    flag: '--response-subject',
    description: 'subject of the answers',
    default: SUBJECTS.response,
    parse: subject,
  },
  prompt: {
    flag: '--prompt',
    description: 'what the meme is about',
    default: 'A cat wearing sunglasses on a beach',
    parse: prompt,
  },
  id: { flag: '--id', description: 'request id; default: a new UUID', parse: requestId },
  guidance: {
    flag: '--guidance',
    description: 'guidance scale',
    default: '7.5',
    parse: number(0, 100),
  },
  steps: {
    flag: '--steps',
    description: 'inference steps',
    default: '20',
    parse: wholeNumber(1, 1000),
  },
  negative: {
    flag: '--negative',
    description: 'what the meme must not show',
    default: '',
    parse: (text: string) => text,
  },
  count: {
    flag: '--count',
    description:
      'requests to send; with more than one, each prompt gets a number to make it distinct',
    default: '1',
    parse: wholeNumber(1, 100_000),
  },
  fastMode: {
    flag: '--fast-mode',
    description: 'ask for the fast model',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
  smallImage: {
    flag: '--small-image',
    description: 'ask for 512 instead of 1024 pixels',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
  private: {
    flag: '--private',
    description: 'have the pictures sent only to this program',
    isSwitch: true,
    default: 'false',
    parse: flag,
  },
  clientId: {
    flag: '--client-id',
    description: 'client name for the rate limit per minute',
    parse: requestId,
  },
  outputDir: OUTPUT_DIR_SETTING,
  timeout: {
    flag: '--timeout',
    description: 'seconds to wait for the answers',
    default: '120',
    parse: number(1, 86_400),
  },
  otlpEndpoint: OTLP_ENDPOINT_SETTING,
} as const satisfies Record<string, Setting<unknown>>;

/**
 * Reads the command line.
 *
 * @throws SettingsError listing every fault
 */
export function readSendOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SendOptions {
  const program = new Command('send-test-request').description(
    'Sends meme requests, waits for the answers and saves the pictures.',
  );
  return readSettings(program, SETTINGS, argv, env);
}

/** The requests that the options ask for. */
export function requestsOf(options: SendOptions): OutgoingRequest[] {
  const replyTo = options.private ? REPLY_PREFIX + randomUUID() : undefined;
  return Array.from({ length: options.count }, (_, index) => {
    const suffix = options.count === 1 ? '' : `${index + 1}`;
    return {
      id: options.id ? options.id + (suffix && `-${suffix}`) : randomUUID(),
      prompt: options.prompt + (suffix && ` #${suffix}`),
      fast_mode: options.fastMode,
      small_image: options.smallImage,
      guidance_scale: options.guidance,
      num_inference_steps: options.steps,
      negative_prompt: options.negative,
      ...(replyTo && { reply_to: replyTo }),
      ...(options.clientId && { client_id: options.clientId }),
    };
  });
}

function prompt(text: string): string {
  if (text.trim() === '') throw new Error('must not be empty');
  if (text.length > MAX_PROMPT_LENGTH) {
    throw new Error(
      `has ${text.length} characters, the maximum is ${MAX_PROMPT_LENGTH}; shorten it`,
    );
  }
  return text;
}

function requestId(text: string): string {
  if (!requestIdSchema.safeParse(text).success) {
    throw new Error(
      `must be 1 to ${MAX_REQUEST_ID_LENGTH} printable ASCII characters without spaces`,
    );
  }
  return text;
}
