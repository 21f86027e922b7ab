import { PannierError } from '../../errors.ts';

/** Why the database does not do what it is asked, in words for `/readyz`. */
export type Trouble =
  | 'unavailable'
  | 'disk_full'
  | 'read_only'
  | 'too_many_connections'
  | 'not_accepting_connections'
  | 'shutting_down'
  | 'slow'
  | 'overloaded';

interface Cause {
  trouble: Trouble;
  detail: string;
  retryAfterSeconds: number;
}

const away: Cause = { trouble: 'unavailable', detail: 'The database cannot be reached.', retryAfterSeconds: 1 };
const diskFull: Cause = { trouble: 'disk_full', detail: "The database's disk is full.", retryAfterSeconds: 30 };
const readOnly: Cause = { trouble: 'read_only', detail: 'The database takes no writes.', retryAfterSeconds: 5 };
const crowded: Cause = {
  trouble: 'too_many_connections',
  detail: 'The database has too many connections.',
  retryAfterSeconds: 2,
};
const notAccepting: Cause = {
  trouble: 'not_accepting_connections',
  detail: 'The database takes no connections.',
  retryAfterSeconds: 5,
};
const shuttingDown: Cause = {
  trouble: 'shutting_down',
  detail: 'The database is shutting down.',
  retryAfterSeconds: 2,
};
const slow: Cause = { trouble: 'slow', detail: 'The database did not answer in time.', retryAfterSeconds: 2 };

/** By SQLSTATE: it is the database that cannot, not the statement that is wrong. */
const byState: Record<string, Cause> = {
  '53100': diskFull,
  '58030': diskFull,
  '53200': { trouble: 'unavailable', detail: 'The database is out of memory.', retryAfterSeconds: 5 },
  '53300': crowded,
  '53400': crowded,
  '25006': readOnly,
  '55000': notAccepting,
  '57P01': shuttingDown,
  '57P02': shuttingDown,
  '57P03': notAccepting,
  '57P04': away,
  '57P05': away,
  '57014': slow,
  '55P03': slow,
  '25P03': slow,
  '25P04': slow,
  '40001': slow,
  '40P01': slow,
};

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** A write or read that the database could not do now; who comes again after the seconds told may find it well. */
export class Unavailable extends PannierError {
  readonly trouble: Trouble;
  override readonly retryAfterSeconds: number;

  constructor({ trouble, detail, retryAfterSeconds }: Cause, cause?: unknown) {
    super('unavailable', detail, [], cause);
    this.trouble = trouble;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** `unavailable`, to be asked again in a second: too much is waiting. */
export function overloaded(): Unavailable {
  return new Unavailable({
    trouble: 'overloaded',
    detail: 'More is asked for than can be answered now.',
    retryAfterSeconds: 1,
  });
}

export function tooSlow(): Unavailable {
  return new Unavailable(slow);
}

/** The error as the stations know it. */
export function translate(error: unknown): unknown {
  if (error instanceof PannierError) return error;
  const cause =
    causeOf(error) ?? (error instanceof AggregateError ? error.errors.map(causeOf).find(Boolean) : undefined);
  if (cause) return new Unavailable(cause, error);
  if (sqlState(error).startsWith('22')) {
    return new PannierError('invalid_request', 'A value cannot be stored.', [], error);
  }
  return error;
}

/** The SQLSTATE of what the database said, also where it was translated. */
export function sqlState(error: unknown): string {
  if (error instanceof PannierError) return sqlState(error.cause);
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Whether a transaction that ended so may be tried again: it lost a race, and left nothing behind. */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  if (code === '40001' || code === '40P01') return true;
  // Postgres 18 may lose one between a key share lock and two updates of a row, and calls that an internal error.
  return code === 'XX000' && error instanceof Error && /multixact/.test(error.message);
}

/** Whether a transaction that several shared may have ended so for the sake of one of them; nothing of it was committed. */
export function mayBeOfOne(error: unknown): boolean {
  return !(error instanceof Unavailable) || ['55P03', '57014', '40001', '40P01'].includes(sqlState(error));
}

function causeOf(error: unknown): Cause | undefined {
  const code = sqlState(error);
  const known = byState[code];
  if (known) return known;
  if (code.startsWith('08') || connectionCodes.has(code)) return away;
  const message = error instanceof Error ? error.message : '';
  const isLost =
    /Connection terminated|Client has encountered a connection error|not queryable|connection timeout|timeout exceeded when trying to connect|Client was closed/i;
  return isLost.test(message) ? away : undefined;
}
