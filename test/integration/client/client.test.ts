import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient, PannierProblem, signCustomerToken } from '../../../src/client/client.ts';
import { keyedPosts, repeatedPosts } from '../../../src/client/repeating.ts';
import { createKey } from '../../../src/keys/index.ts';
import { atThisLoad } from '../../support/jest/machine.ts';
import { contractJson, operations } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
/** Between client and service: answers by itself as long as there is something in `faults`. */
let proxy: Server;
let url: string;
type Fault = { status: number; retryAfter?: string } | 'cut' | 'cut after' | 'silent';
let faults: Fault[] = [];
let asked: { method: string; path: string; key: string | undefined }[] = [];

beforeAll(async () => {
  service = await createTestService();
  proxy = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const key = request.headers['idempotency-key'] as string | undefined;
    asked.push({ method: request.method!, path: request.url!, key });
    const fault = faults.shift();
    if (fault === 'silent') return;
    if (fault === 'cut') return request.socket.destroy();
    if (fault && typeof fault === 'object') {
      response.writeHead(fault.status, fault.retryAfter ? { 'Retry-After': fault.retryAfter } : {});
      return response.end();
    }
    const { host: _, ...headers } = request.headers as Record<string, string>;
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const answer = await fetch(service.url + request.url, { method: request.method!, headers, body });
    // The service has done it, and nobody hears of it.
    if (fault === 'cut after') return request.socket.destroy();
    response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterEach(() => {
  faults = [];
  asked = [];
});
afterAll(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await service.stop();
});

const as = (scope: 'ingest' | 'admin' | 'recommend' | 'coupons', more = {}) =>
  createClient({ url, key: service.keys[scope], ...more });
async function gather<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

describe('what may be sent twice', () => {
  // Would see: an operation that is new to the contract and asked again although that does something twice, or is never asked again.
  test('is what the contract says: keyed by the caller, known by ids, or a question', () => {
    const posts = operations.filter(({ method, id }) => method === 'post' && id !== 'signIn');
    const isKeyed = ({ parameters }: (typeof posts)[number]) =>
      parameters.some(({ name }) => name === 'Idempotency-Key');
    expect([...keyedPosts].sort()).toEqual(
      posts
        .filter(isKeyed)
        .map(({ path }) => path)
        .sort(),
    );
    const harmless = posts.filter((post) => !isKeyed(post) && (post.batch !== undefined || post.trace === 'none'));
    expect([...repeatedPosts].sort()).toEqual(harmless.map(({ path }) => path).sort());
    expect(Object.keys(contractJson['paths']).length).toBeGreaterThan(60);
  });

  test.each<[string, Fault[]]>([
    ['is cut', ['cut']],
    ['is silent', ['silent']],
    ['is busy', [{ status: 503 }, { status: 429 }]],
  ])('is asked again where the service %s', async (_, given) => {
    faults = [...given];
    const { data } = await as('recommend', { timeoutMs: 2_000 }).GET('/v1/popular-items');
    expect([Array.isArray(data?.items), asked.length]).toEqual([true, given.length + 1]);
  });

  test('waits as long as the service says', async () => {
    faults = [{ status: 503, retryAfter: '1' }];
    const started = performance.now();
    await as('recommend').GET('/v1/popular-items');
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
  });

  test('is given up after so many tries, and what is wrong for good is not tried again', async () => {
    faults = [{ status: 503 }, { status: 503 }, { status: 503 }];
    const { response } = await as('recommend', { retries: 1 }).GET('/v1/popular-items');
    expect([response.status, asked.length]).toEqual([503, 2]);
    faults = ['cut', 'cut', 'cut'];
    asked = [];
    await expect(as('recommend', { retries: 1 }).GET('/v1/popular-items')).rejects.toThrow();
    expect(asked.length).toBe(2);
    asked = [];
    faults = [];
    const { error } = await as('recommend').GET('/v1/popular-items', { params: { query: { limit: 0 } } });
    expect([error?.errors?.[0]?.field, asked.length]).toEqual(['limit', 1]);
  });

  // Would see: codes made twice, because the first answer was lost on the way.
  test('a write whose answer was lost is made once', async () => {
    const day = 86_400_000;
    const at = (days: number) => new Date(Date.now() + days * day).toISOString();
    const made = await as('coupons').POST('/v1/campaigns', {
      body: {
        campaign_id: 'spring',
        name: 'Spring',
        discount: { type: 'amount', amount: '3.00' },
        valid_from: at(-1),
        valid_until: at(30),
        budget: { coupons: 100 },
      },
    });
    expect(made.error).toBeUndefined();
    asked = [];
    faults = ['cut after'];
    const path = { campaign_id: 'spring' };
    const { data } = await as('coupons').POST('/v1/campaigns/{campaign_id}/codes', {
      params: { path },
      body: { batch_id: 'b1', kind: 'single', count: 5 },
    });
    expect([asked.length, asked[0].key]).toEqual([2, asked[1].key]);
    expect(asked[0].key).toMatch(/^[0-9a-f-]{36}$/);
    expect(data?.codes).toBe(5);
    expect((await service.database.query('select 1 from coupons')).length).toBe(5);
  });

  test('what would be made twice is not tried again', async () => {
    faults = ['cut after'];
    await expect(as('admin').POST('/v1/keys', { body: { name: 'one', scopes: ['view'] } })).rejects.toThrow();
    expect(asked.length).toBe(1);
  });
});

test('facts are sent in batches, each with its verdict, also from what comes by and by', async () => {
  async function* items() {
    for (let n = 0; n < 25; n++) yield { item_id: `I${n}`, title: `Item ${n}`, price: n === 7 ? 'dear' : '1.00' };
  }
  const sent = await gather(as('ingest').send('items', items(), 10));
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(3).fill('PUT /v1/items'));
  expect(sent.map(({ element, verdict }) => [element.item_id, verdict.id, verdict.status])).toEqual(
    Array.from({ length: 25 }, (_, n) => [`I${n}`, `I${n}`, n === 7 ? 'quarantined' : 'accepted']),
  );
  expect(sent[7].verdict.faults?.[0]?.field).toBe('/price');
});

test('all rows of a list come page by page, and no more pages than are wanted', async () => {
  const events = Array.from({ length: 30 }, (_, n) => ({ customer_id: `C${String(n).padStart(2, '0')}` }));
  await gather(as('ingest').send('customers', events));
  asked = [];
  const rows = await gather(as('admin').items('/v1/customers', { params: { query: { limit: 7 } } }));
  expect(new Set(rows.map(({ customer_id }) => customer_id)).size).toBe(30);
  expect(asked.length).toBe(5);
  asked = [];
  for await (const row of as('admin').items('/v1/customers', { params: { query: { limit: 7 } } })) {
    if (row) break;
  }
  expect(asked.length).toBe(1);
});

test('a list that is refused says why', async () => {
  const refused = gather(as('recommend').items('/v1/customers'));
  await expect(refused).rejects.toThrow(PannierProblem);
  await expect(refused).rejects.toMatchObject({ status: 403, problem: { code: 'forbidden' } });
});

test('a page is not kept waiting: what comes late or not at all is the shop’s own', async () => {
  const own = { items: ['own'] };
  const client = as('recommend');
  faults = ['silent'];
  const started = performance.now();
  expect(await client.within(150, (signal) => client.GET('/v1/popular-items', { signal }), own)).toBe(own);
  expect(performance.now() - started).toBeLessThan(atThisLoad(1_500));
  faults = [{ status: 500 }];
  expect(await client.within(5_000, (signal) => client.GET('/v1/popular-items', { signal }), own)).toBe(own);
  faults = [];
  expect(await client.within(5_000, (signal) => client.GET('/v1/popular-items', { signal }), own)).toHaveProperty(
    'list_id',
  );
});

test('a customer is spoken for with what it signs, whatever letters their id has', async () => {
  const page = await createKey(service.database, 'page', ['events', 'lists'], ['https://shop.example']);
  await service.stations.keys.reload();
  const client = createClient({ url, key: page.token });
  for (const customerId of ['anna', '安娜 +/=', 'x'.repeat(128)]) {
    const customer_token = await signCustomerToken(page.customerSecret!, customerId, new Date(Date.now() + 60_000));
    const { data } = await client.POST('/v1/recommendations', { body: { customer_token, limit: 1 } });
    expect(data?.customer_id).toBe(customerId);
  }
});
