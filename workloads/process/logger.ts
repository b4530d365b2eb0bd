import pino, { type Logger } from 'pino';
import { LogOutput } from './log-output';

export type { Logger };

/** JSON lines on standard output, see {@link LogOutput}. */
export function createLogger(options: {
  readonly name: string;
  readonly level: string;
  readonly pod?: string;
}): Logger {
  return pino(
    {
      level: options.level,
      base: { app: options.name, ...(options.pod && { pod: options.pod }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['token', '*.token', 'hfApiToken', '*.hfApiToken', '*.accessToken'],
    },
    new LogOutput(),
  );
}
