import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

const put = async (items: object[]) => (await service.ask('ingest', 'PUT', '/v1/items', { items })).json.verdicts;
const statuses = (verdicts: { status: string }[]) => verdicts.map(({ status }) => status);
const lengthOf = async (id: string) =>
  (await service.ask('admin', 'GET', `/v1/items/${id}`)).json.embedding_length as number | null;

// None has an embedding, and none is for sale, before each test.
beforeEach(async () => {
  const { json } = await service.ask('admin', 'GET', '/v1/items?limit=100');
  const known: { item_id: string }[] = json.items;
  if (known.length > 0) await put(known.map(({ item_id }) => ({ item_id, embedding: null, hidden: true })));
});
const shown = (items: object[]) => put(items.map((item) => ({ hidden: false, ...item })));

async function nearest(itemId: string): Promise<string[]> {
  const { status, json } = await service.ask('recommend', 'GET', `/v1/items/${itemId}/related-items?limit=1`);
  expect(status).toBe(200);
  const [{ item_id, reason }]: RecommendedItem[] = json.items;
  return [item_id, reason.source, reason.text];
}

// Would see: embeddings that are stored and not read, read too late for the answer, or held although another came or none is left.
test('a new item stands beside what its embedding is near in the very next answer, whatever they are called', async () => {
  const goods = [
    { item_id: 'sofa', title: 'Sofa Luna', embedding: [0.9, 0.1, 0, 0.1, 0] },
    { item_id: 'lamp', title: 'Lamp Sol', embedding: [0, 0.1, 0.9, 0, 0.2] },
    { item_id: 'vase', title: 'Vase Terra' },
  ];
  expect(statuses(await shown(goods))).toEqual(['accepted', 'accepted', 'accepted']);
  expect(statuses(await put(goods))).toEqual(['merged', 'merged', 'merged']);
  expect((await nearest('sofa'))[1]).toBe('catalogue');

  await shown([{ item_id: 'couch', title: 'Couch Alba', embedding: [0.8, 0.2, 0.1, 0.1, 0] }]);
  expect(await nearest('couch')).toEqual(['sofa', 'content', 'Similar to Couch Alba']);
  expect(await nearest('sofa')).toEqual(['couch', 'content', 'Similar to Sofa Luna']);

  await put([{ item_id: 'couch', embedding: [0.1, 0, 0.8, 0.1, 0.1] }]);
  expect((await nearest('couch'))[0]).toBe('lamp');
  expect((await nearest('lamp'))[0]).toBe('couch');
  // What is said of an item without it leaves it as it is.
  await put([{ item_id: 'couch', price: '99.00' }]);
  expect((await nearest('couch'))[0]).toBe('lamp');
  expect([await lengthOf('couch'), await lengthOf('vase')]).toEqual([5, null]);

  await put([{ item_id: 'couch', embedding: null }]);
  expect((await nearest('couch'))[1]).toBe('catalogue');
  expect((await nearest('lamp'))[1]).toBe('catalogue');
  expect(await lengthOf('couch')).toBeNull();
});

test('one of another length, of zeroes or of something else than numbers is refused by its field, and the rest is taken', async () => {
  await put([{ item_id: 'first', embedding: [5, 4, 3, 2, 1] }]);
  const verdicts = await put([
    { item_id: 'short', embedding: [1, 2, 3] },
    { item_id: 'zero', embedding: [0, 0, 0, 0, 1e-60] },
    { item_id: 'words', embedding: [1, 2, 3, 4, 'five'] },
    { item_id: 'huge', embedding: [1, 2, 3, 4, 1e300] },
    { item_id: 'none', embedding: [] },
    { item_id: 'long', embedding: Array(2_049).fill(1) },
    { item_id: 'right', embedding: [1, 2, 3, 4, 5] },
  ]);
  expect(statuses(verdicts)).toEqual([...Array(6).fill('quarantined'), 'accepted']);
  const faults = verdicts
    .slice(0, 6)
    .map(({ faults: [fault] }: { faults: { field: string; message: string }[] }) => fault);
  expect(faults.map(({ field }: { field: string }) => field)).toEqual([
    '/embedding',
    '/embedding',
    '/embedding/4',
    '/embedding/4',
    '/embedding',
    '/embedding',
  ]);
  expect(faults[0].message).toBe('must have 5 numbers, like those of other items');
  expect(faults[1].message).toBe('must have a number that is not 0');
});

test('where none is left the next one decides how long all of them are', async () => {
  await put([{ item_id: 'sofa', title: 'Sofa', embedding: [1, 2, 3, 4, 5, 6] }]);
  await put([{ item_id: 'sofa', embedding: null }]);
  const verdicts = await shown([
    { item_id: 'sofa', embedding: [1, 0, 0] },
    { item_id: 'vase', title: 'Vase', embedding: [0.9, 0.1, 0] },
    { item_id: 'lamp', embedding: [1, 0, 0, 0, 0] },
  ]);
  expect(statuses(verdicts)).toEqual(['accepted', 'accepted', 'quarantined']);
  expect((await nearest('sofa'))[0]).toBe('vase');
});

// Would see: two lengths in one shop, because each of two writers saw none.
test('of writers of two lengths at the same time one length stands', async () => {
  const asked = Array.from({ length: 12 }, (_, at) =>
    put([{ item_id: `both-${at}`, embedding: Array(4 + (at % 2)).fill(1) }]),
  );
  const outcomes = (await Promise.all(asked)).map((verdicts) => statuses(verdicts)[0]);
  expect(outcomes.filter((status) => status === 'accepted')).toHaveLength(6);
  const lengths = await Promise.all(outcomes.map((_, at) => lengthOf(`both-${at}`)));
  expect(new Set(lengths.filter((length) => length !== null)).size).toBe(1);
});
