import { type Page } from 'playwright-core';
import { type BrowserSession } from '../../../workloads/protocol/browser-session';

/**
 * Sends lines of the NATS protocol from within a page, as its own session, over its own WebSocket.
 *
 * @returns what the server said against each of them; nothing where it took the line
 */
export async function refusals(
  page: Page,
  { id, secret }: BrowserSession,
  lines: readonly string[],
): Promise<string[]> {
  const login = JSON.stringify({ user: id, pass: secret, verbose: false, headers: true });
  return page.evaluate<string[]>(`new Promise((resolve, reject) => {
    const lines = ${JSON.stringify(lines)};
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
    socket.binaryType = 'arraybuffer';
    let text = '';
    let sent = false;
    const send = (line) => socket.send(new TextEncoder().encode(line + '\\r\\n'));
    socket.onerror = () => reject(new Error('the WebSocket failed: ' + text));
    socket.onclose = () => reject(new Error('the server closed the WebSocket: ' + text));
    socket.onopen = () => { send('CONNECT ' + ${JSON.stringify(login)}); send('PING'); };
    socket.onmessage = ({ data }) => {
      text += new TextDecoder().decode(data);
      const answers = text.split('PONG').length - 1;
      if (answers === 1 && !sent) {
        sent = true;
        for (const line of lines) send(line);
        send('PING');
      }
      if (answers < 2) return;
      socket.onclose = null;
      socket.close();
      resolve([...text.matchAll(/-ERR '([^\\r]*)'/g)].map((match) => match[1]));
    };
  })`);
}
