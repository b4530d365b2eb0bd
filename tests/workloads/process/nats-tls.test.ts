import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientTls, NATS_TLS } from '../../../charts/platform/nats/nats-tls';
import { natsCertificate } from '../../../infra/secrets/nats-certificate';
import {
  selfSignedServer,
  type ServerCertificate,
} from '../../../infra/secrets/server-certificate';
import { createLogger } from '../../../workloads/process/logger';
import { NatsLink } from '../../../workloads/process/nats-link';
import { natsCredentials } from '../../../workloads/protocol/nats-credentials';
import { NatsServer } from '../../support/nats-server';

jest.setTimeout(30_000);

const log = createLogger({ name: 'test', level: 'silent' });

let certificate: ServerCertificate;
let folder: string;
let secured: NatsServer;
let plain: NatsServer;

/** A server with the configuration of the chart, its files in a folder of this machine. */
async function startWith(own: ServerCertificate): Promise<NatsServer> {
  for (const part of ['certificate', 'privateKey'] as const) {
    await writeFile(join(folder, NATS_TLS.keys[part]), own[part]);
  }
  return NatsServer.start(clientTls().join('\n').replaceAll(NATS_TLS.folder, folder));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-tls-'));
  certificate = await natsCertificate();
  secured = await startWith(certificate);
  plain = await NatsServer.start();
});

afterAll(async () => {
  await secured.stop();
  await plain.stop();
  await rm(folder, { recursive: true, force: true });
});

const open = (url: string, ca?: string) =>
  NatsLink.open({ url, name: 'test', log, credentials: natsCredentials({ NATS_CA: ca }) });

const tlsUrl = (server: NatsServer) => server.url.replace('nats:', 'tls:');

test('a client with the authority speaks TLS, under either scheme', async () => {
  for (const url of [secured.url, tlsUrl(secured)]) {
    const link = await open(url, certificate.authority);
    expect(link.connection.info?.tls_required).toBe(true);
    await link.connection.flush();
    await link.close(1000);
  }
});

/** What a server says to a client that connects in plain text and asks for a sign of life. */
async function plainAnswer({ url }: NatsServer): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data: Buffer) => {
    received.push(data);
    if (data.includes('PONG')) socket.end();
  });
  // a reset is one way of being refused
  socket.on('error', () => undefined);
  socket.write('CONNECT {"verbose":false}\r\nPING\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(received).toString();
}

test('the server takes no plain text', async () => {
  expect(await plainAnswer(plain)).toContain('PONG');
  expect(await plainAnswer(secured)).not.toContain('PONG');
});

test('a client without the authority says which variable it needs', async () => {
  await expect(open(secured.url)).rejects.toThrow(
    /^nats at "nats:.*": its certificate is not trusted \(.*\): set 'NATS_CA' to the certificate of the/,
  );
});

test("a client with another server's authority does not trust this one", async () => {
  const { authority } = await natsCertificate();
  await expect(open(secured.url, authority)).rejects.toThrow(/its certificate is not trusted \(/);
});

test('a certificate for another host is not trusted', async () => {
  const elsewhere = await selfSignedServer(['elsewhere.example.com']);
  const server = await startWith(elsewhere);
  try {
    await expect(open(server.url, elsewhere.authority)).rejects.toThrow(
      /its certificate is not trusted \(.*altnames/,
    );
  } finally {
    await server.stop();
  }
});

test('a client that must speak TLS tells nothing to a server that does not', async () => {
  for (const [url, ca] of [
    [plain.url, certificate.authority],
    [tlsUrl(plain), undefined],
  ] as const) {
    await expect(open(url, ca)).rejects.toThrow(/it speaks no TLS, which 'NATS_URL' or 'NATS_CA'/);
  }
});
