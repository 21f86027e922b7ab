/** The closed list of things that can go wrong for a caller. Each has one HTTP status, in `http/answers/problem.ts`. */
export type ErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'conflict'
  | 'training_in_progress'
  | 'coupon_already_redeemed'
  | 'coupon_not_redeemable'
  | 'request_in_progress'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'idempotency_mismatch'
  | 'too_many_requests'
  | 'unavailable'
  | 'internal';

/** One faulty field: a JSON pointer into the body, or the name of a parameter or header. */
export interface FieldFault {
  field: string;
  message: string;
}

export class PannierError extends Error {
  readonly code: ErrorCode;
  readonly faults: FieldFault[];
  /** When asking again may help. */
  readonly retryAfterSeconds?: number;

  constructor(code: ErrorCode, detail: string, faults: FieldFault[] = [], cause?: unknown) {
    super(detail, { cause });
    this.name = 'PannierError';
    this.code = code;
    this.faults = faults;
  }
}

/** A request whose fault lies in one field. */
export function invalidField(field: string, message: string): PannierError {
  return invalidFields([{ field, message }]);
}

/** As many faults of a request are told; who looks for them may give up when it has more. */
export const mostFaults = 100;

/** A request whose faults lie in fields; all are told, up to `mostFaults`. */
export function invalidFields(faults: FieldFault[]): PannierError {
  const shown = faults.slice(0, mostFaults);
  const told = shown.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new PannierError('invalid_request', faults.length > mostFaults ? `${told}; and there are more` : told, shown);
}

/** A request that what is there stands against, in one field. */
export function conflict(field: string, message: string): PannierError {
  return new PannierError('conflict', `${field} ${message}.`, [{ field, message }]);
}

/** A name as it stands in a JSON pointer. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function notFound(what: string): PannierError {
  return new PannierError('not_found', `No such ${what}.`);
}

class TooManyRequests extends PannierError {
  override readonly retryAfterSeconds: number;

  constructor(detail: string, retryAfterSeconds: number) {
    super('too_many_requests', detail);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function tooManyRequests(detail: string, retryAfterSeconds: number): PannierError {
  return new TooManyRequests(detail, retryAfterSeconds);
}

/** Settings that nothing can be started with. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(message: string, faults: readonly string[] = []) {
    super([message, ...faults.map((fault) => `  ${fault}`)].join('\n'));
    this.faults = faults;
  }
}
