import { connect, type NatsConnection } from 'nats';
import { Counter, Registry } from 'prom-client';
import { natsAccounts } from '../../charts/platform/nats/nats-accounts';
import { Authorizer } from '../../workloads/auth-callout/authorizer';
import { CalloutService } from '../../workloads/auth-callout/service';
import { createLogger } from '../../workloads/process/logger';
import { NatsLink } from '../../workloads/process/nats-link';
import { natsCredentials } from '../../workloads/protocol/nats-credentials';
import { type NatsUserName } from '../../charts/platform/nats/nats-users';
import { freePort } from '../../cli/bench/free-port';
import { NatsServer } from './nats-server';
import { type NatsSecrets, natsSecrets } from './nats-secrets';

/** A real server with the lab's users, and the callout that lets browsers in. */
export class SecuredNats {
  private callout?: { readonly link: NatsLink; readonly service: CalloutService };
  private readonly connections: NatsConnection[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly secrets: NatsSecrets,
    /** Where browsers connect. */
    readonly websocketUrl: string,
  ) {}

  static async start(): Promise<SecuredNats> {
    const secrets = natsSecrets();
    const port = await freePort();
    const websocket = `websocket { host: "127.0.0.1", port: ${port}, no_tls: true }`;
    const config = [websocket, ...natsAccounts(), ''].join('\n');
    const server = await NatsServer.start(config, secrets.serverEnv);
    return new SecuredNats(server, secrets, `ws://127.0.0.1:${port}`);
  }

  /** Starts the callout; without it no browser comes in. */
  async startCallout(): Promise<void> {
    const log = createLogger({ name: 'auth-callout', level: 'silent' });
    const credentials = natsCredentials(this.secrets.credentials('auth-callout'));
    const link = await NatsLink.open({ url: this.server.url, name: 'callout', log, credentials });
    const decisions = new Counter({
      name: 'decisions',
      help: 'by outcome',
      labelNames: ['outcome'] as const,
      registers: [new Registry()],
    });
    const authorizer = new Authorizer(this.secrets.issuerSeed);
    this.callout = { link, service: new CalloutService({ link, authorizer, decisions, log }) };
    await link.connection.flush();
  }

  async stopCallout(): Promise<void> {
    await this.callout?.service.close();
    await this.callout?.link.close(1000);
    this.callout = undefined;
  }

  /** Connects as a user that has a password. */
  async connect(user: NatsUserName): Promise<NatsConnection> {
    const credentials = natsCredentials(this.secrets.credentials(user));
    const connection = await connect({ servers: this.server.url, ...credentials });
    this.connections.push(connection);
    return connection;
  }

  async stop(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
    await this.stopCallout();
    await this.server.stop();
  }
}
