import { type NatsConnection as BrowserConnection } from '@nats-io/nats-core';
import { connect } from 'nats';
import {
  type BrowserSession,
  newBrowserSession,
  sessionInbox,
} from '../../../workloads/protocol/browser-session';
import { MEMES_STREAM } from '../../../workloads/protocol/streams';
import { browserRightsOf, connectBrowser } from '../../support/nats-rights';
import { SecuredNats } from '../../support/nats-lab';

let nats: SecuredNats;
const open: BrowserConnection[] = [];

const browser = async (session: BrowserSession): Promise<BrowserConnection> => {
  const inbox = await sessionInbox(session);
  const connection = await connectBrowser(nats.websocketUrl, session.id, session.secret, inbox);
  open.push(connection);
  return connection;
};

// signing takes its time on a busy machine
jest.setTimeout(90_000);

beforeAll(async () => {
  nats = await SecuredNats.start();
  await nats.startCallout();
  const operator = await nats.connect('operator');
  const manager = await operator.jetstreamManager();
  await manager.streams.add({ name: MEMES_STREAM.name, subjects: ['meme.request'] });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

afterAll(() => nats.stop());

describe('a browser', () => {
  test('may ask for memes, for the state and for load, and nothing else', async () => {
    const rights = browserRightsOf(await browser(newBrowserSession()));

    for (const subject of ['meme.request', 'lab.state.get', 'lab.load.start', 'lab.load.stop']) {
      expect([subject, await rights.publish(subject)]).toEqual([subject, 'allowed']);
    }
    for (const subject of [
      'meme.response',
      'meme.response.error',
      'meme.dead',
      'meme.reply.other',
      'lab.state',
      'lab.load.state',
      '_INBOX.operator.1',
      `$JS.API.STREAM.INFO.${MEMES_STREAM.name}`,
      `$JS.API.STREAM.MSG.GET.${MEMES_STREAM.name}`,
      `$JS.API.STREAM.DELETE.${MEMES_STREAM.name}`,
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.CONSUMER.MSG.NEXT.MEMES.meme-generator',
      '$JS.ACK.MEMES.meme-generator.1.1.1.1.1',
      '$O.meme-images.C.x',
      '$SYS.REQ.USER.AUTH',
      '$SYS.REQ.SERVER.PING',
    ]) {
      expect([subject, await rights.publish(subject)]).toEqual([subject, 'refused']);
    }
  });

  test('may listen to its own inbox and the public state, and to nothing else', async () => {
    const [own, other] = [newBrowserSession(), newBrowserSession()];
    const rights = browserRightsOf(await browser(own));

    for (const subject of ['lab.state', 'lab.load.state', `${await sessionInbox(own)}.>`]) {
      expect([subject, await rights.subscribe(subject)]).toEqual([subject, 'allowed']);
    }
    for (const subject of [
      '>',
      '*',
      'meme.>',
      'meme.request',
      'meme.response',
      'meme.reply.>',
      '_INBOX.>',
      '_INBOX.*.*',
      `_INBOX.${own.id}.>`,
      `${await sessionInbox(other)}.>`,
      '_INBOX.worker.>',
      '$JS.>',
      '$O.meme-images.>',
      '$SYS.>',
    ]) {
      expect([subject, await rights.subscribe(subject)]).toEqual([subject, 'refused']);
    }
  });

  test('gets the acknowledgement of its request and its answer, and no other browser does', async () => {
    const session = newBrowserSession();
    const [mine, others] = [await browser(session), await browser(newBrowserSession())];
    const inbox = await sessionInbox(session);
    const worker = await nats.connect('worker');
    const answer = mine.subscribe(`${inbox}.answers`, { max: 1 });
    const rights = browserRightsOf(others);
    expect(await rights.subscribe(`${inbox}.answers`)).toBe('refused');

    const acknowledgement = await mine.request('meme.request', '{}', { timeout: 5000 });
    worker.publish(`${inbox}.answers`, 'a picture');

    expect(acknowledgement.json()).toMatchObject({ stream: MEMES_STREAM.name });
    for await (const message of answer) expect(message.string()).toBe('a picture');
  });

  test.each([
    ['load', 'lab.load.get'],
    ['observer', 'lab.state.get'],
  ] as const)('cannot have %s answer where it may not publish itself', async (user, asked) => {
    const session = newBrowserSession();
    const [visitor, inbox] = [await browser(session), await sessionInbox(session)];
    const [program, operator] = [await nats.connect(user), await nats.connect('operator')];
    const heard: string[] = [];
    for (const subject of ['meme.>', 'lab.>', '$JS.EVENT.>', '$O.>'])
      operator.subscribe(subject, { callback: (_error, { subject: to }) => void heard.push(to) });
    await operator.flush();
    program.subscribe(asked, { callback: (_error, message) => void message.respond('answer') });
    await program.flush();

    for (const reply of [
      'meme.dead',
      'lab.load.start',
      '$JS.EVENT.ADVISORY.X',
      '$O.meme-images.C.x',
    ])
      visitor.publish(asked, '', { reply });
    // the last one is answered after all the others
    const answer = await visitor.request(asked, '', { timeout: 5000 });
    await operator.flush();

    expect(answer.string()).toBe('answer');
    expect(answer.subject).toContain(inbox);
    expect(heard.filter((subject) => subject !== asked)).toEqual([]);
    await Promise.all([program.close(), operator.close()]);
  });

  test('who knows the id but not the secret is somebody else', async () => {
    const session = newBrowserSession();
    const thief = { id: session.id, secret: newBrowserSession().secret };

    const rights = browserRightsOf(await browser(thief));

    expect(await rights.subscribe(`${await sessionInbox(session)}.>`)).toBe('refused');
  });

  test.each([
    ['without a secret', { id: 'a'.repeat(22), secret: '' }],
    ['with a short id', { id: 'short', secret: 'b'.repeat(22) }],
    ['with a wildcard in its id', { id: `${'a'.repeat(22)}.>`, secret: 'b'.repeat(22) }],
    ['with the name of a user', { id: 'operator', secret: 'b'.repeat(22) }],
  ])('%s is refused', async (_case, { id, secret }) => {
    await expect(connectBrowser(nats.websocketUrl, id, secret, '_INBOX.x')).rejects.toThrow(
      /authorization violation/i,
    );
  });

  test('over TCP a session is no user', async () => {
    const { id, secret } = newBrowserSession();
    const tcp = connect({ servers: nats.server.url, user: id, pass: secret, reconnect: false });

    await expect(tcp).rejects.toThrow(/authorization violation/i);
  });
});

test('without the callout browsers are refused and users with a password are not', async () => {
  await nats.stopCallout();
  try {
    const { id, secret } = newBrowserSession();
    const refused = connectBrowser(nats.websocketUrl, id, secret, '_INBOX.x');
    await expect(refused).rejects.toThrow(/authorization|timeout/i);
    const operator = await nats.connect('operator');
    await expect(operator.flush()).resolves.toBeUndefined();
  } finally {
    await nats.startCallout();
  }
  await expect(browser(newBrowserSession())).resolves.toBeDefined();
});
