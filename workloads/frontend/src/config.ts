import { FRONTEND } from '../../protocol/names';

/** Where the page finds NATS: behind its own web server. */
export function natsUrl({ protocol, host }: Location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${FRONTEND.natsPath}`;
}
