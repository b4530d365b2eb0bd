import { DenyList, DEFAULT_DENY_WORDS, denyWords } from '../../../workloads/worker/moderation';
import { freshLabForEachTest } from '../../support/fresh-lab';
import { type MemeLab } from '../../support/meme-lab';

jest.setTimeout(60_000);

describe('the deny list', () => {
  const list = new DenyList(['gore', 'heil hitler', 'naïve']);

  test.each(['Gore!', 'a GÖRE fest', 'heil,  HITLER', 'so naive', 'ｇｏｒｅ'])(
    'refuses %j',
    async (prompt) => {
      expect(await list.refusal(prompt)).toMatch(/^'prompt' holds ".*", which is not allowed here/);
    },
  );

  test.each(['gorette', 'a heil storm', 'hitler'])('takes %j', async (prompt) => {
    expect(await list.refusal(prompt)).toBeUndefined();
  });

  test('is made of words or phrases, and can be switched off', async () => {
    expect(denyWords('a, b c ,')).toEqual(['a', 'b c']);
    expect(denyWords('none')).toEqual([]);
    expect(() => denyWords(', ;')).toThrow('must be words separated by commas, or none');
    expect(await new DenyList([]).refusal(DEFAULT_DENY_WORDS.join(' '))).toBeUndefined();
  });
});

describe('a worker with limits', () => {
  let lab: MemeLab;
  freshLabForEachTest((fresh) => {
    lab = fresh;
    return lab.bootstrap(3);
  });

  test('refuses prompts with the words it was given, and those alone', async () => {
    const worker = await lab.startWorker({ DENY_WORDS: 'pineapple' });
    await lab.request({ id: 'bad', prompt: 'Pineapple on pizza', small_image: true });
    await lab.request({ id: 'good', prompt: 'apple on pizza', small_image: true });
    const answers = await lab.whenAnswered(2);
    const bad = answers.find(({ id }) => id === 'bad')!;
    expect(bad.subject).toBe('meme.response.error');
    expect(bad.body.error).toContain('\'prompt\' holds "pineapple"');
    expect(answers.find(({ id }) => id === 'good')!.subject).toBe('meme.response');
    expect(await worker.metric('meme_generator_errors_total{reason="moderated"')).toBe(1);
  });

  test('counts requests per client over all workers, each once', async () => {
    const env = { RATE_LIMIT_PER_MINUTE: '3' };
    await Promise.all([lab.startWorker(env), lab.startWorker(env)]);
    // the limit is per minute of the clock; a run across its end would see two of them
    const left = 60_000 - (Date.now() % 60_000);
    if (left < 25_000) await new Promise((resolve) => setTimeout(resolve, left));
    for (const client of ['anna', 'bert']) {
      for (let each = 0; each < 5; each++) {
        const id = `${client}-${each}`;
        await lab.request({ id, prompt: 'the same', client_id: client, small_image: true });
      }
    }
    const answers = await lab.whenAnswered(10);
    for (const client of ['anna', 'bert']) {
      const own = answers.filter(({ id }) => id.startsWith(client));
      expect(own.filter(({ subject }) => subject === 'meme.response')).toHaveLength(3);
      const refused = own.filter(({ subject }) => subject === 'meme.response.error');
      expect(refused).toHaveLength(2);
      expect(refused[0]!.body.error).toMatch(
        new RegExp(`^'client_id' is "${client}": at most 3 requests per minute are allowed; try`),
      );
    }
  });
});
