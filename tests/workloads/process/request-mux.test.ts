import { connect, type NatsConnection } from 'nats';
import { NoRespondersError, RequestMux } from '../../../workloads/process/request-mux';
import { NatsServer } from '../../support/nats-server';

let nats: NatsServer;
let connection: NatsConnection;
let requests: RequestMux;

beforeAll(async () => {
  nats = await NatsServer.start();
});
beforeEach(async () => {
  connection = await connect({ servers: nats.url });
  requests = new RequestMux(connection);
});
afterEach(() => connection.close());
afterAll(() => nats.stop());

test('gives each of many requests its own answer', async () => {
  connection.subscribe('double', {
    callback: (_error, message) => void message.respond(`${Number(message.string()) * 2}`),
  });
  const numbers = Array.from({ length: 500 }, (_, index) => index);
  const answers = await Promise.all(
    numbers.map((number) => requests.request('double', `${number}`, 5000)),
  );
  expect(answers.map((answer) => Number(answer.string()))).toEqual(numbers.map((n) => n * 2));
});

test('says where nobody answers, and where no answer comes in time', async () => {
  await expect(requests.request('nobody', '', 5000)).rejects.toThrow(NoRespondersError);
  connection.subscribe('silent', { callback: () => undefined });
  await expect(requests.request('silent', '', 50)).rejects.toThrow(
    'no answer on subject "silent" within 50 ms',
  );
});

test('a connection that is closed fails what is on its way, and what comes later', async () => {
  connection.subscribe('silent', { callback: () => undefined });
  const waiting = requests.request('silent', '', 60_000);
  const failed = expect(waiting).rejects.toThrow('the connection to nats is closed');
  await connection.close();
  await failed;
  expect(requests.isClosed).toBe(true);
  await expect(requests.request('silent', '', 60_000)).rejects.toThrow('CONNECTION_CLOSED');
});

test('gives up in time where the wall clock is set back', async () => {
  connection.subscribe('silent', { callback: () => undefined });
  const answer = requests.request('silent', '', 300);
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  try {
    await expect(answer).rejects.toThrow('no answer on subject "silent" within 300 ms');
  } finally {
    clock.mockRestore();
  }
});
