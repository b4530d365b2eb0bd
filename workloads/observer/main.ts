import { createLogger } from '../process/logger';
import { SettingsError } from '../process/setting';
import { readObserverConfig } from './config';
import { Observer } from './observer';

async function main(): Promise<void> {
  const config = readObserverConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'observer', level: config.logLevel });
  const observer = new Observer(config, log);

  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'signal received');
    observer.close().then(
      () => process.exit(0),
      (err) => {
        log.error({ err }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    await observer.start();
    const reason = await observer.natsClosed();
    await observer.close();
    if (reason) throw reason;
  } catch (err) {
    log.fatal({ err }, 'observer failed');
    process.exitCode = 1;
    await observer.close();
    process.exit(1);
  }
}

main().catch((error: Error) => {
  const text = error instanceof SettingsError ? error.message : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
});
