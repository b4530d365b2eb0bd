import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const USER = Buffer.from('me:secret').toString('base64');

/** Credentials that {@link Registry} takes, as the container tools keep them. */
export const REGISTRY_USER = USER;

/** What the registry's token server takes from who has logged in without a password. */
export const REGISTRY_IDENTITY = 'an-identity-token';

/** The HTTP API of a registry on this machine: some images for anybody, and some for who has a token. */
export class Registry {
  readonly asked: string[] = [];

  private constructor(
    private readonly server: http.Server,
    /** In front of a reference. */
    readonly host: string,
  ) {}

  /**
   * @param digests by repository and tag, for example `lab/worker:1`; below `private/` for the user
   * alone, and below `basic/` without a token
   */
  static async start(digests: Map<string, string>): Promise<Registry> {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const registry = new Registry(server, host);
    server.on('request', (request, response) => {
      void text(request).then((body) => registry.answer(request, response, digests, body));
    });
    return registry;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(
    { method, url = '', headers: { authorization } }: http.IncomingMessage,
    response: http.ServerResponse,
    digests: Map<string, string>,
    body: string,
  ): void {
    this.asked.push(`${method} ${url}`);
    if (method === 'POST' && url === '/token') {
      const { grant_type, client_id, refresh_token, ...query } = Object.fromEntries(
        new URLSearchParams(body),
      );
      const isKnown = grant_type === 'refresh_token' && refresh_token === REGISTRY_IDENTITY;
      response.statusCode = isKnown && client_id ? 200 : 401;
      const access_token = `for /token?${new URLSearchParams(query).toString()}`;
      response.end(JSON.stringify({ access_token }));
      return;
    }
    if (url.startsWith('/token?')) {
      response.statusCode = authorization === `Basic ${USER}` ? 200 : 401;
      response.end(JSON.stringify({ token: `for ${url}` }));
      return;
    }
    const [, repository, tag] = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(url) ?? [];
    const wanted = this.wants(repository);
    if (wanted !== undefined && authorization !== wanted.authorization) {
      response.setHeader('www-authenticate', wanted.challenge);
      response.statusCode = 401;
    } else {
      const digest = digests.get(`${repository}:${tag}`);
      response.statusCode = digest === undefined ? 404 : 200;
      if (digest) response.setHeader('docker-content-digest', digest);
    }
    response.end();
  }

  private wants(repository = ''): { challenge: string; authorization: string } | undefined {
    if (repository.startsWith('basic/')) {
      return { challenge: 'Basic realm="lab"', authorization: `Basic ${USER}` };
    }
    if (!repository.startsWith('private/')) return undefined;
    const scope = `repository:${repository}:pull`;
    const query = new URLSearchParams({ service: 'lab', scope }).toString();
    return {
      challenge: `Bearer realm="http://${this.host}/token",service="lab",scope="${scope}"`,
      authorization: `Bearer for /token?${query}`,
    };
  }
}
