import type { paths } from '../../client/contract.ts';

export type Method = 'get' | 'put' | 'post' | 'delete';

/** Paths of the contract that know the method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: [paths[P][M]] extends [undefined] ? never : P;
}[keyof paths];

type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Json<T> = T extends { content: { 'application/json': infer J } } ? J : never;

/** What an operation answers when all is well. */
export type Answer<P extends PathOf<M>, M extends Method = 'get'> =
  Operation<P, M> extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202>]> : never;

type Part<O, In extends string> = O extends { parameters: infer A }
  ? In extends keyof A
    ? NonNullable<A[In]>
    : never
  : never;
type Of<Name extends string, Value> = [Value] extends [never]
  ? { [N in Name]?: undefined }
  : Record<string, never> extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value };
type Body<O> = O extends { requestBody: infer B } ? Json<B> : O extends { requestBody?: infer B } ? Json<B> : never;

/** Parameters in the path and the query, and the body, as the contract has them. */
export type Input<P extends PathOf<M>, M extends Method> = Of<'path', Part<Operation<P, M>, 'path'>> &
  Of<'query', Part<Operation<P, M>, 'query'>> &
  Of<'body', Body<Operation<P, M>>>;

type InputOf<P extends PathOf<M>, M extends Method> =
  Record<string, never> extends Input<P, M> ? [input?: Input<P, M>] : [input: Input<P, M>];

/** A request as a plain value: sent by `send`, shown as a line of curl, and the key under which its answer is kept. */
export interface ApiRequest<T> {
  method: Method;
  /** as in the contract, for instance `/v1/items/{item_id}` */
  operation: string;
  /** with its parameters and query filled in */
  address: string;
  body?: unknown;
  /** A body that is a file, with what it is. */
  file?: { blob: Blob; type: string };
  /** Of a post that must happen once, however often it is sent. */
  idempotencyKey?: string;
  /** Nothing but the type of the answer. */
  readonly answer?: T;
}

function request(method: Method, operation: string, input: Loose = {}): ApiRequest<never> {
  const path = operation.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input.path?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one));
    }
  }
  // Commas and colons may stand as they are, and are read more easily so.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return { method, operation, address: text ? `${path}?${text}` : path, body: input.body };
}

interface Loose {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

export const get = <P extends PathOf<'get'>>(path: P, ...[input]: InputOf<P, 'get'>): ApiRequest<Answer<P, 'get'>> =>
  request('get', path, input as Loose);
export const put = <P extends PathOf<'put'>>(path: P, ...[input]: InputOf<P, 'put'>): ApiRequest<Answer<P, 'put'>> =>
  request('put', path, input as Loose);
export const remove = <P extends PathOf<'delete'>>(
  path: P,
  ...[input]: InputOf<P, 'delete'>
): ApiRequest<Answer<P, 'delete'>> => request('delete', path, input as Loose);
/** Every post has a key of its own, so that one which is sent again after a lost answer happens once. */
export const post = <P extends PathOf<'post'>>(
  path: P,
  ...[input]: InputOf<P, 'post'>
): ApiRequest<Answer<P, 'post'>> => ({
  ...request('post', path, input as Loose),
  idempotencyKey: crypto.randomUUID(),
});

/** A post that only reads, such as a preview: the same question is the same request. */
export const ask = <P extends PathOf<'post'>>(path: P, ...[input]: InputOf<P, 'post'>): ApiRequest<Answer<P, 'post'>> =>
  request('post', path, input as Loose);

/** The same request as a line for a terminal; the key is a variable, never a value. */
export function curlOf({ method, address, body, file, idempotencyKey }: ApiRequest<unknown>, accept?: string): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl', '-s'];
  if (method !== 'get') parts.push('-X', method.toUpperCase());
  parts.push(quoted(`${location.origin}${address}`), '-H', '"Authorization: Bearer $PANNIER_KEY"');
  if (accept) parts.push('-H', quoted(`Accept: ${accept}`));
  if (idempotencyKey) parts.push('-H', '"Idempotency-Key: $(uuidgen)"');
  if (body !== undefined)
    parts.push('-H', quoted('Content-Type: application/json'), '-d', quoted(JSON.stringify(body)));
  if (file) parts.push('-H', quoted(`Content-Type: ${file.type}`), '--data-binary', '@file');
  return parts.join(' ');
}
