import { Algorithms, type AuthorizationRequest, createServer, decode, encode } from '@nats-io/jwt';
import { type NatsConnection as BrowserConnection } from '@nats-io/nats-core';
import { connect } from 'nats';
import { Authorizer } from '../../../workloads/auth-callout/authorizer';
import { newBrowserSession, sessionInbox } from '../../../workloads/protocol/browser-session';
import { eventually } from '../../support/meme-lab';
import { SecuredNats } from '../../support/nats-lab';
import { connectBrowser } from '../../support/nats-rights';

let nats: SecuredNats;
const open: BrowserConnection[] = [];

async function browser(): Promise<{ connection: BrowserConnection; inbox: string }> {
  const session = newBrowserSession();
  const inbox = await sessionInbox(session);
  const connection = await connectBrowser(nats.websocketUrl, session.id, session.secret, inbox);
  open.push(connection);
  return { connection, inbox };
}

/** What the server complains of, in order. */
function complaintsTo(connection: BrowserConnection): string[] {
  const complaints: string[] = [];
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'error') complaints.push(status.error.message);
    }
  })();
  return complaints;
}

// signing takes its time on a busy machine
jest.setTimeout(90_000);

beforeAll(async () => {
  nats = await SecuredNats.start();
  await nats.startCallout();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

afterAll(() => nats.stop());

test('a browser may have 50 subscriptions, and gets nothing through one more', async () => {
  const { connection, inbox } = await browser();
  const complaints = complaintsTo(connection);
  const heard: number[] = [];
  const subscribe = (number: number) =>
    connection.subscribe(`${inbox}.${number}`, { callback: () => void heard.push(number) });
  for (let number = 1; number <= 50; number++) subscribe(number);
  await connection.flush();
  expect(complaints).toEqual([]);

  subscribe(51);
  await connection.flush();
  const worker = await nats.connect('worker');
  for (const number of [51, 50]) worker.publish(`${inbox}.${number}`);

  await eventually('the message to the last one', 5000, async () => heard.includes(50));
  expect(heard).toEqual([50]);
  expect(complaints).toEqual([expect.stringMatching(/maximum subscriptions exceeded/i)]);
});

test('what the callout signs is good over a WebSocket alone, whatever it was told', async () => {
  await nats.stopCallout();
  const authorizer = new Authorizer(nats.secrets.issuerSeed);
  const server = createServer();
  const told = await nats.connect('auth-callout');
  const refusals: (string | undefined)[] = [];
  told.subscribe('$SYS.REQ.USER.AUTH', {
    callback: async (_error, question) => {
      const claim = decode<AuthorizationRequest>(question.string());
      const client_info = { ...claim.nats.client_info, type: 'websocket' };
      const untrue = { ...claim, nats: { ...claim.nats, client_info } };
      const asked = await encode(Algorithms.v2, untrue as typeof claim, server);
      const { response, refusal } = await authorizer.decide(asked);
      refusals.push(refusal);
      question.respond(response);
    },
  });
  await told.flush();
  const { id: user, secret: pass } = newBrowserSession();

  await expect(browser()).resolves.toBeDefined();
  const tcp = connect({ servers: nats.server.url, user, pass, reconnect: false });

  await expect(tcp).rejects.toThrow(/authorization violation/i);
  expect(refusals).toEqual([undefined, undefined]);
});
