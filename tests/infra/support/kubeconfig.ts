import { stringify } from 'yaml';

/** The text of a kubeconfig with one context per entry, each with its own cluster and user. */
export function kubeconfig(servers: Readonly<Record<string, string>>): string {
  const names = Object.keys(servers);
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0],
    clusters: names.map((name) => ({
      name,
      cluster: { server: servers[name], 'insecure-skip-tls-verify': true },
    })),
    users: names.map((name) => ({ name, user: { token: `token-of-${name}` } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  });
}
