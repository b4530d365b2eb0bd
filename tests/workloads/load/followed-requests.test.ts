import { FollowedRequests } from '../../../workloads/load/followed-requests';
import { noteError, notePicture } from '../../../workloads/load/request-record';

const unstopped = new AbortController().signal;
const ignored = () => undefined;
const heard = new Promise<never>(ignored);

test('a request that was answered after its confirmation was given up counts as answered alone', async () => {
  const requests = new FollowedRequests({
    profile: {
      name: 'four',
      description: 'four at once',
      stages: [{ kind: 'burst', requests: 4 }],
      clients: 1,
      repeatShare: 0,
    },
    runId: 'late',
    drainSeconds: 60,
  });
  const publish = async (_: unknown, index: number) => {
    if (index < 3) throw new Error('TIMEOUT');
  };
  const answer = () => {
    const [first, second, , last] = requests.records;
    // their confirmations are given up after this
    setImmediate(() => {
      notePicture(first!, Date.now(), { worker: 'worker-0' });
      noteError(second!, Date.now(), 'no generator');
      notePicture(last!, Date.now(), { worker: 'worker-0' });
      requests.noted();
    });
  };

  await requests.run(publish, unstopped, answer, heard);

  expect(requests.records[2]).toMatchObject({ refused: 'TIMEOUT', answers: 0 });
  expect(requests.counts()).toMatchObject({ sent: 4, refused: 1, answered: 2, failed: 1 });
});
