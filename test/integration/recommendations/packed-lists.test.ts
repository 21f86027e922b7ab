import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import {
  type CustomerListRow,
  compareCustomerLists,
  loadCustomerLists,
  streamCustomerLists,
} from '../../../src/recommendations/index.ts';
import { unpackList } from '../../../src/recommendations/learnt/packed-list.ts';
import { countItemPlaces, readCustomerList } from '../../../src/recommendations/learnt/store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { addVersion } from '../../support/shops/versions.ts';

let shop: TestDatabase;
beforeAll(async () => {
  shop = await createTestDatabase();
});
afterAll(() => shop.drop());

const addLists = (lists: Iterable<CustomerListRow>) =>
  addVersion(shop.database, 'collaborative-filtering', async (version) => [
    await loadCustomerLists(shop.database, version, lists),
  ]);
const listOf = (customerKey: number, itemKeys: number[]): CustomerListRow => ({
  customerKey,
  itemKeys,
  scores: itemKeys.map((_, rank) => 1 / (3 + rank)),
  sources: itemKeys.map((_, rank) => rank % 3),
  because: itemKeys.map((key) => key - 1),
});
const inSingle = (row: CustomerListRow) => ({
  customerKey: row.customerKey,
  itemKeys: Array.from(row.itemKeys),
  scores: Array.from(row.scores, Math.fround),
  sources: Array.from(row.sources),
  because: Array.from(row.because),
});

test('lists are loaded as Postgres itself would pack them, and read back whole, one by one and all in their order', async () => {
  const lists = [listOf(7, [258, 3, 70_000]), listOf(9, []), listOf(12, [5])];
  const version = await addLists(lists);
  const [{ packed }] = await shop.database.query<{ packed: boolean }>(
    `select list = int4send(258) || int4send(3) || int4send(70000) || int4send(257) || int4send(2) || int4send(69999)
         || float4send((1::float8 / 3)::real) || float4send(0.25) || float4send(0.2) || '\\x000102'::bytea as packed
     from customer_lists where customer_key = 7 and version = $1`,
    [version],
  );
  expect(packed).toBe(true);
  const list = await readCustomerList(shop.database, version, 7);
  expect(inSingle({ customerKey: 7, ...unpackList(list!) })).toEqual(inSingle(lists[0]));
  expect(await readCustomerList(shop.database, version, 8)).toBeUndefined();
  const streamed = [];
  for await (const row of streamCustomerLists(shop.database, version)) streamed.push(row);
  expect(streamed.map(inSingle)).toEqual(lists.map(inSingle));
  // As a number of single precision is written, and as exports have always told it.
  expect(Array.from(streamed[0].scores)).toEqual([0.333_333_34, 0.25, 0.2]);
});

test('an item is found at its place, and not where the bytes of two others are the same by chance', async () => {
  // 256 and 1 are 00000100 00000001: in their midst stands 00010000, which is 65,536.
  const lists = [listOf(1, [256, 1, 2]), listOf(2, [256, 1, 65_536]), listOf(3, [65_536]), listOf(4, [])];
  const version = await addLists(lists);
  expect(await countItemPlaces(shop.database, version, 65_536)).toEqual({
    ...{ lists: 4, customers: 2, first: 1, upTo3: 2, upTo10: 2, meanPlace: 2 },
  });
  // What speaks for an item is not on the list for it.
  expect((await countItemPlaces(shop.database, version, 255)).customers).toBe(0);
});

test('more customers than are read at once are compared each with themselves', async () => {
  const random = seededRandom(3);
  const lists = (share: number) => {
    const made = new Map<number, number[]>();
    for (let key = 1; key <= 7_000; key++) {
      if (random() < share) made.set(key, random() < 0.5 ? [1, 2, 3, 4] : [1, 2, 5, 6].slice(Math.floor(random() * 4)));
    }
    return made;
  };
  const [before, after] = [lists(0.9), lists(0.8)];
  const versions = [];
  for (const made of [before, after])
    versions.push(await addLists([...made].map(([key, items]) => listOf(key, items))));
  // By hand, in the first three places.
  const both = [...before].filter(([key]) => after.has(key));
  const top = (items: number[]) => new Set(items.slice(0, 3));
  const overlaps = both.map(([key, items]) => {
    const [a, b] = [top(items), top(after.get(key)!)];
    const shared = [...a].filter((item) => b.has(item)).length;
    return shared / (a.size + b.size - shared);
  });
  const same = both.filter(([key, items]) => [...top(items)].join() === [...top(after.get(key)!)].join());
  const { examples, ...compared } = await compareCustomerLists(shop.database, versions[0], versions[1], {
    ...{ places: 3, examples: 2 },
  });
  expect(both.length).toBeGreaterThan(5_000);
  expect(compared).toEqual({
    customers: both.length,
    only_first: before.size - both.length,
    only_second: after.size - both.length,
    places: 3,
    overlap: expect.closeTo(overlaps.reduce((sum, one) => sum + one) / overlaps.length, 9),
    unchanged: same.length / both.length,
  });
  // These customers are nobody's in this shop.
  expect(examples).toEqual([]);
});
