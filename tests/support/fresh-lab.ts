import { MemeLab, type MemeLabOptions } from './meme-lab';
import { ModelServer } from './model-server';
import { stagedImage } from './staged-image';

/**
 * Gives each test of a file or of a block a lab of its own, made of one staged worker.
 *
 * @param use told of each lab before its test
 */
export function freshLabForEachTest(
  use: (lab: MemeLab) => unknown,
  options: MemeLabOptions = {},
): void {
  let lab: MemeLab | undefined;
  beforeEach(async () => {
    lab = await MemeLab.start(await stagedImage('worker'), options);
    await use(lab);
  });
  afterEach(async () => {
    await lab?.stop();
    lab = undefined;
  });
}

/**
 * Gives each test a provider of pictures of its own.
 *
 * @param use told of each provider before its test
 */
export function freshModelForEachTest(use: (model: ModelServer) => unknown): void {
  let model: ModelServer | undefined;
  beforeEach(async () => {
    model = await ModelServer.start();
    await use(model);
  });
  afterEach(async () => {
    await model?.stop();
    model = undefined;
  });
}
