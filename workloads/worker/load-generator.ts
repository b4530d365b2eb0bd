import { type WorkerConfig } from './config';
import { type Generator } from './generator';

const REMOTE_TIMEOUT_MS = 60_000;

/** Loads the configured generator, and only that: each brings libraries that take time to load. */
export async function loadGenerator(config: WorkerConfig): Promise<Generator> {
  if (config.generator === 'local') {
    const { LocalGenerator } = await import('./local-generator.ts');
    return new LocalGenerator({ leastSeconds: config.localGeneratorSeconds });
  }
  const { HuggingFaceGenerator } = await import('./huggingface-generator.ts');
  return new HuggingFaceGenerator({
    // config.ts refuses this generator without a token
    token: config.hfApiToken!,
    url: config.hfApiUrl,
    timeoutMs: REMOTE_TIMEOUT_MS,
  });
}
