import { chineseProblems } from '../texts/problems.ts';
import { type Said, writeSentences } from '../texts/said.ts';
import type { ApiRequest } from './request.ts';

/** A problem document, as the service tells what is wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: { field: string; message: string }[];
  /** what `detail` and the messages say */
  said?: Said;
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

  /** What the service says of it, in the language of the page. */
  get words(): string {
    return this.inWords(this.message);
  }

  /** What is wrong with a field of the body, by its JSON pointer or name, in the language of the page. */
  fault(field: string): string | undefined {
    const found = this.problem.errors?.find((one) => one.field === field || one.field === `/${field}`);
    return found && this.inWords(found.message);
  }

  /** A text of the problem in the language of the page. */
  inWords(text: string): string {
    const sentences = this.problem.said?.[text];
    return sentences && document.documentElement.lang.startsWith('zh')
      ? writeSentences(sentences, chineseProblems)
      : text;
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

/** What texts of the service say, out of all answers so far: the same text says the same wherever it stands. */
const known = new Map<string, Said[string]>();

function remember(said: Said | undefined): void {
  for (const [text, sentences] of Object.entries(said ?? {})) known.set(text, sentences);
}

/** What a text of an answer says; undefined: nobody has told. */
export const sentencesOf = (text: string): Said[string] | undefined => known.get(text);

/** @throws ApiError what the service refused, or `unreachable` where it did not answer */
export async function send<T>(request: ApiRequest<T>, signal?: AbortSignal): Promise<T> {
  const response = await respond(request, 'application/json, application/problem+json', signal);
  if (response.status === 204) return undefined as T;
  const answer = await response.json();
  remember(answer?.said);
  return answer;
}

/** The same answer as text in another form, such as `text/csv`, where the operation gives it. */
export async function sendForText(request: ApiRequest<unknown>, accept: string): Promise<string> {
  return (await respond(request, accept)).text();
}
