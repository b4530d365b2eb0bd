import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * JSON lines on standard output. Written synchronously: the last lines before an exit are the ones
 * that matter most.
 */
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
    pino.destination({ fd: 1, sync: true }),
  );
}
