import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawnCustomersQuery } from '../../../src/intake/index.ts';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import type { CustomerTruth } from '../../../src/sample-shop/truth.ts';
import { type Portrait, readPortrait } from '../../../src/segments/portraits/read-portrait.ts';
import { readPublishedRelease } from '../../../src/versions/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';

/** What is planted in the sample shop, as portraits of those in whom it is planted tell it. */
const halves = 200;
let service: TestService;
let shop: SampleShop;

beforeAll(async () => {
  service = await createTestService();
  shop = await fillShop(service.stations.intake, 1_000);
  const { training } = service.stations;
  const models = ['segmentation', 'customer-tags'] as const;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, models: [...models] });
  expect(await training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
}, 300_000);
afterAll(() => service.stop());

async function portrayWhere(name: string, isMember: (customer: CustomerTruth) => boolean): Promise<any> {
  const headers = service.as('admin');
  const segment_id = `list-${name}`;
  const customer_ids = [...shop.truth.customers()].filter(isMember).map(({ customerId }) => customerId);
  await call(service.url, 'createSegment', { headers, body: { segment_id, name } });
  await call(service.url, 'replaceSegmentMembers', { headers, path: { segment_id }, body: { customer_ids } });
  return (await call(service.url, 'getSegmentPortrait', { headers, path: { segment_id } })).json;
}
const traitOf = (portrait: any, topic: string, value: string) =>
  portrait.traits.find((trait: any) => trait.topic === topic && trait.value === value);
const figureOf = (portrait: any, figure: string) => portrait.figures.find((one: any) => one.figure === figure);

describe('planted differences', () => {
  test('who is price-sensitive buys at a discount, and is told so first', async () => {
    const portrait = await portrayWhere('price-sensitive', ({ purse }) => purse === 'price-sensitive');
    expect(figureOf(portrait, 'discount_share')).toMatchObject({ differs: 'more' });
    expect(traitOf(portrait, 'price-sensitivity', 'high')).toMatchObject({ differs: 'more' });
    expect(portrait.traits[0].topic).toBe('price-sensitivity');
  });

  test('who is rich pays more an order, and buys what is dear in its category', async () => {
    const portrait = await portrayWhere('rich', ({ purse }) => purse === 'rich');
    expect(figureOf(portrait, 'average_order_value')).toMatchObject({ differs: 'more' });
    expect(figureOf(portrait, 'spend')).toMatchObject({ differs: 'more' });
    expect(traitOf(portrait, 'price-band', 'high')).toMatchObject({ differs: 'more' });
  });

  test('who is loyal orders more often and is active', async () => {
    const portrait = await portrayWhere('loyal', ({ habit }) => habit === 'loyal');
    expect(figureOf(portrait, 'orders')).toMatchObject({ differs: 'more' });
    expect(traitOf(portrait, 'group', 'high-value')).toMatchObject({ differs: 'more' });
  });

  // What goes with a thing of the taste is bought along with it, of whatever category it is.
  test('of a taste the goods over their expectation are of its categories, or planted to go with them', async () => {
    for (const [taste, categories] of Object.entries(shop.truth.tastes)) {
      const portrait = await portrayWhere(taste.replaceAll(' ', '-'), (one) => one.taste === taste);
      const more = portrait.goods.filter(({ differs }: any) => differs === 'more');
      const isOfTaste = (category: string) =>
        categories.some((own) => category === own || category.startsWith(`${own} > `));
      const own = new Set(shop.items.filter(({ category }) => isOfTaste(category)).map(({ item_id }) => item_id));
      for (const { first, second } of shop.truth.pairs()) if (own.has(first)) own.add(second);
      const foreign = more.filter(({ item_id }: any) => !own.has(item_id)).map(({ item_id }: any) => item_id);
      expect([taste, more.length > 5, foreign]).toEqual([taste, true, []]);
      const preferred = portrait.traits.filter(({ topic, differs }: any) => topic === 'preferred-category' && differs);
      expect(preferred.length).toBeGreaterThan(0);
      for (const { value, differs } of preferred)
        expect([value, differs]).toEqual([value, isOfTaste(value) ? 'more' : 'less']);
      console.log(`${taste}: ${more.length} goods of ${portrait.comparisons} comparisons`);
    }
  });
});

// Would see: a level a comparison, comparisons chosen by their outcome, goods compared without heeding how much is bought.
test('of halves drawn at random at most one portrait in twenty says anything', async () => {
  const release = await readPublishedRelease(service.database);
  const saysOf = async (half: number) => {
    const members = (bind: (value: unknown) => string) =>
      `profiling_allowed and customer_key in (${drawnCustomersQuery({ salt: `half ${half}`, from: 0, below: 0.5 }, bind)})`;
    const { compared }: Portrait = await readPortrait(service.database, {
      ...{ segmentId: 'list-half', sides: { members, others: undefined }, release },
      ...{ now: shopEnd, timeZone: 'UTC', barred: [] },
    });
    expect(compared.comparisons).toBeGreaterThan(100);
    const { traits, figures, goods } = compared;
    return [...traits, ...figures, ...goods].filter(({ differs }) => differs !== null).length;
  };
  let [portraits, finds] = [0, 0];
  for (let half = 0; half < halves; half++) {
    const says = await saysOf(half);
    finds += says;
    if (says > 0) portraits++;
  }
  console.log(`of ${halves} random halves ${portraits} portraits say anything, ${finds} finds in all`);
  // Three deviations above one in twenty.
  expect(portraits / halves).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / halves));
}, 600_000);
