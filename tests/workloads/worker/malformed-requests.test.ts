import { Random } from '../../../workloads/protocol/random';
import { SUBJECTS } from '../../../workloads/protocol/subjects';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { MALFORMED, malformedRequest } from '../../support/malformed-requests';
import { eventually, type MemeLab } from '../../support/meme-lab';
import { RawPublisher } from '../../support/raw-publisher';

jest.setTimeout(60_000);

const REQUESTS = 1000;
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/;

let lab: MemeLab;
freshLabForEachTest((fresh) => {
  lab = fresh;
  return lab.bootstrap();
});

test(`each of ${REQUESTS} malformed requests ends with one picture or one clear error`, async () => {
  const kinds = Object.keys(MALFORMED);
  expect(kinds.length).toBeGreaterThanOrEqual(50);
  const random = new Random(SEED);
  const publisher = await RawPublisher.connect(lab.nats.url);
  for (let index = 0; index < REQUESTS; index++) {
    const request = malformedRequest(kinds[index % kinds.length]!, random, `fuzz-${index}`);
    publisher.publish(SUBJECTS.request, request.body, request.headers);
    // the stream refuses nothing only while it has room
    if (index % 100 === 0) await publisher.flush();
  }
  await publisher.flush();
  publisher.close();
  await eventually(
    'all in the stream',
    10_000,
    async () => (await lab.queue()).stored === REQUESTS,
  );

  const worker = await lab.startWorker({ WORKER_CONCURRENCY: '8' });
  const answers = (await lab.whenAnswered(REQUESTS, 40_000)).filter(({ subject }) =>
    [SUBJECTS.response, SUBJECTS.error].includes(subject as typeof SUBJECTS.response),
  );

  expect(new Set(answers.map(({ id }) => id)).size).toBe(REQUESTS);
  expect(answers).toHaveLength(REQUESTS);
  for (const { subject, id, body } of answers) {
    expect(id).toMatch(id.startsWith('fuzz-') ? /^fuzz-\d+$/ : UUID);
    if (subject === SUBJECTS.response) expect(body.image_data).toMatch(/^\/9j\//);
    else expect(body.error).toMatch(/^(request (is|has) |'\w+' (is|has) )[^\0\n]{5,900}$/);
  }
  expect((await lab.queue()).stored).toBe(0);
  expect(await worker.metric('meme_generator_redeliveries_total')).toBe(0);
  expect(worker.text).not.toContain('Warning');
  expect(worker.log.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});
