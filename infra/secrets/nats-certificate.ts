import { NATS } from '../../workloads/protocol/names';
import { selfSignedServer, type ServerCertificate } from './server-certificate';

/** A certificate for every name under which NATS' clients, and its servers each other, find it. */
export function natsCertificate(): Promise<ServerCertificate> {
  const { host, headlessHost } = NATS;
  // clients on this machine come through a forwarded port
  const dnsNames = [host, ...shortNames(host), `*.${headlessHost}`, 'localhost'];
  return selfSignedServer(dnsNames, { ipAddresses: ['127.0.0.1', '::1'], peers: true });
}

/** The names of a Service that the search domains of a pod complete. */
function shortNames(host: string): string[] {
  const [service, namespace, svc] = host.split('.');
  return [service, `${service}.${namespace}`, `${service}.${namespace}.${svc}`];
}
