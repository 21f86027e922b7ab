import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OperationId } from '../../../src/http/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

const names = ['beans', 'filter', 'cup', 'sugar', 'tea', 'pot'];
let service: TestService;
let ruleId: string;
const versions: number[] = [];

async function publish(lists: string[]): Promise<void> {
  await publishContent(service.database, {
    asOf: new Date('2026-03-01T00:00:00Z'),
    popularity: ['pot', 'tea'],
    neighbours: { tea: ['pot'] },
    rules: [
      { antecedent: ['beans'], consequent: 'filter', confidence: 0.5 },
      { antecedent: ['beans', 'cup'], consequent: 'sugar', confidence: 0.9 },
    ],
    lists: { C1: lists.map((item) => ({ item, source: 1, because: 'tea' })) },
  });
  await service.stations.recommendations.refresh();
  const [{ version }] = await service.database.query<{ version: number }>(
    `select max(version) as version from model_versions where kind = 'collaborative-filtering'`,
  );
  versions.push(version);
}

function ask(id: OperationId, body?: unknown, path: Record<string, string> = {}, query?: string) {
  return call(service.url, id, { path, body, query, headers: service.as('train') });
}
async function explain(body: object) {
  const { status, json } = await ask('explainRecommendations', body);
  expect([status, json.errors]).toEqual([200, undefined]);
  return json;
}
const idsOf = (list: { item_id: string }[]) => list.map(({ item_id }) => item_id);
const order = (order_id: string, ...items: string[]) => ({
  order_id,
  occurred_at: '2026-02-01T00:00:00Z',
  lines: items.map((item_id) => ({ item_id, quantity: 1, unit_price: '1' })),
});

beforeAll(async () => {
  service = await createTestService();
  const items = names.map((name) => ({ item_id: name, title: `The ${name}`, price: '1.00' }));
  await service.ask('ingest', 'PUT', '/v1/items', { items: [...items, { item_id: 'off', stock: 0 }] });
  await service.ask('ingest', 'PUT', '/v1/customers', {
    customers: [{ customer_id: 'C1' }, { customer_id: 'C2', profiling_allowed: false }],
  });
  const orders = [order('O1', 'beans', 'filter'), order('O2', 'beans', 'tea'), order('O3', 'tea', 'cup')];
  await service.ask('ingest', 'POST', '/v1/orders', { orders });
  await publish(['tea', 'off']);
  await publish(['pot', 'sugar', 'off']);
  const { json } = await service.ask('recommend', 'GET', '/v1/association-rules');
  ruleId = json.items.find(({ consequent }: { consequent: string }) => consequent === 'filter').rule_id;
});
beforeEach(async () => {
  await service.database.query('delete from rule_blocks');
  await service.stations.recommendations.refresh();
});
afterAll(() => service.stop());

test('a list of a cart is explained: the rule that speaks, and what kept others out', async () => {
  const told = await explain({ cart_item_ids: ['beans', 'tea'], exclude_item_ids: ['pot'], limit: 2 });
  expect(told).toMatchObject({ customer_id: null, visitor_id: null, is_known: false, arm: null });
  const filter = told.candidates.find(({ item_id }: { item_id: string }) => item_id === 'filter');
  expect(filter).toMatchObject({ source: 'association-rules', rule_ids: [ruleId], fate: 'listed', position: 1 });
  expect(told.items[0].reason).toMatchObject({ source: 'association-rules' });
  expect(told.items[0].reason.text).toContain('The beans');
  // Nothing of it is logged as shown.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await service.database.query('select from served_lists')).toEqual([]);
});

test('a customer’s list is explained by GET and by POST alike', async () => {
  const { json } = await ask('explainCustomerRecommendations', undefined, { customer_id: 'C1' }, 'limit=3');
  const told = await explain({ customer_id: 'C1', limit: 3 });
  expect(told).toEqual(json);
  expect(told.candidates.map(({ item_id, fate }: any) => [item_id, fate])).toEqual([
    ['pot', 'listed'],
    ['sugar', 'listed'],
    ['off', 'sold_out'],
  ]);
  expect(told.drops).toEqual({ sold_out: 1 });
});

// Would see: what a person bought and looked at told to whoever may arrange lists, but not see people.
test('who may only arrange what is shown sees the list of a cart, and nobody’s own', async () => {
  const asked = (body: object) =>
    call(service.url, 'explainRecommendations', { body, headers: service.as('merchandise') });
  const cart = { cart_item_ids: ['beans'] };
  expect((await asked(cart)).json).toEqual(await explain(cart));
  for (const person of [{ customer_id: 'C1' }, { visitor_id: 'V1' }]) {
    const { status, json } = await asked({ ...cart, ...person });
    expect([status, json.errors.map(({ field }: any) => field)]).toEqual([403, [`/${Object.keys(person)[0]}`]]);
  }
});

// Would see: lists of a version that is not served, places from 0.
test('counts on how many lists an item stands, and how high', async () => {
  const places = async (item_id: string) => (await ask('countItemLists', undefined, { item_id })).json;
  const counts = { customers: 1, first: 0, up_to_3: 1, up_to_10: 1, mean_place: 2 };
  expect(await places('sugar')).toMatchObject({ version: versions[1], lists: 1, ...counts });
  expect(await places('tea')).toMatchObject({ lists: 1, customers: 0, mean_place: null });
  expect((await ask('countItemLists', undefined, { item_id: 'none' })).status).toBe(404);
});

// Would see: an as-if that changes what is served.
test('as if the night’s candidates were of another version', async () => {
  const told = await explain({ customer_id: 'C1', as_if: { collaborative_version: versions[0] } });
  expect(idsOf(told.candidates)).toEqual(['tea', 'off']);
  expect(idsOf((await explain({ customer_id: 'C1' })).candidates)).toEqual(['pot', 'sugar', 'off']);
  const { status, json } = await ask('explainRecommendations', { as_if: { collaborative_version: 999 } });
  expect([status, json.errors[0].field]).toEqual([409, '/as_if/collaborative_version']);
});

test('as if a rule were blocked, or the person in the holdout', async () => {
  const body = { cart_item_ids: ['beans'] };
  expect(idsOf((await explain(body)).candidates)).toContain('filter');
  expect(idsOf((await explain({ ...body, as_if: { blocked_rule_ids: [ruleId] } })).candidates)).not.toContain('filter');
  expect(idsOf((await explain({ ...body, as_if: { blocked_rule_ids: ['999998-999999'] } })).candidates)).toContain(
    'filter',
  );
  const { status, json } = await ask('explainRecommendations', { as_if: { blocked_rule_ids: ['2-2'] } });
  expect([status, json.errors[0].field]).toEqual([409, '/as_if/blocked_rule_ids']);
  const held = await explain({ customer_id: 'C1', as_if: { arm: 'holdout' } });
  expect([held.arm, held.candidates]).toEqual(['holdout', []]);
});

// Would see: what somebody is like told of who objected, whatever is asked as if.
test('who objects has no list of their own, as if anything', async () => {
  const as_if = { arm: 'treatment', collaborative_version: versions[0] };
  const told = await explain({ customer_id: 'C2', as_if });
  expect([told.profiling_allowed, told.arm, told.candidates, told.behaviours]).toEqual([false, null, [], []]);
});

test('one rule with the counts that it is made of, also when it is blocked', async () => {
  const { status, json } = await ask('getAssociationRule', undefined, { rule_id: ruleId });
  expect(status).toBe(200);
  // 20 orders of 40 with beans, at a confidence of 0.5; 3 times what chance gives, so the filter is in 1 of 6 of 1,000.
  expect(json).toMatchObject({
    rule_id: ruleId,
    items: [
      { item_id: 'beans', title: 'The beans', category: null },
      { item_id: 'filter', title: 'The filter', category: null },
    ],
    blocked_at: null,
    contexts: [
      { context: 'all', basket_count: 1_000, antecedent_count: 40, consequent_count: 167, expected_count: 6.68 },
    ],
  });
  await ask('blockRule', undefined, { rule_id: ruleId });
  const blocked = await ask('getAssociationRule', undefined, { rule_id: ruleId });
  expect(Date.parse(blocked.json.blocked_at)).toBeGreaterThan(0);
  expect(blocked.json.contexts).toEqual(json.contexts);
  for (const rule_id of ['999-1', '1-1', '2.1-3']) {
    expect((await ask('getAssociationRule', undefined, { rule_id })).status).toBe(404);
  }
});

// Would see: a preview that writes, one of other lists than it says, or of lists after the block alone.
test('a block is previewed on the item’s list and on the carts of the last orders, and then does so', async () => {
  const { status, json } = await ask('previewRuleBlock', { rule_id: ruleId });
  expect(status).toBe(200);
  expect(json.lists.map(({ beside, item_ids }: any) => [beside, [...item_ids].sort()])).toEqual([
    ['item', ['beans']],
    ['cart', ['beans', 'tea']],
    ['cart', ['beans']],
  ]);
  const [beside, , cart] = json.lists;
  expect([idsOf(beside.before), idsOf(beside.after), beside.is_changed]).toEqual([
    // What only fills the box up stands behind what rules say, and is there without them.
    ['filter', 'pot', 'tea', 'cup', 'sugar'],
    ['pot', 'tea', 'cup', 'sugar'],
    true,
  ]);
  expect(json.changed).toBe(3);
  expect(await service.database.query('select from rule_blocks')).toEqual([]);
  const served = async () =>
    (await service.ask('recommend', 'POST', '/v1/recommendations', { cart_item_ids: ['beans'], limit: 10 })).json.items;
  expect(await served()).toEqual(cart.before);
  await ask('blockRule', undefined, { rule_id: ruleId });
  expect(await served()).toEqual(cart.after);
  expect((await ask('previewRuleBlock', { rule_id: ruleId })).json.changed).toBe(0);
});

test('a preview of fewer lists, and of a rule that is none', async () => {
  expect((await ask('previewRuleBlock', { rule_id: ruleId, lists: 1 })).json.lists).toHaveLength(1);
  expect((await ask('previewRuleBlock', { rule_id: '999-998' })).status).toBe(404);
  for (const body of [{ rule_id: 'x' }, { rule_id: ruleId, lists: 0 }, {}]) {
    expect((await ask('previewRuleBlock', body)).status).toBe(400);
  }
});
