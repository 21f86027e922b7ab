import type { ErrorCode, FieldFault, PannierError } from '../../errors.ts';

/** One status and title for each code; a code without a row does not compile. */
const problems: Record<ErrorCode, { status: number; title: string }> = {
  invalid_request: { status: 400, title: 'Invalid request' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'Not acceptable' },
  conflict: { status: 409, title: 'Conflict' },
  training_in_progress: { status: 409, title: 'Training in progress' },
  coupon_already_redeemed: { status: 409, title: 'Coupon already redeemed' },
  coupon_not_redeemable: { status: 409, title: 'Coupon not redeemable' },
  request_in_progress: { status: 409, title: 'Request in progress' },
  payload_too_large: { status: 413, title: 'Payload too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  idempotency_mismatch: { status: 409, title: 'Idempotency key reused' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Unavailable' },
  internal: { status: 500, title: 'Internal error' },
};

/** RFC 9457 problem document. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldFault[];
}

export function problemOf(error: PannierError): Problem {
  const { status, title } = problems[error.code];
  return {
    type: `https://pannier.example/problems/${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(error.faults.length > 0 && { errors: error.faults }),
  };
}
