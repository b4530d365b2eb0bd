import { type WorkerConfig } from './config';
import { type Generator } from './generator';

const BREAKER = { failures: 5, restMs: 5000, longestRestMs: 60_000 };
const PATIENCE = { attempts: 2, patienceMs: 5000 };

/**
 * Loads the configured generator, and only that: each brings libraries that take time to load.
 *
 * @throws Error where this process cannot make pictures: a library or a font is missing or broken
 * @param onBreaker told when a provider that is down is given a rest, and when it works again
 */
export async function loadGenerator(
  config: WorkerConfig,
  onBreaker: (isOpen: boolean) => void,
): Promise<Generator> {
  if (config.generator === 'local') {
    const { LocalGenerator } = await import('./local-generator.ts');
    await LocalGenerator.prove();
    return new LocalGenerator({ leastSeconds: config.localGeneratorSeconds });
  }
  const [
    { HuggingFaceGenerator },
    { PatientGenerator },
    { CircuitBreaker },
    { checkPicture, PROOF },
  ] = await Promise.all([
    import('./huggingface-generator.ts'),
    import('./patient-generator.ts'),
    import('./circuit-breaker.ts'),
    import('./check-picture.ts'),
  ]);
  await checkPicture(PROOF);
  const inner = new HuggingFaceGenerator({
    // config.ts refuses this generator without a token
    token: config.hfApiToken!,
    url: config.hfApiUrl,
    timeoutMs: config.hfTimeoutSeconds * 1000,
  });
  const breaker = new CircuitBreaker({ ...BREAKER, onChange: onBreaker });
  return new PatientGenerator({ inner, breaker, ...PATIENCE });
}
