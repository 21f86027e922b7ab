import type { ErrorCode, FieldFault, PannierError } from '../../errors.ts';
import { type Sentence, sentencesWithin } from '../../sentences/index.ts';

interface ProblemType {
  status: number;
  title: string;
  /** What it means, and what whoever meets it can do. */
  meaning: string;
  advice: string;
  /** Of what passes by itself: when to come again where the error does not say. */
  retryAfterSeconds?: number;
}

/** What there is to know of each code; a code without a row does not compile. */
export const problemTypes: Record<ErrorCode, ProblemType> = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    meaning: 'The request has not the form that the contract states.',
    advice: 'Mend the fields that `errors` names, up to 100, and send it again. The same request is refused again.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    meaning: 'There is no key with the request, or none that is valid, and nobody is signed in.',
    advice:
      'Send `Authorization: Bearer …` with a key made by `pannier keys create` that nobody has revoked, or sign in.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    meaning:
      'The key or the role lacks the scope that the operation needs, or a write by a session does not show that it comes from its own page.',
    advice:
      'Use a key or a role with one of the scopes that `detail` names. A session sends its `csrf_token` as `X-Pannier-CSRF` with every write.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'What the address or the request names is not there, or not any more.',
    advice: 'Look at the id, and at the path: /docs describes all of them.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path is there, but not with this method.',
    advice: 'Use a method that the header `Allow` names.',
  },
  not_acceptable: {
    status: 406,
    title: 'Not acceptable',
    meaning: 'The operation gives none of the media types that `Accept` names.',
    advice: 'Accept one of those that `detail` names.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    meaning:
      'The form is right, but what the request says contradicts itself, the settings of the shop or what is stored.',
    advice: 'Read what `errors` says of the fields, and change the request or what stands against it.',
  },
  training_in_progress: {
    status: 409,
    title: 'Training in progress',
    meaning: 'A training run is under way, and there is one at a time.',
    advice: 'Follow the run at `GET /v1/training-runs`, and start yours when it is over.',
  },
  coupon_already_redeemed: {
    status: 409,
    title: 'Coupon already redeemed',
    meaning: 'The code is good once, and was redeemed before.',
    advice: 'Tell the customer so. Nothing was used up by this request.',
  },
  coupon_not_redeemable: {
    status: 409,
    title: 'Coupon not redeemable',
    meaning: 'The code cannot be redeemed for this order: it is over, spent, for somebody else, or gives nothing here.',
    advice: 'Tell the customer what `errors` says. Nothing was used up by this request.',
  },
  request_in_progress: {
    status: 409,
    title: 'Request in progress',
    meaning: 'The same request, with the same `Idempotency-Key`, is still being worked on.',
    advice: 'Send the same again after `Retry-After` seconds: it gets the answer of the first.',
    retryAfterSeconds: 1,
  },
  idempotency_mismatch: {
    status: 409,
    title: 'Idempotency key reused',
    meaning: 'The `Idempotency-Key` was used before, with another request.',
    advice: 'Use a new key for each request, and the same one only to send the same request again.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    meaning: 'The body, or the address with the headers, is larger than the service takes.',
    advice: 'Send it in parts. A list of facts may be sent in as many requests as you like.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is not `application/json` in UTF-8, or is compressed.',
    advice: 'Send JSON in UTF-8, with `Content-Type: application/json` and without `Content-Encoding`.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    meaning:
      'Too many unknown codes were tried, by this customer or with this key; or it was tried too often to sign in.',
    advice: 'Wait `Retry-After` seconds. Until then everything of the kind is refused, also what is right.',
    retryAfterSeconds: 1,
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    meaning: 'The database is away, full, read only or too slow, or more is asked for than can be answered.',
    advice: 'Send the same again after `Retry-After` seconds. `GET /readyz` names what is wrong.',
    retryAfterSeconds: 1,
  },
  internal: {
    status: 500,
    title: 'Internal error',
    meaning: 'Something went wrong on our side. The log of the service has the reason, which is not told to callers.',
    advice: 'Look into the log; please report it as a fault.',
  },
};

/** RFC 9457 problem document. */
export interface Problem {
  /** a reference that the service itself resolves */
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldFault[];
  /** what `detail` and the messages say */
  said?: Record<string, Sentence[]>;
}

export function problemOf(error: PannierError): Problem {
  const { status, title } = problemTypes[error.code];
  const { message: detail, faults } = error;
  const said = sentencesWithin([detail, faults.map(({ message }) => message)]);
  return {
    type: typeOf(error.code),
    title,
    status,
    code: error.code,
    detail,
    ...(faults.length > 0 && { errors: faults }),
    ...(Object.keys(said).length > 0 && { said }),
  };
}

export function typeOf(code: ErrorCode): string {
  return `/problems/${code}`;
}

/** When to come again, of what passes by itself. */
export function retryAfterOf(error: PannierError): number | undefined {
  return error.retryAfterSeconds ?? problemTypes[error.code].retryAfterSeconds;
}
