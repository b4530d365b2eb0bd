import { Registry } from 'prom-client';
import { HealthServer } from '../process/health-server';
import { createLogger } from '../process/logger';
import { NatsLink } from '../process/nats-link';
import { SettingsError } from '../process/setting';
import { natsCredentialsOf } from './load-connections';
import { readServiceConfig } from './config';
import { LoadService } from './load-service';
import { prepareLoad } from './prepared-load';

async function main(): Promise<void> {
  const config = readServiceConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'load', level: 'info' });
  const nats: { link?: NatsLink } = {};
  const health = new HealthServer({
    address: config.metricsAddress,
    registry: new Registry(),
    notReadyReason: () => (nats.link?.isConnected ? undefined : 'nats is not connected'),
  });
  await health.listen();
  nats.link = await NatsLink.open({
    url: config.natsUrl,
    name: 'load',
    log,
    credentials: natsCredentialsOf(config),
  });
  const { connection } = nats.link;
  const service = new LoadService({
    connection,
    limits: config,
    log,
    prepare: (order, runId) => prepareLoad(order, runId, config),
  });
  await service.start();
  log.info('waiting for orders');

  const stop = () => {
    void service
      .close()
      .then(() => connection.drain())
      .then(() => health.close());
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const reason = await connection.closed();
  if (reason) throw reason;
}

main().catch((error: Error) => {
  const text = error instanceof SettingsError ? error.message : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
});
