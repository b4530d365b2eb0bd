import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import sharp from 'sharp';

/** A PNG of one pixel. */
export const TINY_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** A PNG of noise, which nothing compresses: about three bytes for each pixel. */
export function noisePicture(edge: number): Promise<Buffer> {
  const raw = { width: edge, height: edge, channels: 3 } as const;
  return sharp(randomBytes(edge * edge * raw.channels), { raw })
    .png()
    .toBuffer();
}

/** How a request for a picture is answered. */
export type ModelReply = (response: ServerResponse, prompt: string) => void;

/** One request for a picture. */
export interface ModelCall {
  readonly prompt: string;
  /** The token it came with, which tells one worker from another. */
  readonly token: string;
  /** Unix time in milliseconds. */
  readonly at: number;
}

/** A text-to-image provider on a local port; it counts what it is asked for. */
export class ModelServer {
  /** Everything it was asked for, in order. */
  readonly log: ModelCall[] = [];
  /** How requests are answered; may be changed at any time. */
  reply: ModelReply = sendPicture(TINY_PNG);

  private constructor(private readonly server: Server) {}

  /** Starts on a free port. */
  static async start(): Promise<ModelServer> {
    const server = createServer((request, response) => void model.answer(request, response));
    const model = new ModelServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** Environment of a worker that uses it. */
  get env(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return { HF_API_TOKEN: 'hf_secret', HF_API_URL: `http://127.0.0.1:${port}/models/owner/model` };
  }

  /** Requests of all prompts together. */
  get calls(): number {
    return this.log.length;
  }

  /** Stops listening and cuts all connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as { inputs: string };
    // the worker wraps the prompt into an instruction
    const prompt = /about: (.*)\. Bold/.exec(inputs)?.[1] ?? inputs;
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    this.log.push({ prompt, token, at: Date.now() });
    this.reply(response, prompt);
  }
}

/** Answers with a picture, after a while. */
export function sendPicture(bytes: Buffer, afterMs = 0): ModelReply {
  return (response) => {
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'image/png' }).end(bytes),
      afterMs,
    ).unref();
  };
}

/** Answers with a failure. */
export function sendFailure(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): ModelReply {
  return (response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end('{"error":"busy"}');
  };
}
