import { createLogger } from '../process/logger';
import { runService } from '../process/run-service';
import { readServiceConfig } from './config';
import { LoadProgram } from './load-program';

runService(() => {
  const config = readServiceConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'load', level: 'info' });
  return { service: new LoadProgram(config, log), log };
});
