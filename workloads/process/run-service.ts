import { type Logger } from './logger';
import { SettingsError } from './setting';

/** A program that works until it is told to stop. */
export interface Service {
  /** @throws Error where it cannot work */
  start(): Promise<void>;
  /** Resolves when it has lost NATS for good, with the reason where there is one. */
  natsClosed(): Promise<Error | undefined>;
  /** Ends its work; a second call finds the first in progress and waits for it. */
  close(): Promise<void>;
}

/**
 * Runs a service until SIGTERM or SIGINT. The process exits with 0 where it was stopped, with 2
 * where its settings are wrong and with 1 for everything else.
 *
 * @param create reads the settings
 */
export function runService(
  create: () => { readonly service: Service; readonly log: Logger },
): void {
  run(create).catch((error: Error) => {
    const text = error instanceof SettingsError ? error.message : (error.stack ?? error.message);
    process.stderr.write(`${text}\n`);
    process.exit(error instanceof SettingsError ? 2 : 1);
  });
}

async function run(create: Parameters<typeof runService>[0]): Promise<void> {
  const { service, log } = create();
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'signal received');
    // a second signal finds the shutdown in progress and changes nothing: work would be lost
    service.close().then(
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
    await service.start();
    const reason = await service.natsClosed();
    await service.close();
    if (reason) throw reason;
  } catch (err) {
    log.fatal({ err }, 'the service failed');
    process.exitCode = 1;
    await service.close();
    process.exit(1);
  }
}
