import { natsCredentials } from '../../../workloads/protocol/nats-credentials';

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

test.each([
  [{ NATS_USER: 'worker' }, "'NATS_USER' is set but 'NATS_PASSWORD' is not: set both, or neither"],
  [
    { NATS_PASSWORD: 'secret' },
    "'NATS_PASSWORD' is set but 'NATS_USER' is not: set both, or neither",
  ],
])('one without the other is a fault, and the password is not shown', (env, message) => {
  expect(() => natsCredentials(env)).toThrow(new Error(message));
});
