import { freshLabForEachTest, freshModelForEachTest } from '../../support/fresh-lab';
import { type MemeLab, eventually } from '../../support/meme-lab';
import { type ModelServer, sendFailure, sendPicture, TINY_PNG } from '../../support/model-server';
import { runTs } from '../../support/run';

jest.setTimeout(90_000);

let lab: MemeLab;
let model: ModelServer;

freshLabForEachTest((fresh) => (lab = fresh));
freshModelForEachTest((fresh) => (model = fresh));

const tool = (...args: string[]) =>
  runTs('cli/requests/dead-letters.ts', args, lab.env('operator'));

test('a request whose every worker dies is answered, kept, and can be sent again', async () => {
  await lab.bootstrap(1);
  model.reply = sendPicture(TINY_PNG, 60_000);
  await lab.request({ id: 'poison', prompt: 'poison' });
  for (let death = 1; death <= 2; death++) {
    const doomed = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '2' });
    await eventually('the model to be asked', 20_000, async () => model.calls === death);
    await doomed.kill();
  }
  const survivor = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '2' });
  const [answer] = await lab.whenAnswered(1, 30_000);
  expect(answer).toMatchObject({ id: 'poison', subject: 'meme.response.error' });
  expect(answer!.body.error).toMatch(/^gave up after 2 deliveries, none of which came to an end/);
  await eventually('an empty stream', 5000, async () => (await lab.queue()).stored === 0);
  expect(await survivor.metric('meme_generator_dead_letters_total{reason="max-deliveries"')).toBe(
    1,
  );

  const listed = await tool();
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toContain('poison: max-deliveries after 2 deliveries, ');
  expect(listed.stdout).toContain('request: {"id":"poison","prompt":"poison"}');

  model.reply = sendPicture(TINY_PNG);
  expect(await tool('--replay', 'poison')).toMatchObject({ code: 0, stderr: '' });
  const answers = await lab.whenAnswered(2, 30_000);
  expect(answers[1]).toMatchObject({ id: 'poison', subject: 'meme.response' });
  expect((await tool()).stdout).toBe('no dead letters\n');
});

test('what a worker gives up is kept with the reason, and counted', async () => {
  await lab.bootstrap(3);
  const worker = await lab.startWorker({ ...model.env, MAX_DELIVERIES: '1' });
  model.reply = sendFailure(503);
  await lab.request({ id: 'down', prompt: 'down' });
  await lab.whenAnswered(1);
  model.reply = sendFailure(422);
  await lab.request({ id: 'no', prompt: 'no' });
  await lab.whenAnswered(2);
  expect(await worker.metric('meme_generator_dead_letters_total{reason="exhausted"')).toBe(1);
  expect(await worker.metric('meme_generator_dead_letters_total{reason="refused"')).toBe(1);
  const { stdout } = await tool();
  expect(stdout).toMatch(/down: exhausted after 1 deliveries/);
  expect(stdout).toMatch(/error: gave up after 1 attempts: hugging face answered 503/);
  expect(stdout).toMatch(/no: refused after 1 deliveries/);
  expect(stdout).toContain('2 dead letters');

  model.reply = sendPicture(TINY_PNG);
  const again = await tool('--replay', 'all');
  expect(again.stdout).toContain('2 sent again');
  const answers = await lab.whenAnswered(4);
  expect(answers.slice(2).map(({ subject }) => subject)).toEqual([
    'meme.response',
    'meme.response',
  ]);
});

test('a bad request is answered and is no dead letter', async () => {
  await lab.bootstrap();
  await lab.startWorker(model.env);
  await lab.request('not json');
  await lab.whenAnswered(1);
  expect((await tool()).stdout).toBe('no dead letters\n');
});

test('the tool names an id that is not there and a stream that is missing', async () => {
  const missing = await tool();
  expect(missing.code).toBe(1);
  expect(missing.stderr).toMatch(/^stream "MEME_DEAD" cannot be read .*npm run up/);
  await lab.bootstrap();
  const unknown = await tool('--replay', 'nobody');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/^'--replay' is "nobody": no dead letter has this request id/);
});
