import { createInbox, type Msg } from 'nats';
import { inboxPrefixOf } from '../../../workloads/protocol/nats-users';
import { DEAD_STREAM } from '../../../workloads/protocol/streams';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { eventually, type MemeLab } from '../../support/meme-lab';
import {
  type ModelServer,
  noisePicture,
  sendFailure,
  sendPicture,
  TINY_PNG,
} from '../../support/model-server';
import { type WorkerProcess } from '../../support/worker-process';

jest.setTimeout(90_000);

let lab: MemeLab;
let model: ModelServer;
freshModelForEachTest((fresh) => (model = fresh));
freshLabForEachTest(
  async (fresh) => {
    lab = fresh;
    await lab.bootstrap(2);
  },
  { secured: true, natsConfig: 'max_payload: 65536' },
);

/** What the server forbade it, and what it could not do. */
function complaints(worker: WorkerProcess): string[] {
  const bad = worker.log.filter(
    ({ level, msg }) => level === 'error' || msg === 'nats reports an error',
  );
  return bad.map(({ msg, error }) => `${msg}: ${String(error)}`);
}

test('the rights of its user are enough for every kind of answer', async () => {
  const large = await noisePicture(200);
  model.reply = (response, prompt) =>
    sendPicture(prompt === 'large' ? large : TINY_PNG)(response, prompt);
  const inbox = createInbox(inboxPrefixOf('operator'));
  const replies: Msg[] = [];
  lab.connection.subscribe(inbox, { callback: (_error, message) => replies.push(message) });
  const worker = await lab.startWorker({ ...model.env, ENABLE_CORE_NATS: 'true' });

  await lab.request({ id: 'open', prompt: 'open' });
  await lab.request({ id: 'inbox', prompt: 'inbox', reply_to: inbox });
  await lab.request({ id: 'kept', prompt: 'kept', reply_to: 'meme.reply.kept' });
  await lab.request({ id: 'large', prompt: 'large' });
  await lab.request({ id: 'empty', prompt: ' ' });
  const answers = await lab.whenAnswered(6);

  const subjects = answers.map(({ subject, id }) => `${subject} ${id}`).sort();
  expect(subjects).toEqual([
    'meme.reply.kept kept',
    'meme.response inbox',
    'meme.response kept',
    'meme.response large',
    'meme.response open',
    'meme.response.error empty',
  ]);
  expect(replies.map((message) => message.json())).toMatchObject([{ request_id: 'inbox' }]);
  const object = answers.find(({ id }) => id === 'large')!.body.image_object!;
  const store = await lab.connection.jetstream().views.os(object.bucket);
  expect(Buffer.from((await store.getBlob(object.name))!).equals(large)).toBe(true);
  expect(await worker.metric('meme_generator_core_nats_messages_total')).toBe(5);
  expect(complaints(worker)).toEqual([]);
});

test('the rights of its user are enough for dead letters and for giving work back', async () => {
  model.reply = (response, prompt) =>
    prompt === 'poison' ? undefined : sendFailure(422)(response, prompt);
  await lab.request({ id: 'poison', prompt: 'poison' });
  for (let death = 1; death <= 2; death++) {
    const doomed = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '2' });
    await eventually('the model to be asked', 20_000, async () => model.calls === death);
    await doomed.kill();
  }
  const survivor = await lab.startWorker({
    ...model.env,
    SHUTDOWN_GRACE_SECONDS: '2',
    MAX_DELIVERIES: '2',
  });
  await lab.request({ id: 'refused', prompt: 'refused' });
  await lab.whenAnswered(2, 30_000);
  await eventually('two dead letters', 10_000, async () => {
    const { state } = await lab.manager.streams.info(DEAD_STREAM.name);
    return state.messages === 2;
  });
  await eventually('an empty stream', 5000, async () => (await lab.queue()).stored === 0);
  // `refused` is an error of the provider, and said as such
  expect(complaints(survivor)).toEqual(['request failed: undefined']);

  await lab.request({ id: 'held', prompt: 'poison' });
  await eventually('the model to be asked', 10_000, async () => model.calls === 4);
  survivor.signal('SIGTERM');
  await survivor.exited();
  expect(survivor.text).toContain('stopping, giving the request back');
  expect(complaints(survivor)).toHaveLength(1);
});
