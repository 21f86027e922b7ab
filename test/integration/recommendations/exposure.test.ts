import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readOutcomes } from '../../../src/recommendations/exposures/store.ts';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

const old = Array.from({ length: 12 }, (_, place) => `old-${place}`);
const fresh = ['new-lamp', 'new-pot'];
const cap = 3;
let service: TestService;

beforeAll(async () => {
  service = await createTestService();
  const available_from = new Date(Date.now() - 200 * 86_400_000).toISOString();
  await service.ask('ingest', 'PUT', '/v1/items', {
    items: [...old.map((item_id) => ({ item_id, available_from })), ...fresh.map((item_id) => ({ item_id }))],
  });
  await publishContent(service.database, {
    ...{ asOf: new Date(), popularity: old, neighbours: {}, rules: [], lists: {} },
    exposure: { share: 0.1, impressions: cap, placements: ['home'] },
  });
  await service.stations.recommendations.onNotice({ about: 'release' });
});
afterAll(() => service.stop());

async function ask(placement: string) {
  const { json } = await service.ask('recommend', 'POST', '/v1/recommendations', { placement, limit: 10 });
  return json as { list_id: string; items: RecommendedItem[] };
}
const exposedOf = ({ items }: { items: RecommendedItem[] }) =>
  items.filter(({ reason }) => reason.source === 'exposure');

// Would see: a budget spent where it is not allowed, an item shown beyond its cap, impressions that no report can tell apart.
test('new items get a tenth of the places of one placement until each has had its share, and the log says so', async () => {
  const first = await until(async () => {
    const list = await ask('home');
    return exposedOf(list).length > 0 && list;
  });
  const lists = [first];
  for (let more = 0; more < 9; more++) lists.push(await ask('home'));
  const places = lists.flatMap(exposedOf);
  expect(places).toHaveLength(fresh.length * cap);
  for (const item of fresh) expect(places.filter(({ item_id }) => item_id === item)).toHaveLength(cap);
  expect(places.every(({ position, reason }) => position > 5 && reason.text === 'New in this shop')).toBe(true);
  expect(lists.every((list) => exposedOf(list).length <= 1 && list.items.length === 10)).toBe(true);
  expect(exposedOf(await ask('customer'))).toEqual([]);

  const [{ item_id }] = exposedOf(first);
  const event = {
    type: 'click',
    visitor_id: 'v',
    item_id,
    list_id: first.list_id,
    occurred_at: new Date().toISOString(),
  };
  const { json } = await service.ask('ingest', 'POST', '/v1/events', { events: [{ event_id: 'c1', ...event }] });
  expect(json.counts.quarantined).toBe(0);
  const [earlier, later] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  const outcomes = await until(async () => {
    const found = await readOutcomes(service.database, earlier, later);
    return found.reduce((sum, { shown }) => sum + shown, 0) === fresh.length * cap && found;
  });
  const byItem = new Map<number, [shown: number, chosen: number]>();
  for (const { itemKey, shown, chosen } of outcomes) {
    const [before, chosenBefore] = byItem.get(itemKey) ?? [0, 0];
    byItem.set(itemKey, [before + shown, chosenBefore + chosen]);
  }
  expect([...byItem.values()].sort()).toEqual([
    [cap, 0],
    [cap, 1],
  ]);
  expect(outcomes.filter(({ chosen }) => chosen > 0).map(({ place }) => place)).toEqual([exposedOf(first)[0].position]);
  expect(new Set(outcomes.map(({ place }) => place))).toEqual(new Set(places.map(({ position }) => position)));
});
