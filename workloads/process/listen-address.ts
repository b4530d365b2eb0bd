/** A host and a port to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Parses an address such as `0.0.0.0:9090`, `:9090` or `[::1]:9090`.
 *
 * @throws Error that says what is allowed
 */
export function listenAddress(value: string): ListenAddress {
  const match = /^(.*):(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  if (!match || port > 65535) throw new Error('must be an address like 0.0.0.0:9090');
  const host = match[1]!.replace(/^\[(.*)\]$/, '$1');
  return { host: host === '' ? '0.0.0.0' : host, port };
}
