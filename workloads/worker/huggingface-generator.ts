import { InferenceClient } from '@huggingface/inference';
import { type MemeRequest } from '../protocol/request';
import { boundedReply, TooLargeError } from './bounded-reply';
import { checkPicture } from './check-picture';
import { GeneratorError, pictureSize, type Generator, type Picture } from './generator';

/** How to reach the model. */
export interface HuggingFaceGeneratorOptions {
  readonly token: string;
  /** The model's URL; `fast_mode` and `small_image` replace the model in it. */
  readonly url: string;
  /** Time for one picture, in milliseconds. */
  readonly timeoutMs: number;
}

interface Call {
  /** Whether the request left this process. */
  asked: boolean;
  reply?: Response;
}

const FAST_MODEL = 'black-forest-labs/FLUX.1-schnell';
/** As much of a provider's own words as is repeated, in characters. */
const MAX_ERROR_LENGTH = 500;
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/** Makes memes with a text-to-image model at Hugging Face. */
export class HuggingFaceGenerator implements Generator {
  private readonly client: InferenceClient;

  constructor(private readonly options: HuggingFaceGeneratorOptions) {
    this.client = new InferenceClient(options.token);
  }

  variant(request: MemeRequest): string {
    return `huggingface ${this.urlFor(request)}`;
  }

  async generate(request: MemeRequest, signal: AbortSignal): Promise<Picture> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    const size = pictureSize(request);
    const call: Call = { asked: false };
    try {
      const blob = await this.client.textToImage(
        {
          endpointUrl: this.urlFor(request),
          inputs: instruct(request.prompt),
          parameters: { width: size, height: size },
        },
        {
          outputType: 'blob',
          retry_on_error: false,
          signal: AbortSignal.any([signal, timeout]),
          // the library's errors do not carry the headers, and Retry-After is one
          fetch: async (input, init) => {
            call.asked = true;
            call.reply = await fetch(input, init);
            return boundedReply(call.reply);
          },
        },
      );
      return await toPicture(blob);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof GeneratorError) throw error;
      throw explain(error as Error, call, timeout.aborted ? this.options.timeoutMs : undefined);
    }
  }

  private urlFor(request: MemeRequest): string {
    if (!request.fast_mode && !request.small_image) return this.options.url;
    // an endpoint of one's own serves one model, there is no other to choose
    return this.options.url.replace(/\/models\/[^/?]+\/[^/?]+/, `/models/${FAST_MODEL}`);
  }
}

function instruct(prompt: string): string {
  return (
    `Funny internet meme about: ${prompt}. Bold cartoon style, saturated colours, one clear subject, ` +
    'caption in white capital letters with a black outline at the top and at the bottom.'
  );
}

async function toPicture(blob: Blob): Promise<Picture> {
  const bytes = Buffer.from(await blob.arrayBuffer());
  const size = `"${blob.type || 'no content type'}" (${bytes.length} bytes)`;
  let mimeType: string | undefined;
  try {
    mimeType = await checkPicture(bytes);
  } catch (cause) {
    throw new GeneratorError(
      `hugging face answered with ${size}, which is no JPEG, PNG or WebP that can be decoded; ` +
        "check that 'HF_API_URL' is a text-to-image model",
      { retryable: false, cause },
    );
  }
  if (!mimeType) {
    throw new GeneratorError(
      `hugging face answered with ${size}, which is no JPEG, PNG or WebP; ` +
        "check that 'HF_API_URL' is a text-to-image model",
      { retryable: false },
    );
  }
  return { bytes, mimeType };
}

function explain(error: Error, call: Call, timedOutAfterMs?: number): Error {
  const { asked, reply } = call;
  if (error instanceof TooLargeError) {
    return new GeneratorError(`hugging face answered with ${error.message}`, {
      retryable: false,
      cause: error,
    });
  }
  if (timedOutAfterMs !== undefined) {
    const seconds = timedOutAfterMs / 1000;
    return new GeneratorError(`hugging face did not answer within ${seconds} s`, {
      retryable: true,
      isDown: true,
      cause: error,
    });
  }
  if (!asked) {
    return new GeneratorError(`request cannot be put to hugging face: ${error.message}`, {
      retryable: false,
      cause: error,
    });
  }
  if (!reply) {
    const cause = (error.cause as Error | undefined)?.message ?? error.message;
    return new GeneratorError(`hugging face cannot be reached: ${cause}`, {
      retryable: true,
      isDown: true,
      cause: error,
    });
  }
  const { status } = reply;
  // the library checks the answer before it reads the picture, so the connection broke in it
  if (reply.ok && error.name === 'TypeError') {
    const cause = (error.cause as Error | undefined)?.message ?? error.message;
    return new GeneratorError(`hugging face broke off in the middle of its answer: ${cause}`, {
      retryable: true,
      isDown: true,
      cause: error,
    });
  }
  const retryable = status === 408 || status === 429 || status >= 500;
  const said = error.message.slice(0, MAX_ERROR_LENGTH);
  return new GeneratorError(`hugging face answered ${status}${hint(status)}: ${said}`, {
    retryable,
    isDown: status === 408 || status >= 500,
    retryAfterMs: retryable ? retryAfterMs(reply.headers.get('retry-after')) : undefined,
    cause: error,
  });
}

function hint(status: number): string {
  if (status === 401 || status === 403) return " (check 'HF_API_TOKEN')";
  if (status === 402) return ' (the account has no credit left)';
  if (status === 404) return " (check 'HF_API_URL')";
  return '';
}

/** Retry-After is a number of seconds or a date, and whatever it says, nobody waits for ever. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = !Number.isNaN(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
