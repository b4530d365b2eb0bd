/** The package follows the WebSocket of browsers; no more of it is used. */
declare module 'ws' {
  const WebSocket: typeof globalThis.WebSocket;
  export = WebSocket;
}
