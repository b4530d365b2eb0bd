import { createLogger } from '../process/logger';
import { runService } from '../process/run-service';
import { readObserverConfig } from './config';
import { Observer } from './observer';

runService(() => {
  const config = readObserverConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'observer', level: config.logLevel });
  return { service: new Observer(config, log), log };
});
