import { connect } from 'nats';
import { NATS_USERS, type NatsUserName } from '../../../../charts/platform/nats/nats-users';
import { SecuredNats } from '../../../support/nats-lab';
import { rightsOf } from '../../../support/nats-rights';

let nats: SecuredNats;

// the callout's whole time passes before an unknown client is refused
jest.setTimeout(90_000);

beforeAll(async () => {
  nats = await SecuredNats.start();
});

afterAll(() => nats.stop());

interface Expected {
  readonly publish: readonly string[];
  readonly notPublish: readonly string[];
  readonly subscribe: readonly string[];
  readonly notSubscribe: readonly string[];
}

const EXPECTED: Readonly<Partial<Record<NatsUserName, Expected>>> = {
  worker: {
    publish: ['meme.response', 'meme.response.error', 'meme.reply.x', 'meme.dead', '_INBOX.a.b'],
    notPublish: [
      'meme.request',
      'lab.load.start',
      '$JS.API.STREAM.DELETE.MEMES',
      '$JS.API.STREAM.CREATE.MINE',
      '$JS.API.STREAM.PURGE.MEMES',
      '$JS.API.CONSUMER.DELETE.MEMES.meme-generator',
      '$JS.API.STREAM.MSG.GET.MEME_RESPONSES',
    ],
    subscribe: ['_INBOX.worker.x'],
    notSubscribe: ['>', '_INBOX.>', '_INBOX.operator.x', 'meme.response', 'lab.load.start'],
  },
  bootstrap: {
    publish: ['$JS.API.STREAM.CREATE.MEMES', '$JS.API.STREAM.UPDATE.MEMES', '$JS.API.INFO'],
    notPublish: ['meme.request', '$JS.API.STREAM.DELETE.MEMES', '$JS.API.STREAM.MSG.GET.MEMES'],
    subscribe: ['_INBOX.bootstrap.x'],
    notSubscribe: ['>', 'meme.>', '_INBOX.worker.x'],
  },
  observer: {
    publish: [
      'lab.state',
      '_INBOX.a.b',
      '$JS.API.STREAM.INFO.MEMES',
      '$JS.API.CONSUMER.INFO.MEMES.x',
    ],
    notPublish: ['meme.request', 'meme.response', '$JS.API.STREAM.DELETE.MEMES'],
    subscribe: ['lab.state.get', '_INBOX.observer.x', '$JS.EVENT.ADVISORY.>'],
    notSubscribe: ['meme.request', 'meme.response', '_INBOX.>', 'lab.load.start'],
  },
  load: {
    publish: ['meme.request', 'lab.load.state', '_INBOX.a.b'],
    notPublish: ['meme.response', 'lab.state', 'meme.dead', '$JS.API.STREAM.DELETE.MEMES'],
    subscribe: ['lab.load.start', 'lab.load.stop', 'lab.load.get', 'meme.response'],
    notSubscribe: ['_INBOX.>', 'meme.request', 'lab.state.get'],
  },
  operator: {
    publish: ['meme.request', '$JS.API.STREAM.INFO.MEMES', 'lab.load.start'],
    notPublish: [],
    subscribe: ['>', 'meme.response'],
    notSubscribe: [],
  },
  'auth-callout': {
    publish: [],
    notPublish: ['$SYS.REQ.USER.AUTH'],
    subscribe: ['$SYS.REQ.USER.AUTH'],
    notSubscribe: [],
  },
};

test.each(Object.entries(EXPECTED))('user %s may do what it needs only', async (user, expected) => {
  const rights = rightsOf(await nats.connect(user as NatsUserName));
  const seen: Record<string, string[]> = {
    publish: [],
    notPublish: [],
    subscribe: [],
    notSubscribe: [],
  };
  for (const subject of [...expected.publish, ...expected.notPublish]) {
    const allowed = (await rights.publish(subject)) === 'allowed';
    seen[allowed ? 'publish' : 'notPublish']!.push(subject);
  }
  for (const subject of [...expected.subscribe, ...expected.notSubscribe]) {
    const allowed = (await rights.subscribe(subject)) === 'allowed';
    seen[allowed ? 'subscribe' : 'notSubscribe']!.push(subject);
  }

  expect(seen).toEqual(expected);
});

test('every user has its rights looked at', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(NATS_USERS.map(({ name }) => name).sort());
});

test.each([
  ['no credentials', {}],
  ['another password', { user: 'operator', pass: 'guess' }],
  ['no password', { user: 'operator' }],
])(
  'a client with %s is refused',
  async (_case, credentials) => {
    const refused = connect({ servers: nats.server.url, reconnect: false, ...credentials });

    await expect(refused).rejects.toThrow(/authorization violation/i);
  },
  40_000,
);
