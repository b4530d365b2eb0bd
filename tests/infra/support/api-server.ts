import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as net from 'node:net';
import { kubeconfig } from './kubeconfig';
import { writeFile } from './temporary-directory';

/** What an API server answers, by path; everything else is not found. */
export type Answers = Readonly<
  Record<string, { readonly status?: number; readonly body: unknown }>
>;

/** API servers that stand in for that of the context `lab`, gone after each test. */
export function apiServers(directory: { readonly path: string }) {
  const servers: net.Server[] = [];

  afterEach(async () => {
    await Promise.all(
      servers.splice(0).map((server) => {
        if (server instanceof http.Server) server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  });

  async function listen(server: net.Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** The environment in which the context `lab` is the server at this address. */
  function environmentFor(server: string): NodeJS.ProcessEnv {
    return { KUBECONFIG: writeFile(directory.path, 'config', kubeconfig({ lab: server })) };
  }

  /** The environment in which the context `lab` is a server with these answers. */
  async function environment(answers: Answers): Promise<NodeJS.ProcessEnv> {
    const server = http.createServer((request, response) => {
      const answer = answers[request.url ?? ''] ?? { status: 404, body: { kind: 'Status' } };
      const authorised = request.headers.authorization === 'Bearer token-of-lab';
      response.statusCode = authorised ? (answer.status ?? 200) : 401;
      response.end(JSON.stringify(answer.body));
    });
    return environmentFor(await listen(server));
  }

  return { listen, environmentFor, environment };
}
