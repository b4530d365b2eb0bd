import { ErrorCode, type NatsError } from 'nats';
import { NATS_CA_KEY } from '../protocol/nats-users';

// the names of OpenSSL's verdicts on a certificate, and Node's own on the host's name
const CERTIFICATE_FAULT = /CERT|^UNABLE_TO_(GET|VERIFY)|^INVALID_(CA|PURPOSE)$/;

/**
 * Says why NATS and a client do not go together, where that is so: another attempt with the same
 * settings fails too.
 *
 * @param error what `connect` failed with
 * @returns the reason, without the server's address; undefined for a fault that may pass
 */
export function natsRefusal(error: Error): string | undefined {
  const { code } = error as NatsError;
  if (code === ErrorCode.AuthorizationViolation) return 'it refuses the user';
  if (code === ErrorCode.ServerOptionNotAvailable && error.message.includes('tls')) {
    return `it speaks no TLS, which 'NATS_URL' or '${NATS_CA_KEY}' ask for: unset '${NATS_CA_KEY}' and use nats://, or turn "natsTls" on`;
  }
  if (!CERTIFICATE_FAULT.test(code ?? '')) return undefined;
  const fix = process.env[NATS_CA_KEY]
    ? `'${NATS_CA_KEY}' must be the authority that signed it for this host`
    : `set '${NATS_CA_KEY}' to the certificate of the authority that signed it`;
  return `its certificate is not trusted (${error.message}): ${fix}`;
}
