import { createInbox, headers, type Msg } from 'nats';
import sharp from 'sharp';
import { type MemeResponse } from '../../../workloads/protocol/response';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';
import { type ModelServer, noisePicture, sendPicture } from '../../support/model-server';

jest.setTimeout(60_000);

let lab: MemeLab;

async function listen(subject: string): Promise<Msg[]> {
  const messages: Msg[] = [];
  lab.connection.subscribe(subject, { callback: (_error, message) => messages.push(message) });
  await lab.connection.flush();
  return messages;
}

describe('private replies', () => {
  freshLabForEachTest(async (fresh) => {
    lab = fresh;
    await lab.bootstrap(3);
    await lab.startWorker();
  });

  test.each([
    ['an inbox', () => createInbox()],
    ['a reply subject', () => 'meme.reply.me'],
  ])('the picture goes to %s, everyone else learns of it only', async (_name, subject) => {
    const replyTo = subject();
    const replies = await listen(replyTo);
    await lab.request({ id: 'mine', prompt: 'secret wish', reply_to: replyTo, small_image: true });
    await eventually('a reply', 10_000, async () => replies.length === 1);
    const own = replies[0]!.json<MemeResponse>();
    expect(own).toMatchObject({ request_id: 'mine', prompt: 'secret wish' });
    const picture = await sharp(Buffer.from(own.image_data!, 'base64')).metadata();
    expect(picture).toMatchObject({ width: 512 });
    await lab.whenIdle();
    const announced = (await lab.answers()).filter(({ subject: on }) => on === 'meme.response');
    expect(announced).toHaveLength(1);
    expect(announced[0]!.body).toMatchObject({ request_id: 'mine', private: true, prompt: '' });
    expect(announced[0]!.body.image_data).toBeUndefined();
    expect(JSON.stringify(announced[0])).not.toContain('secret');
  });

  test('an inbox is told when a worker begins, and by which', async () => {
    const inbox = createInbox();
    const told = await listen(`${inbox}.*`);
    const replies = await listen(inbox);

    await lab.request({ id: 'begun', prompt: 'a cat that begins', reply_to: inbox });

    await eventually('a reply', 10_000, async () => replies.length === 1);
    const { worker } = replies[0]!.json<MemeResponse>();
    expect(told.map(({ subject }) => subject)).toEqual([`${inbox}.started`]);
    expect(told[0]!.json()).toEqual({ request_id: 'begun', worker });
  });

  test('an inbox is answered once, although the stream of the answers was missing', async () => {
    const inbox = createInbox();
    const replies = await listen(inbox);
    const { streams } = await lab.connection.jetstreamManager();
    await streams.delete('MEME_RESPONSES');

    await lab.request({ id: 'once', prompt: 'a cat that waits', reply_to: inbox });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(replies).toHaveLength(0);

    await lab.bootstrap(3);
    await eventually('a reply', 30_000, async () => replies.length > 0);
    await lab.whenIdle();
    expect(replies).toHaveLength(1);
  });

  test('a reply subject keeps the picture for a client that was away', async () => {
    await lab.request({ id: 'away', prompt: 'later', reply_to: 'meme.reply.away' });
    const answers = await lab.whenAnswered(2);
    expect(
      answers.find(({ subject }) => subject === 'meme.reply.away')!.body.image_data,
    ).toBeTruthy();
  });

  test('the header says the same as the field, and an error is as private as a picture', async () => {
    const replies = await listen('meme.reply.header');
    const own = headers();
    own.set('reply_to', 'meme.reply.header');
    const body = JSON.stringify({ id: 'headed', prompt: ' ' });
    await lab.connection.jetstream().publish('meme.request', body, { headers: own });
    await eventually('a reply', 10_000, async () => replies.length === 1);
    expect(replies[0]!.json()).toMatchObject({ error: '\'prompt\' is " ": must not be empty' });
    await lab.whenIdle();
    const all = await lab.answers();
    expect(all.find(({ subject }) => subject === 'meme.response.error')!.body).toMatchObject({
      request_id: 'headed',
      private: true,
      error: 'failed; the reason went to the reply subject of the request',
    });
  });

  test.each([
    'meme.response',
    'meme.reply.>',
    'meme.reply.',
    '$JS.API.STREAM.DELETE.MEMES',
    'meme.request',
  ])('refuses to reply on "%s"', async (subject) => {
    await lab.request({ id: 'evil', prompt: 'a cat', reply_to: subject });
    const [answer] = await lab.whenAnswered(1);
    expect(answer!.subject).toBe('meme.response.error');
    expect(answer!.body.error).toMatch(/^'reply_to' is ".*": must /);
  });
});

describe('pictures above the payload limit', () => {
  let model: ModelServer;
  let large: Buffer;

  beforeAll(async () => {
    large = await noisePicture(1320);
  });
  freshModelForEachTest((fresh) => {
    model = fresh;
    model.reply = sendPicture(large);
  });
  freshLabForEachTest(
    (fresh) => {
      lab = fresh;
      return lab.bootstrap();
    },
    { natsConfig: 'max_payload: 65536' },
  );

  test('5 MB arrive byte for byte where a message holds 64 KiB', async () => {
    expect(large.length).toBeGreaterThan(5_000_000);
    const worker = await lab.startWorker(model.env);
    await lab.request({ id: 'large', prompt: 'large' });
    const [answer] = await lab.whenAnswered(1, 30_000);
    const { image_object: object, image_data: data } = answer!.body;
    expect(data).toBeUndefined();
    expect(object).toMatchObject({ bucket: 'meme-images', size: large.length });
    const store = await lab.connection.jetstream().views.os(object!.bucket);
    const bytes = Buffer.from((await store.getBlob(object!.name))!);
    expect(bytes.equals(large)).toBe(true);
    expect(await worker.metric('meme_generator_stored_images_total')).toBe(1);
  });

  test('without the bucket, a smaller picture arrives and the log says why', async () => {
    await lab.manager.streams.delete('OBJ_meme-images');
    const worker = await lab.startWorker(model.env);
    await lab.request({ id: 'shrunk', prompt: 'shrunk' });
    const [answer] = await lab.whenAnswered(1, 30_000);
    const picture = Buffer.from(answer!.body.image_data!, 'base64');
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg' });
    expect(worker.text).toContain('picture not stored, sending it smaller');
  });
});
