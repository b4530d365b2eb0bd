import { createHash } from 'node:crypto';
import {
  newBrowserSession,
  sessionFault,
  sessionInbox,
} from '../../../workloads/protocol/browser-session';
import { replySubjectSchema } from '../../../workloads/protocol/request';

test('a new session is let in, and no two are alike', async () => {
  const [one, other] = [newBrowserSession(), newBrowserSession()];

  expect(sessionFault(one)).toBeUndefined();
  expect(one.id).not.toBe(other.id);
  expect(one.secret).not.toBe(other.secret);
  expect(await sessionInbox(one)).not.toBe(await sessionInbox(other));
});

test('the inbox is the hash of id and secret, and a subject that the worker answers to', async () => {
  const session = { id: 'a'.repeat(22), secret: 'b'.repeat(22) };
  const hash = createHash('sha256').update(`${session.id}:${session.secret}`).digest('base64url');

  const inbox = await sessionInbox(session);

  expect(inbox).toBe(`_INBOX.${hash}`);
  expect(replySubjectSchema.safeParse(`${inbox}.1`).success).toBe(true);
});

test.each([
  [{}, /the user .* has 0 characters: send 22 to 128/],
  [{ id: 'short', secret: 'b'.repeat(22) }, /the user .* has 5 characters/],
  [{ id: 'a'.repeat(22) }, /the password .* has 0 characters/],
  [{ id: 'a'.repeat(22), secret: 'b'.repeat(129) }, /the password .* has 129 characters/],
  [{ id: `${'a'.repeat(22)}.>`, secret: 'b'.repeat(22) }, /letters, digits, "-" and "_" only/],
])('a session %j is refused', (session, fault) => {
  expect(sessionFault(session)).toMatch(fault);
});
