import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signCustomerToken } from '../../../src/client/customer-token.ts';
import type { Operation } from '../../../src/http/document/document.ts';
import { createKey } from '../../../src/keys/index.ts';
import { isThorough, usually } from '../../support/jest/thorough.ts';
import { browserOf } from '../../support/service/browser.ts';
import { contractJson, operations } from '../../support/service/contract.ts';
import { valid } from '../../support/service/schema-arbitrary.ts';
import { openSeveralShops, type SeveralShops } from '../../support/shops/several-shops.ts';

/** What people of the south wrote holds this; no request does, and nothing that the north may be told. */
const marker = 'southern';
const [north, south] = ['north.example', 'south.example'];

let shops: SeveralShops;
let northern: { admin: Record<string, string>; page: string };
let southern: { admin: Record<string, string>; session: Record<string, string>; pageSecret: string; page: string };
let before: Record<string, string>;

beforeAll(async () => {
  shops = await openSeveralShops({
    north: { hosts: [north], settings: { PANNIER_SCHEMA: 'pannier', PANNIER_CURRENCY: 'EUR' } },
    south: { hosts: [south], settings: { PANNIER_CURRENCY: 'EUR', PANNIER_TIME_ZONE: 'Europe/Berlin' } },
  });
  // What is asked for by number is there in both, and of the north not the key that asks.
  for (const name of ['north', 'south']) await createKey(shops.shop(name).database, `${name}ern first`, ['view']);
  const pages = await Promise.all(
    ['north', 'south'].map((name) => createKey(shops.shop(name).database, `${name}ern page`, ['events', 'lists'])),
  );
  const admins = [await shops.admin('north'), await shops.admin('south')];
  northern = { admin: admins[0], page: pages[0].token };
  await fill(north, admins[0], 'northern', 'here');
  await fill(south, admins[1], marker, 'elsewhere');
  southern = {
    admin: admins[1],
    session: await signInToSouth(),
    page: pages[1].token,
    pageSecret: pages[1].customerSecret!,
  };
  before = await digestsOfSouth();
}, 60_000);
afterAll(() => shops.stop());

/** The same ids in both shops, and those that only this one has; what people read holds the mark. */
async function fill(host: string, headers: Record<string, string>, mark: string, own: string): Promise<void> {
  const write = async (method: string, path: string, body: unknown) => {
    const { status, text } = await shops.ask(host, method, path, { headers, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
  };
  const ids = (letter: string) => [`${letter}1`, `${letter}-${own}`];
  await write('PUT', '/v1/items', {
    items: ids('I').map((item_id) => ({ item_id, title: `${mark} item`, price: '5.00', categories: [mark] })),
  });
  await write('PUT', '/v1/customers', {
    customers: ids('C').map((customer_id) => ({ customer_id, attributes: { region: mark } })),
  });
  await write('POST', '/v1/orders', {
    orders: ids('O').map((order_id, place) => ({
      ...{ order_id, customer_id: ids('C')[place], ordered_at: '2026-01-01T10:00:00Z', currency: 'EUR' },
      lines: ids('I').map((item_id, line) => ({
        line_id: String(line),
        item_id,
        quantity: 1,
        unit_price: '5.00',
        title: mark,
      })),
    })),
  });
  await write('POST', '/v1/events', {
    events: ids('C').map((customer_id, place) => ({
      ...{
        event_id: `E${place}`,
        type: 'view',
        customer_id,
        item_id: ids('I')[1],
        occurred_at: '2026-01-02T10:00:00Z',
      },
    })),
  });
  await write('PUT', `/v1/users/${own}`, { role: 'viewer' });
  for (const name of [own, 'few'])
    await write('POST', '/v1/segments', { segment_id: `list-${name}`, name: `${mark} list` });
  await write('PUT', `/v1/segments/list-${own}/members`, { customer_ids: ids('C') });
  await write('PUT', '/v1/segments/list-few/members', { customer_ids: [ids('C')[1]] });
  const campaign = structuredClone(exampleOf(operations.find(({ id }) => id === 'createCampaign')!)) as Record<
    string,
    unknown
  >;
  await write('POST', '/v1/campaigns', { ...campaign, campaign_id: `spring-${own}`, name: `${mark} spring` });
}

async function signInToSouth(): Promise<Record<string, string>> {
  const { users } = shops.shop('south').stations.accounts;
  await users.set(`${marker}-owner`, 'operator');
  const { ticket } = await users.makeTicket(`${marker}-owner`, 'sign-in');
  const answer = await shops.ask(south, 'POST', '/v1/sessions', { body: { ticket } });
  const { cookie, csrfToken } = browserOf(shops.served.url, answer);
  const session = { Cookie: cookie, 'X-Pannier-CSRF': csrfToken, 'Sec-Fetch-Site': 'same-origin' };
  expect((await shops.ask(south, 'GET', '/v1/session', { headers: session })).status).toBe(200);
  return session;
}

function exampleOf({ path, method }: Operation): unknown {
  const content = contractJson['paths'][path][method].requestBody?.content ?? {};
  return content['application/json']?.example;
}

/** All facts and settings of the south, by table; leases and the list of processes are no facts, and counting comes later. */
async function digestsOfSouth(): Promise<Record<string, string>> {
  const { database } = shops.shop('south');
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'south'::regnamespace and relkind = 'r' order by relname`,
  );
  const still = tables.filter(
    ({ name }) => !/^(leases|instances|write_counts|.*cells.*|.*roll.*|touched.*|newest_behaviours)/.test(name),
  );
  const entries: [string, string][] = [];
  for (const { name } of still) {
    // When it was last used is written a while later.
    const told = name === 'sessions' ? `(to_jsonb(row) - '{seen_at, expires_at}'::text[])::text` : 'row::text';
    const [{ digest }] = await database.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(${told}, ',' order by ${told})), '') as digest from "${name}" row`,
    );
    entries.push([name, digest]);
  }
  return Object.fromEntries(entries);
}

/** Requests that name what the south has: by its own ids, and by those that both have. */
function requestsOf(operation: Operation): { path: string; body: unknown }[] {
  const idOf = (name: string, isOwn: boolean) => {
    if (name === 'kind') return 'popularity';
    if (name === 'segment_id') return isOwn ? 'list-elsewhere' : 'list-few';
    if (name === 'campaign_id') return isOwn ? 'spring-elsewhere' : 'spring-here';
    const letter = { customer_id: 'C', item_id: 'I', order_id: 'O' }[name];
    if (letter) return isOwn ? `${letter}-elsewhere` : `${letter}1`;
    if (name === 'user_name' && isOwn) return 'elsewhere';
    return '1';
  };
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(
      (parameter) =>
        `${parameter.name}=${encodeURIComponent(String(fc.sample(valid(parameter.schema, contractJson), { seed: 7, numRuns: 1 })[0]))}`,
    );
  return [true, false].map((isOwn) => {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => idOf(name, isOwn));
    const example = JSON.stringify(exampleOf(operation));
    const named = example?.replace(
      /"(customer_id|item_id|order_id|campaign_id)":"[^"]*"/g,
      (_, name) => `"${name}":"${idOf(name, isOwn)}"`,
    );
    return {
      path: query.length > 0 ? `${path}?${query.join('&')}` : path,
      body: named === undefined ? undefined : JSON.parse(named),
    };
  });
}

const guarded = operations.filter(({ scopes }) => scopes.length > 0);
/** They take seconds each by their nature: how they are let in is like with all others. */
const slow = ['exploreSegments', 'signIn', 'previewImport'];
/** All of a matrix, or one of it, another for each operation. */
const some = <One>(all: readonly One[], place: number): readonly One[] =>
  isThorough ? all : [all[place % all.length]];

// Would see: an operation that finds who asks, or what is asked for, in another shop's memory or schema.
describe.each(operations.map((operation, place) => [operation.id, operation, place] as const))(
  '%s',
  (_id, operation, place) => {
    const method = operation.method.toUpperCase();
    test('tells the north nothing of the south, and lets nobody of the south in', async () => {
      for (const { path, body } of some(requestsOf(operation), Math.floor(place / 3))) {
        if (isThorough || !slow.includes(operation.id)) {
          const own = await shops.ask(north, method, path, { headers: northern.admin, body });
          expect([operation.id, own.status < 500 || own.status === 503]).toEqual([operation.id, true]);
          expect(own.text).not.toContain(marker);
        }
        if (!guarded.includes(operation)) continue;
        const strangers = [southern.admin, southern.session, { Authorization: `Bearer ${southern.page}` }];
        for (const headers of some(strangers, place)) {
          const answer = await shops.ask(north, method, path, { headers, body });
          expect([operation.id, answer.status]).toEqual([operation.id, 401]);
        }
      }
    });
  },
);

const askAs = async (host: string, key: string, secret: string) => {
  const customer_token = await signCustomerToken(secret, 'C1', new Date(Date.now() + 60_000));
  return shops.ask(host, 'POST', '/v1/recommendations', { body: { key, customer_token, limit: 3 } });
};

usually.test('a token of a customer that the south signed names nobody in the north', async () => {
  const foreign = await askAs(north, northern.page, southern.pageSecret);
  expect([[401, 403].includes(foreign.status), foreign.text.includes(marker)]).toEqual([true, false]);
});

test('the whole of the south is as it was, and answers its own', async () => {
  expect(await digestsOfSouth()).toEqual(before);
  expect(Object.keys(before).length).toBeGreaterThan(50);
  expect((await askAs(south, southern.page, southern.pageSecret)).status).toBe(200);
  const { status, text } = await shops.ask(south, 'GET', '/v1/items/I1', { headers: southern.admin });
  expect([status, text.includes(marker)]).toEqual([200, true]);
});
