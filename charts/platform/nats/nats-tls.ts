import { type k8s } from 'cdk8s-plus-28';

/** The Secret with NATS' certificate in its namespace, its keys, and where the server finds them. */
export const NATS_TLS = {
  secret: 'nats-tls',
  keys: { authority: 'ca.crt', certificate: 'tls.crt', privateKey: 'tls.key' },
  folder: '/etc/nats-tls',
} as const;

const VOLUME = 'tls';
// a handshake on a busy node takes longer than the two seconds that are the server's default
const TIMEOUT_SECONDS = 10;

/** The part of the configuration by which the server takes no plain text from its clients. */
export function clientTls(): string[] {
  return ['tls {', ...certificate().map((line) => `  ${line}`), '}'];
}

/**
 * The same between the servers of a cluster, for inside their block. Each shows its certificate to
 * the other, and only the authority's own are taken.
 */
export function routeTls(): string[] {
  const authority = `ca_file: "${NATS_TLS.folder}/${NATS_TLS.keys.authority}"`;
  return ['tls {', ...[...certificate(), authority].map((line) => `  ${line}`), '}'];
}

function certificate(): string[] {
  const { folder, keys } = NATS_TLS;
  return [
    `cert_file: "${folder}/${keys.certificate}"`,
    `key_file: "${folder}/${keys.privateKey}"`,
    `timeout: ${TIMEOUT_SECONDS}`,
  ];
}

/** Where the Secret comes from, for the pod. */
export function tlsVolume(): k8s.Volume {
  // for the group of the volume's owner, which is the server's
  return { name: VOLUME, secret: { secretName: NATS_TLS.secret, defaultMode: 0o440 } };
}

/** Where it goes to, for the container. */
export function tlsMount(): k8s.VolumeMount {
  return { name: VOLUME, mountPath: NATS_TLS.folder, readOnly: true };
}
