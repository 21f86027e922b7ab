import createFetchClient, { type Client, type MaybeOptionalInit } from 'openapi-fetch';
import type { components, paths } from './contract.ts';
import { keyedPosts, mayRepeat, type Patience, repeat } from './repeating.ts';

export { signCustomerToken } from './customer-token.ts';
export type { components, paths };

type Schemas = components['schemas'];
/** What is wrong, as the service says it (RFC 9457). */
export type Problem = Schemas['Problem'];

/** What the service refused, or why there is no answer. */
export class PannierProblem extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(`${problem.title}: ${problem.detail ?? problem.code}`);
    this.name = 'PannierProblem';
    this.status = status;
    this.problem = problem;
  }
}

export interface ClientOptions extends Partial<Patience> {
  /** where the service is asked */
  url: string;
  key: string;
  fetch?: typeof fetch;
}

/** Where a GET answers page by page. */
export type PagedPath = {
  [Path in keyof paths]: paths[Path] extends { get: { responses: { 200: { content: { 'application/json': Page } } } } }
    ? Path
    : never;
}[keyof paths];
type Page = { items: unknown[]; next_cursor: string | null };
type PageOf<Path extends PagedPath> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Found } } } };
}
  ? Found
  : never;
export type ItemOf<Path extends PagedPath> = PageOf<Path> extends { items: (infer Item)[] } ? Item : never;

/** The kinds of facts that are sent in batches. */
interface Batches {
  events: Schemas['Event'];
  orders: Schemas['Order'];
  refunds: Schemas['Refund'];
  items: Schemas['Item'];
  customers: Schemas['Customer'];
  costs: Schemas['Cost'];
  market_figures: Schemas['MarketFigure'];
}
const batches = {
  events: ['POST', '/v1/events'],
  orders: ['POST', '/v1/orders'],
  refunds: ['POST', '/v1/refunds'],
  items: ['PUT', '/v1/items'],
  customers: ['PUT', '/v1/customers'],
  costs: ['PUT', '/v1/costs'],
  market_figures: ['PUT', '/v1/market-figures'],
} as const satisfies Record<keyof Batches, [method: 'POST' | 'PUT', path: keyof paths]>;

/** What became of one element that was sent. */
export interface Sent<Element> {
  element: Element;
  verdict: Schemas['Verdicts']['verdicts'][number];
}

/**
 * Every operation of the contract by its path (`client.GET('/v1/popular-items')`, which answers `{ data, error, response }`), and what a
 * program would write around them again and again.
 */
export interface PannierClient extends Client<paths> {
  /** All rows of a list, page by page as they are needed. @throws PannierProblem */
  items<Path extends PagedPath>(path: Path, init?: MaybeOptionalInit<paths[Path], 'get'>): AsyncGenerator<ItemOf<Path>>;
  /**
   * Sends facts in batches, as they come, and tells of each what became of it.
   * @param size of a batch, at most 1,000
   * @throws PannierProblem for a batch that is refused as a whole; those before it are stored
   */
  send<Kind extends keyof Batches>(
    kind: Kind,
    elements: Iterable<Batches[Kind]> | AsyncIterable<Batches[Kind]>,
    size?: number,
  ): AsyncGenerator<Sent<Batches[Kind]>>;
  /**
   * What is answered in time, or else the shop's own: a page is never kept waiting, and no error reaches it.
   * `within(200, (signal) => client.GET('/v1/popular-items', { signal }), ownBestSellers)`
   */
  within<Data, Own>(
    milliseconds: number,
    ask: (signal: AbortSignal) => Promise<{ data?: Data }>,
    own: Own,
  ): Promise<Data | Own>;
}

/** A client for Node, browsers and edges. What may be sent twice is tried again; writes with an `Idempotency-Key` get one. */
export function createClient(options: ClientOptions): PannierClient {
  const { url, key, fetch: ask = (request) => fetch(request), retries = 3, timeoutMs = 10_000 } = options;
  const once = new WeakSet<Request>();
  const client = createFetchClient<paths>({
    baseUrl: url.replace(/\/+$/, ''),
    headers: { Authorization: `Bearer ${key}` },
    fetch: (request) => repeat(request, ask, { retries: once.has(request) ? 0 : retries, timeoutMs }),
  });
  client.use({
    onRequest({ request, schemaPath }) {
      if (keyedPosts.includes(schemaPath) && !request.headers.has('Idempotency-Key')) {
        request.headers.set('Idempotency-Key', crypto.randomUUID());
      }
      if (!mayRepeat(request.method, schemaPath)) once.add(request);
    },
  });
  return Object.assign(client, {
    items: (path: string, init?: object) => pages(client, path, init),
    send: (kind: keyof Batches, elements: Iterable<object> | AsyncIterable<object>, size = 500) =>
      sendInBatches(client, kind, elements, size),
    within,
  }) as PannierClient;
}

type Answer = { data?: any; error?: any; response: Response };

/** @throws PannierProblem where there is no data */
function dataOf({ data, error, response }: Answer): any {
  if (data !== undefined) return data;
  const { status, statusText } = response;
  const unreadable = { type: 'about:blank', title: statusText || `Status ${status}`, status, code: 'unavailable' };
  throw new PannierProblem(status, typeof error === 'object' && error !== null ? error : (unreadable as Problem));
}

async function* pages(client: Client<paths>, path: string, init: any = {}): AsyncGenerator<any> {
  const get = client.GET as (path: string, init: object) => Promise<Answer>;
  let { cursor } = init.params?.query ?? {};
  do {
    const params = { ...init.params, query: { ...init.params?.query, ...(cursor ? { cursor } : {}) } };
    const page = dataOf(await get(path, { ...init, params }));
    yield* page.items;
    cursor = page.next_cursor;
  } while (cursor);
}

async function* sendInBatches(
  client: Client<paths>,
  kind: keyof Batches,
  elements: Iterable<object> | AsyncIterable<object>,
  size: number,
): AsyncGenerator<Sent<any>> {
  const [method, path] = batches[kind];
  const send = client[method] as (path: string, init: object) => Promise<Answer>;
  async function* sendOne(batch: object[]): AsyncGenerator<Sent<object>> {
    const { verdicts } = dataOf(await send(path, { body: { [kind]: batch } }));
    for (const verdict of verdicts) yield { element: batch[verdict.index], verdict };
  }
  let batch: object[] = [];
  for await (const element of elements) {
    batch.push(element);
    if (batch.length < size) continue;
    yield* sendOne(batch);
    batch = [];
  }
  if (batch.length > 0) yield* sendOne(batch);
}

async function within<Data, Own>(
  milliseconds: number,
  ask: (signal: AbortSignal) => Promise<{ data?: Data }>,
  own: Own,
): Promise<Data | Own> {
  const late = AbortSignal.timeout(milliseconds);
  const over = new Promise<Own>((resolve) => late.addEventListener('abort', () => resolve(own), { once: true }));
  const answered = ask(late).then(
    ({ data }) => data ?? own,
    () => own,
  );
  return Promise.race([answered, over]);
}
