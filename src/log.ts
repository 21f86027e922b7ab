import { type Logger, pino } from 'pino';

/** Structured logs on stderr, without personal data or keys: what is logged are ids of our own, counts and errors. */
export function createLogger(level: string): Logger {
  const options = { level, base: undefined, serializers: { err: describeError } };
  return pino(options, pino.destination({ dest: 2, sync: false }));
}

/** What the database says of a refused row may quote it, so of its errors only code and place are told. */
function describeError(
  error: Error & { code?: string; severity?: string; table?: string; constraint?: string },
): Record<string, unknown> {
  const { name: type, code, table, constraint, cause } = error;
  return {
    type,
    code,
    ...(error.severity === undefined ? { message: error.message } : { table, constraint }),
    stack: error.stack?.split('\n').filter((line) => line.startsWith('    at ')),
    ...(cause instanceof Error && { cause: describeError(cause) }),
  };
}
