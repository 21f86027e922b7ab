import type { FieldFault } from '../../errors.ts';
import type { components, operations } from '../contract.ts';
import type { Upload } from '../requests/upload.ts';
import type { OperationId } from './document.ts';

type Content<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;
type Success<Op extends OperationId> = {
  [Status in keyof operations[Op]['responses']]: Status extends 200 | 201 | 202 | 503
    ? Content<operations[Op]['responses'][Status]>
    : never;
}[keyof operations[Op]['responses']];
type RequestBody<Op extends OperationId> = operations[Op] extends {
  requestBody: { content: { 'application/json': infer Body } };
}
  ? Body
  : undefined;
type ParametersIn<Op extends OperationId, Place extends 'path' | 'query'> = operations[Op]['parameters'] extends {
  [key in Place]?: infer Values;
}
  ? [NonNullable<Values>] extends [never]
    ? unknown
    : NonNullable<Values>
  : unknown;

/** What an operation may give a caller to choose among. */
export type MediaType = 'application/json' | 'text/html' | 'text/csv' | 'application/x-ndjson';

/** Who asks: whose key a request has, or who is signed in. */
export interface Caller {
  /** of a user who is signed in: a number below 0 that is theirs */
  keyId: number;
  name: string;
  scopes: readonly string[];
  /** Of a key that stands in pages: it speaks for a visitor only, and pages of these origins may ask with it. */
  isPublishable?: boolean;
  allowedOrigins?: readonly string[];
  /** by which it is asked, rather than by a key with the request */
  session?: CallerSession;
}

/** Whether a caller may see what needs one of these scopes, in an answer of which others see the rest. */
export function maySee({ scopes }: Caller, ...needed: string[]): boolean {
  return scopes.includes('admin') || needed.some((scope) => scopes.includes(scope));
}

export interface CallerSession {
  sessionId: number;
  /** What every write has to bring along. */
  csrfToken: string;
  /** undefined: it was begun with a key */
  user: { userKey: number; userName: string; role: components['schemas']['Role'] } | undefined;
  keyId: number | undefined;
  expiresAt: Date;
}

/** From where somebody asks who is nobody yet. */
export interface Client {
  /** what one caller has: an address, or of IPv6 a network */
  network: string;
  /** What the browser was given when somebody signed in by it before. */
  device: string | undefined;
  /** Did the request come by https, be it to a proxy before the service? */
  isSecure: boolean;
}

/** A validated request of one operation: path and query parameters together in `parameters`, defaults filled in. */
export interface Call<Op extends OperationId = OperationId> {
  parameters: ParametersIn<Op, 'path'> & ParametersIn<Op, 'query'>;
  body: RequestBody<Op>;
  /** Of a batch: the elements that have not the contract's form, by their index, with what is wrong inside of each. */
  malformed: ReadonlyMap<number, FieldFault[]>;
  /** What the body says, with an idempotency key: the same bytes however it is written. */
  content: Buffer | undefined;
  /** Of a body that is read as it came: what came with it, by names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** Of such a body: its bytes. */
  rawBody: Buffer | undefined;
  /** A body that is a file. */
  upload: Upload | undefined;
  idempotencyKey: string | undefined;
  /** Of those that the operation gives, the one that the caller wants most. */
  mediaType: MediaType;
  key: Caller;
  /** Where the operation goes by them: the languages that are wanted, the most wanted first. */
  languages: readonly string[];
  /** Of what pages ask for: what the browser says of itself. */
  browser: { userAgent: string | undefined; acceptLanguage: string | undefined } | undefined;
  /** Of work that ends when nobody waits for it any more: rings when the caller has gone. */
  gone: AbortSignal | undefined;
  /** Of a write that needs no key. */
  client: Client | undefined;
}

/** `json` is serialised; `text` is sent as it is, and then `rest`; `stream` is piped with back pressure. */
export type Reply<Op extends OperationId = OperationId> = {
  status?: number;
  headers?: Record<string, string | string[]>;
} & (
  | { json: Success<Op> }
  | { text: string; rest?: Buffer | undefined; contentType: string }
  | { stream: AsyncIterable<string>; contentType: string }
);

/** What answers an operation. A handler that needs no waiting should not return a promise: that saves a turn of the loop. */
export type Handler<Op extends OperationId> = (call: Call<Op>) => Reply<Op> | Promise<Reply<Op>>;

/** Handlers by operation id: what every station's `routes.ts` gives. */
export type Handlers<Ops extends OperationId = OperationId> = { [Op in Ops]: Handler<Op> };
