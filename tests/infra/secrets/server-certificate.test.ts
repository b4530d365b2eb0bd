import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedServer } from '../../../infra/secrets/server-certificate';

const NAME = 'webhook.lab.svc';

async function requestTo(
  server: { certificate: string; privateKey: string },
  ca: string,
  servername = NAME,
): Promise<number | undefined> {
  const { certificate: cert, privateKey: key } = server;
  const listener = https.createServer({ cert, key }, (_request, response) => response.end());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      https
        .get({ host: '127.0.0.1', port, servername, ca, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on('error', reject);
    });
  } finally {
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  }
}

test('a client that trusts the authority, and no other, trusts the server under its name alone', async () => {
  const server = await selfSignedServer([NAME]);
  const other = await selfSignedServer([NAME]);

  await expect(requestTo(server, server.authority)).resolves.toBe(200);
  await expect(requestTo(server, other.authority)).rejects.toThrow(/certificate/);
  await expect(requestTo(server, server.authority, 'other.lab.svc')).rejects.toThrow(
    /does not match certificate's altnames/,
  );
});

test('the key belongs to the certificate, which is valid for years and signs nothing itself', async () => {
  const { authority, certificate, privateKey } = await selfSignedServer([NAME, 'second.lab.svc']);
  const server = new X509Certificate(certificate);
  const years = (Date.parse(server.validTo) - Date.now()) / (365 * 24 * 3_600_000);

  expect(server.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  expect(server.checkIssued(new X509Certificate(authority))).toBe(true);
  expect(server.subjectAltName).toBe(`DNS:${NAME}, DNS:second.lab.svc`);
  expect(server.ca).toBe(false);
  expect(years).toBeGreaterThan(9);
});
