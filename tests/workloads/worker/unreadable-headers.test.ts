import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';
import { type ModelServer, sendPicture, TINY_PNG } from '../../support/model-server';

jest.setTimeout(90_000);

let lab: MemeLab;
let model: ModelServer;
freshLabForEachTest((fresh) => (lab = fresh));
freshModelForEachTest((fresh) => (model = fresh));

/** Publishes with a header line that the server takes and the client library would refuse to send. */
async function publishUnreadable(body: object): Promise<void> {
  const { hostname, port } = new URL(lab.nats.url);
  const socket = connectTcp(Number(port), hostname);
  const header = 'NATS/1.0\r\nbad key: value\r\nNats-Msg-Id: one\r\n\r\n';
  const text = JSON.stringify(body);
  const sizes = `${header.length} ${header.length + text.length}`;
  socket.write('CONNECT {"headers":true,"verbose":false}\r\n');
  socket.write(`HPUB ${SUBJECTS.request} ${sizes}\r\n${header}${text}\r\nPING\r\n`);
  let heard = '';
  for (socket.setEncoding('utf8'); !/^PONG/m.test(heard);) heard += await once(socket, 'data');
  socket.destroy();
}

test('a request with headers that cannot be read is answered, on both paths, by a worker that goes on', async () => {
  await lab.bootstrap(3);
  const worker = await lab.startWorker({ ENABLE_CORE_NATS: 'true' });
  await publishUnreadable({ id: 'unreadable', prompt: 'bad key', small_image: true });
  const [answer] = await lab.whenAnswered(1);
  expect(answer).toMatchObject({ id: 'unreadable', subject: 'meme.response' });
  await eventually('an empty stream', 10_000, async () => (await lab.queue()).stored === 0);
  expect(await worker.metric('meme_generator_core_nats_messages_total')).toBe(1);
  expect(await worker.metric('meme_generator_redeliveries_total')).toBe(0);
});

test('one whose every worker dies becomes a dead letter all the same', async () => {
  await lab.bootstrap(1);
  model.reply = sendPicture(TINY_PNG, 60_000);
  await publishUnreadable({ id: 'poison', prompt: 'poison' });
  const doomed = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '1' });
  await eventually('the model to be asked', 20_000, async () => model.calls === 1);
  await doomed.kill();
  const survivor = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '1' });
  const [answer] = await lab.whenAnswered(1, 30_000);
  expect(answer).toMatchObject({ id: 'poison', subject: 'meme.response.error' });
  await eventually('an empty stream', 10_000, async () => (await lab.queue()).stored === 0);
  expect(await survivor.metric('meme_generator_dead_letters_total{reason="max-deliveries"')).toBe(
    1,
  );
});
