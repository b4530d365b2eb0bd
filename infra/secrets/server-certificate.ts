import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A server's key, its certificate, and the authority that signed it; all as PEM. */
export interface ServerCertificate {
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const VALID_YEARS = 10;
// the clock of a node may be behind this machine's
const CLOCK_SKEW_MS = 3_600_000;

/** What a server's certificate is valid for beside its names. */
export interface ServerCertificateOptions {
  /** Addresses under which clients reach the server. */
  readonly ipAddresses?: readonly string[];
  /** Whether the server also connects to its peers, with the same certificate. */
  readonly peers?: boolean;
}

/**
 * A new key with a certificate for the names, signed by an authority of its own whose key is thrown
 * away: nobody can sign a second one.
 *
 * @param dnsNames the first is also the subject; at least one
 */
export async function selfSignedServer(
  dnsNames: readonly string[],
  { ipAddresses = [], peers = false }: ServerCertificateOptions = {},
): Promise<ServerCertificate> {
  const crypto = webcrypto as unknown as Crypto;
  x509.cryptoProvider.set(crypto);
  const usages: KeyUsage[] = ['sign', 'verify'];
  const authorityKeys = await crypto.subtle.generateKey(ALGORITHM, true, usages);
  const serverKeys = await crypto.subtle.generateKey(ALGORITHM, true, usages);
  const validity = validFromNow();

  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: `CN=${dnsNames[0]} authority`,
    keys: authorityKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${dnsNames[0]}`,
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        ...(peers ? [x509.ExtendedKeyUsage.clientAuth] : []),
      ]),
      new x509.SubjectAlternativeNameExtension([
        ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
        ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  });
  const privateKey = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    authority: `${authority.toString('pem')}\n`,
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${x509.PemConverter.encode(privateKey, 'PRIVATE KEY')}\n`,
  };
}

function validFromNow(): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = new Date(Date.now() - CLOCK_SKEW_MS);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + VALID_YEARS);
  return { notBefore, notAfter };
}
