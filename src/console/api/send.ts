import type { ApiRequest } from './request.ts';

/** A problem document, as the service tells what is wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** What the service refused; `problem.errors` names the fields. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** when asking again may help, in seconds */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** What is wrong with a field of the body, by its JSON pointer or name. */
  fault(field: string): string | undefined {
    return this.problem.errors?.find((one) => one.field === field || one.field === `/${field}`)?.message;
  }
}

/** The session's token against forged requests; a cookie that scripts cannot read holds the session itself. */
let csrfToken: string | undefined;
let onSignedOut = () => {};

export function setToken(token: string | undefined): void {
  csrfToken = token;
}

/** @param listener is called when the service no longer knows the session */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

function headersOf(request: ApiRequest<unknown>, accept: string): Record<string, string> {
  const headers: Record<string, string> = { Accept: accept };
  if (request.file) headers['Content-Type'] = request.file.type;
  else if (request.body !== undefined) headers['Content-Type'] = 'application/json';
  if (request.idempotencyKey) headers['Idempotency-Key'] = request.idempotencyKey;
  if (request.method !== 'get' && csrfToken) headers['X-Pannier-CSRF'] = csrfToken;
  return headers;
}

async function respond(request: ApiRequest<unknown>, accept: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  const token = csrfToken;
  try {
    response = await fetch(request.address, {
      method: request.method.toUpperCase(),
      headers: headersOf(request, accept),
      body: request.file?.blob ?? (request.body === undefined ? null : JSON.stringify(request.body)),
      credentials: 'same-origin',
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ type: '', title: 'Unreachable', status: 0, code: 'unreachable' });
  }
  if (response.ok) return response;
  // What was asked in a session before this one, and comes only now, says nothing of this one.
  const isOfThisSession = token === csrfToken && !['/v1/session', '/v1/sessions'].includes(request.operation);
  if (response.status === 401 && isOfThisSession) onSignedOut();
  throw new ApiError(await readProblem(response), Number(response.headers.get('retry-after')) || undefined);
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    return await response.json();
  } catch {
    return { type: '', title: response.statusText, status: response.status, code: 'unavailable' };
  }
}

/** @throws ApiError what the service refused, or `unreachable` where it did not answer */
export async function send<T>(request: ApiRequest<T>, signal?: AbortSignal): Promise<T> {
  const response = await respond(request, 'application/json, application/problem+json', signal);
  return response.status === 204 ? (undefined as T) : await response.json();
}

/** The same answer as text in another form, such as `text/csv`, where the operation gives it. */
export async function sendForText(request: ApiRequest<unknown>, accept: string): Promise<string> {
  return (await respond(request, accept)).text();
}
