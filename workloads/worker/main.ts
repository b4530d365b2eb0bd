import { readWorkerConfig } from './config';
import { createLogger } from '../process/logger';
import { SettingsError } from '../process/setting';
import { Worker } from './worker';

async function main(): Promise<void> {
  const config = readWorkerConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'worker', level: config.logLevel, pod: config.podName });
  const worker = new Worker(config, log);

  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'signal received');
    // a second signal finds the shutdown in progress and changes nothing: work would be lost
    worker.close().then(
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
    if (config.generator === 'local') {
      log.info("local generator: memes are drawn here; set 'HF_API_TOKEN' to use a model");
    }
    await worker.start();
    const reason = await worker.natsClosed();
    await worker.close();
    if (reason) throw reason;
  } catch (err) {
    log.fatal({ err }, 'worker failed');
    process.exitCode = 1;
    await worker.close();
    process.exit(1);
  }
}

main().catch((error: Error) => {
  const text = error instanceof SettingsError ? error.message : (error.stack ?? error.message);
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
});
