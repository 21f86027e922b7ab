import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listen } from '../../../src/db/index.ts';
import type { components } from '../../../src/http/contract.ts';
import { readDocument } from '../../../src/http/index.ts';
import { createResponseValidator } from '../../../src/http/requests/validation.ts';
import { createLogger } from '../../../src/log.ts';
import { createRecommendations } from '../../../src/recommendations/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent, type SmallRule } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

type List = components['schemas']['RecommendationList'];
type Rule = components['schemas']['AssociationRule'];

const names = ['beans', 'filter', 'cup', 'sugar', 'tea', 'pot', 'lamp'];
const rules: SmallRule[] = [
  { antecedent: ['beans', 'cup'], consequent: 'sugar', confidence: 0.9 },
  { antecedent: ['beans'], consequent: 'filter', confidence: 0.8 },
  { antecedent: ['tea'], consequent: 'sugar', confidence: 0.6 },
  { antecedent: ['beans'], consequent: 'lamp', confidence: 0.5, chance: true, lift: 4 },
  { antecedent: ['beans'], consequent: 'sugar', confidence: 0.4 },
  { antecedent: ['tea'], consequent: 'pot', confidence: 0.3, lift: 5 },
  { antecedent: ['tea'], consequent: 'lamp', confidence: 0.7, context: 'quarter-4' },
  { antecedent: ['beans'], consequent: 'filter', confidence: 0.6, context: 'quarter-4' },
];

let service: TestService;
const validate = createResponseValidator(readDocument());

const listRules = async (query = '') => {
  const { status, json } = await service.ask('recommend', 'GET', `/v1/association-rules${query}`);
  expect(status).toBe(200);
  for (const rule of json.items) expect(validate({ $ref: '#/components/schemas/AssociationRule' }, rule)).toEqual([]);
  return json as { items: Rule[]; contexts: string[]; context: string; tests: number; next_cursor: string | null };
};
const shortly = ({ items: found }: { items: Rule[] }) =>
  found.map(({ antecedent, consequent }) => `${antecedent.join('+')}>${consequent}`);
const forCart = async (...cart: string[]): Promise<List> => {
  const { json } = await service.ask('recommend', 'POST', '/v1/recommendations', { cart_item_ids: cart, limit: 7 });
  expect(validate({ $ref: '#/components/schemas/RecommendationList' }, json)).toEqual([]);
  return json;
};
const togetherWith = async (item: string) => {
  const { json } = await service.ask('recommend', 'GET', `/v1/items/${item}/complements`);
  return ofRules(json);
};
/** Without what only fills the box up. */
const ofRules = ({ items }: List) =>
  items.filter(({ reason }) => reason?.source === 'association-rules').map(({ item_id }) => item_id);
const idOf = async (antecedent: string, consequent: string) =>
  (await listRules()).items.find((r) => r.antecedent.join() === antecedent && r.consequent === consequent)!.rule_id;
const publish = () =>
  publishContent(service.database, { asOf: new Date(), popularity: ['cup'], neighbours: {}, rules, lists: {} });

beforeAll(async () => {
  service = await createTestService();
  const items = names.map((name) => ({
    item_id: name,
    title: `The ${name}`,
    price: '1.00',
    category: name === 'tea' ? 'Drinks > Hot' : name === 'lamp' ? 'Light' : null,
  }));
  expect(await service.ask('ingest', 'PUT', '/v1/items', { items })).toMatchObject({ status: 200 });
  await publish();
  await service.stations.recommendations.refresh();
});
afterAll(() => service.stop());

describe('the list of rules', () => {
  test('marks what may have come by chance', async () => {
    const page = await listRules();
    expect(page).toMatchObject({ context: 'all', contexts: ['all', 'quarter-4'], tests: 42 });
    expect(page.items.filter((rule) => !rule.significant)).toMatchObject([{ consequent: 'lamp', q_value: 0.5 }]);
    expect(shortly(await listRules('?significant=false'))).toEqual(['beans>lamp']);
    expect((await listRules('?significant=true')).items).toHaveLength(5);
  });

  test('is of one context at a time, page by page', async () => {
    const first = await listRules('?context=quarter-4&limit=1');
    expect(shortly(first)).toEqual(['tea>lamp']);
    const second = await listRules(`?context=quarter-4&limit=1&cursor=${first.next_cursor}`);
    expect(shortly(second)).toEqual(['beans>filter']);
    const elsewhere = await service.ask('recommend', 'GET', `/v1/association-rules?cursor=${first.next_cursor}`);
    expect(elsewhere).toMatchObject({ status: 409, json: { errors: [{ field: 'cursor' }] } });
  });

  // Would see: a category that takes in rules of others, a sort that a page leaves.
  test('can be of a category, and sorted by another figure, a page at a time', async () => {
    expect(shortly(await listRules('?category=Drinks'))).toEqual(['tea>sugar', 'tea>pot']);
    expect(shortly(await listRules('?category=Light'))).toEqual(['beans>lamp']);
    expect(shortly(await listRules('?category=Drin'))).toEqual([]);
    const order = ['beans+cup>sugar', 'beans>filter', 'tea>sugar', 'beans>lamp', 'beans>sugar', 'tea>pot'];
    expect(shortly(await listRules())).toEqual(order);
    // By lift tea>pot (5) and beans>lamp (4) come first; all others have 3 and stay most confident first.
    const byLift = ['tea>pot', 'beans>lamp', 'beans+cup>sugar', 'beans>filter', 'tea>sugar', 'beans>sugar'];
    const followed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await listRules(`?sort=lift&limit=2${cursor && `&cursor=${cursor}`}`);
      followed.push(...shortly(page));
      cursor = page.next_cursor;
    }
    expect(followed).toEqual(byLift);
    const { next_cursor } = await listRules('?sort=lift&limit=2');
    const elsewhere = await service.ask('recommend', 'GET', `/v1/association-rules?cursor=${next_cursor}`);
    expect(elsewhere).toMatchObject({ status: 409, json: { errors: [{ field: 'cursor' }] } });
  });

  test('says what the items of the page are called, each once', async () => {
    const { json } = await service.ask('recommend', 'GET', '/v1/association-rules?limit=2');
    expect(json.named_items).toEqual([
      { item_id: 'beans', title: 'The beans', category: null },
      { item_id: 'cup', title: 'The cup', category: null },
      { item_id: 'sugar', title: 'The sugar', category: null },
      { item_id: 'filter', title: 'The filter', category: null },
    ]);
  });

  test('names a context that is none', async () => {
    // The first has the form of a context, and these rules have none of that name.
    for (const [context, refused] of [
      ['month-01', 409],
      ['spring', 400],
    ]) {
      const { status, json } = await service.ask('recommend', 'GET', `/v1/association-rules?context=${context}`);
      expect({ status, field: json.errors[0].field }).toEqual({ status: refused, field: 'context' });
    }
  });
});

describe('a cart', () => {
  test('is completed from all its rules, each of them told', async () => {
    const { items } = await forCart('beans', 'tea');
    expect(items[0]).toMatchObject({ item_id: 'filter', score: 0.8, reason: { rule: { confidence: 0.8 } } });
    expect(items[0].reason).not.toHaveProperty('rules');
    // Of a base rate of 0.2 the two rules leave 0.4 / 0.8 and, a fifth as strongly, 0.6 / 0.8.
    expect(items[1].score).toBeCloseTo(1 - 0.4 * 0.75 ** 0.2, 4);
    expect(items[1]).toMatchObject({
      item_id: 'sugar',
      reason: {
        source: 'association-rules',
        because_item_id: 'tea',
        rule: { confidence: 0.6 },
        rules: [
          { antecedent: ['tea'], confidence: 0.6, lift: 3, support: 0.02, count: 20 },
          { antecedent: ['beans'], confidence: 0.4, lift: 3, support: 0.02, count: 20 },
        ],
      },
    });
  });

  test('takes what rests on the same item once', async () => {
    const sugar = (await forCart('beans', 'cup')).items.find(({ item_id }) => item_id === 'sugar')!;
    expect(sugar).toMatchObject({ score: 0.9, reason: { rule: { confidence: 0.9 } } });
    expect(sugar.reason).not.toHaveProperty('rules');
  });

  test('and bought-together are made of no chance finding', async () => {
    expect(await togetherWith('beans')).toEqual(['filter', 'sugar']);
    const lamp = (await forCart('beans')).items.find(({ item_id }) => item_id === 'lamp')!;
    expect(lamp.reason?.source).not.toBe('association-rules');
  });
});

describe('a rule that is blocked by hand', () => {
  const block = (ruleId: string) => service.ask('train', 'PUT', `/v1/association-rules/blocks/${ruleId}`);
  const unblock = (ruleId: string) => service.ask('train', 'DELETE', `/v1/association-rules/blocks/${ruleId}`);
  const blocks = async () => (await service.ask('train', 'GET', '/v1/association-rules/blocks')).json.items;

  beforeEach(async () => {
    for (const { rule_id } of await blocks()) await unblock(rule_id);
  });

  test('is gone from the next answer of every endpoint, and back when it is wanted again', async () => {
    const ruleId = await idOf('beans', 'filter');
    const blocked = await block(ruleId);
    expect(blocked).toMatchObject({
      status: 200,
      json: { rule_id: ruleId, antecedent: ['beans'], consequent: 'filter', blocked_at: expect.any(String) },
    });
    expect(await togetherWith('beans')).toEqual(['sugar']);
    const { json: box } = await service.ask('recommend', 'GET', '/v1/items/beans/complements');
    expect(box.items.map(({ item_id }: { item_id: string }) => item_id)).not.toContain('filter');
    expect(shortly(await listRules())).not.toContain('beans>filter');
    expect(shortly(await listRules('?context=quarter-4'))).not.toContain('beans>filter');
    const filter = (await forCart('beans')).items.find(({ item_id }) => item_id === 'filter')!;
    expect(filter.reason?.source).not.toBe('association-rules');
    expect(await blocks()).toEqual([blocked.json]);
    const { named_items } = (await service.ask('train', 'GET', '/v1/association-rules/blocks')).json;
    expect(named_items.map(({ item_id }: { item_id: string }) => item_id)).toEqual(['beans', 'filter']);

    expect(await unblock(ruleId)).toMatchObject({ status: 200, json: { rule_id: ruleId, blocked_at: null } });
    expect(await togetherWith('beans')).toEqual(['filter', 'sugar']);
    expect(shortly(await listRules())).toContain('beans>filter');
    expect(await blocks()).toEqual([]);
  });

  test('stays blocked whatever is published later', async () => {
    const ruleId = await idOf('tea', 'pot');
    await block(ruleId);
    await publish();
    await service.stations.recommendations.onNotice({ about: 'release' });
    expect(await togetherWith('tea')).toEqual(['sugar']);
    expect(await blocks()).toMatchObject([{ rule_id: ruleId }]);
  });

  test('can be blocked and wanted again twice, and long before it is learnt', async () => {
    const first = await block(await idOf('tea', 'pot'));
    expect(await block(first.json.rule_id)).toEqual(first);
    expect(await blocks()).toHaveLength(1);
    await unblock(first.json.rule_id);
    expect(await unblock(first.json.rule_id)).toMatchObject({ status: 200, json: { blocked_at: null } });

    const [teaKey] = first.json.rule_id.split('-');
    const [lampKey] = (await idOf('beans', 'lamp')).split('-').reverse();
    const unheardOf = await block(`${teaKey}-${lampKey}`);
    expect(unheardOf).toMatchObject({ status: 200, json: { antecedent: ['tea'], consequent: 'lamp' } });
    expect(shortly(await listRules('?context=quarter-4'))).toEqual(['beans>filter']);
  });

  test('is gone within a second from the answers of another instance, and back as soon when it is wanted again', async () => {
    const { database: db, config, connectionString } = service;
    const other = createRecommendations({ db, config, clock: () => new Date(), log: createLogger('silent') });
    await other.start();
    const heard = listen(
      { connectionString, schema: db.schema },
      { onNotice: (notice) => void other.onNotice(notice), onConnect: () => {}, onError: () => {} },
    );
    try {
      await until(async () => heard.connected);
      const count = () => ofRules(JSON.parse(other.boughtTogetherWith('beans', { limit: 10 }, 'test'))).length;
      expect(count()).toBe(2);
      const ruleId = await idOf('beans', 'filter');
      await block(ruleId);
      await until(async () => count() === 1, 1_000);
      await unblock(ruleId);
      await until(async () => count() === 2, 1_000);
    } finally {
      await heard.close();
      await other.stop();
    }
  });

  test('needs the scope train, and must be one of the shop', async () => {
    const ruleId = await idOf('tea', 'pot');
    expect(await service.ask('recommend', 'PUT', `/v1/association-rules/blocks/${ruleId}`)).toMatchObject({
      status: 403,
    });
    expect(await service.ask('recommend', 'GET', '/v1/association-rules/blocks')).toMatchObject({ status: 403 });
    for (const unknown of ['999-998', '2.1-3', '1-1']) {
      expect(await block(unknown)).toMatchObject({ status: 404, json: { code: 'not_found' } });
      expect(await unblock(unknown)).toMatchObject({ status: 404 });
    }
    expect(await block('beans-filter')).toMatchObject({ status: 400, json: { errors: [{ field: 'rule_id' }] } });
  });
});
