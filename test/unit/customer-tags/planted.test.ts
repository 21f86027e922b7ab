import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CustomerTags, recipe } from '../../../models/customer-tags/index.ts';
import { areaUnderCurve } from '../../../models/customer-value/rankings.ts';
import { type CustomerTruth, generateSampleShop } from '../../../src/sample-shop/index.ts';
import { learnTags } from '../../../src/training/learners/customer-tags.ts';
import { snapshotOf } from '../../support/data/sample-snapshot.ts';

const end = new Date('2026-03-01T00:00:00Z');
let told: { truth: CustomerTruth; tags: Omit<CustomerTags, 'customer'> }[];
let tastes: Readonly<Record<string, readonly string[]>>;
let names: Map<number, string>;
let support: Record<string, number>;

beforeAll(() => {
  const shop = generateSampleShop({ seed: 7, customers: 1_500, items: 300, days: 365, end });
  const { snapshot, customerIds } = snapshotOf(shop, end.getTime());
  const options = { timeZone: 'UTC', channels: [], nextOrders: new Map<number, Date>() };
  const learnt = learnTags(snapshot, recipe, options);
  support = { ...learnt.support };
  const truths = new Map([...shop.truth.customers()].map((truth) => [truth.customerId, truth]));
  const idOf = new Map(Array.from(snapshot.customerKeys, (key, index) => [key, customerIds[index]]));
  told = [...learnt.taggings].map((tags) => ({ truth: truths.get(idOf.get(tags.customerKey)!)!, tags }));
  names = new Map(learnt.names.filter(({ kind }) => kind === 'category').map(({ nameKey, name }) => [nameKey, name]));
  tastes = shop.truth.tastes;
});

/** How well a figure parts those with a trait from those without, 0.5 by chance, 1 wholly. */
function area(
  figure: (tags: Omit<CustomerTags, 'customer'>) => number | undefined,
  traitOf: (truth: CustomerTruth) => boolean | undefined,
): { area: number; customers: number } {
  const rows = told.flatMap(({ truth, tags }) => {
    const [value, trait] = [figure(tags), traitOf(truth)];
    return value === undefined || trait === undefined ? [] : [{ value, trait }];
  });
  const scores = Float64Array.from(rows, ({ value }) => value);
  return {
    area: areaUnderCurve(
      scores,
      Uint8Array.from(rows, ({ trait }) => Number(trait)),
    ),
    customers: rows.length,
  };
}

test('of how many customers each tag is known is told before anybody walks the tags', () => {
  const known = (name: 'categories' | 'lifeCycle') =>
    told.filter(({ tags: { [name]: tag } }) => (Array.isArray(tag) ? tag.length > 0 : tag !== null)).length;
  expect(known('categories')).toBeGreaterThan(500);
  expect(support).toMatchObject({ categories: known('categories'), lifeCycle: known('lifeCycle'), channel: 0 });
});

describe('what was planted in the sample shop is found', () => {
  test('the favourite category is of the planted taste', () => {
    const withTaste = told.filter(({ truth, tags }) => truth.taste !== null && tags.categories.length > 0);
    const hits = withTaste.filter(({ truth, tags }) =>
      tastes[truth.taste!].includes(names.get(tags.categories[0].label)!),
    );
    expect(withTaste.length).toBeGreaterThan(500);
    expect(hits.length / withTaste.length).toBeGreaterThan(0.9);
  });

  test('the price level parts rich purses from weak ones', () => {
    const purse = (truth: CustomerTruth) =>
      truth.purse === 'rich' ? true : truth.purse === 'weak' ? false : undefined;
    const found = area(({ priceBand }) => priceBand?.level, purse);
    expect(found.customers).toBeGreaterThan(150);
    expect(found.area).toBeGreaterThan(0.9);
  });

  test('the share bought on discount parts the price-sensitive from the ordinary', () => {
    const sensitive = (truth: CustomerTruth) =>
      truth.purse === 'price-sensitive' ? true : truth.purse === 'ordinary' ? false : undefined;
    const found = area(({ priceSensitivity }) => priceSensitivity?.discount?.share, sensitive);
    expect(found.customers).toBeGreaterThan(400);
    expect(found.area).toBeGreaterThan(0.9);
  });

  test('who was planted as lapsed has lapsed, who is loyal has not', () => {
    const stages = (habit: CustomerTruth['habit']) =>
      told.flatMap(({ truth, tags }) => (truth.habit === habit && tags.lifeCycle ? [tags.lifeCycle.stage] : []));
    const share = (of: string[], ...wanted: string[]) =>
      of.filter((stage) => wanted.includes(stage)).length / of.length;
    expect(share(stages('lapsed'), 'lapsed', 'at-risk')).toBeGreaterThan(0.9);
    expect(share(stages('loyal'), 'active', 'new', 'won-back')).toBeGreaterThan(0.9);
  });
});
