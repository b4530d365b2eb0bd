import { createLogger } from '../process/logger';
import { runService } from '../process/run-service';
import { readWorkerConfig } from './config';
import { Worker } from './worker';

runService(() => {
  const config = readWorkerConfig(process.argv.slice(2), process.env);
  const log = createLogger({ name: 'worker', level: config.logLevel, pod: config.podName });
  if (config.generator === 'local') {
    log.info("local generator: memes are drawn here; set 'HF_API_TOKEN' to use a model");
  }
  return { service: new Worker(config, log), log };
});
