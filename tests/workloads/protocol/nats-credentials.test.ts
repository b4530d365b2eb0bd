import { natsCredentials, natsServer } from '../../../workloads/protocol/nats-credentials';

test('user, password and the inbox that the user may listen to', () => {
  expect(natsCredentials({ NATS_USER: 'worker', NATS_PASSWORD: 'secret' })).toEqual({
    user: 'worker',
    pass: 'secret',
    inboxPrefix: '_INBOX.worker',
  });
});

test('no credentials where neither is set, and an empty variable is not set', () => {
  expect(natsCredentials({ NATS_USER: '', NATS_PASSWORD: '' })).toEqual({});
});

const CA = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';

test('with an authority the connection is TLS, whoever the user is', () => {
  expect(natsCredentials({ NATS_CA: CA })).toEqual({ tls: { ca: CA } });
  const env = { NATS_USER: 'load', NATS_PASSWORD: 'secret', NATS_CA: CA };
  expect(natsCredentials(env)).toMatchObject({ user: 'load', tls: { ca: CA } });
});

test('an authority that is the name of a file is a fault', () => {
  expect(() => natsCredentials({ NATS_CA: '/etc/ca.crt' })).toThrow(
    "'NATS_CA' holds no certificate: give the PEM text itself, not the name of a file",
  );
});

test('a URL of tls:// asks for TLS without an authority too', () => {
  expect(natsServer('tls://a:4222', {})).toEqual({ servers: 'tls://a:4222', tls: {} });
  expect(natsServer('tls://a:4222', { tls: { ca: CA } })).toMatchObject({ tls: { ca: CA } });
  expect(natsServer('nats://a:4222', {})).toEqual({ servers: 'nats://a:4222' });
});

test.each([
  [{ NATS_USER: 'worker' }, "'NATS_USER' is set but 'NATS_PASSWORD' is not: set both, or neither"],
  [
    { NATS_PASSWORD: 'secret' },
    "'NATS_PASSWORD' is set but 'NATS_USER' is not: set both, or neither",
  ],
])('one without the other is a fault, and the password is not shown', (env, message) => {
  expect(() => natsCredentials(env)).toThrow(new Error(message));
});
