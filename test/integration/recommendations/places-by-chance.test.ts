import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tasteEventTypes } from '../../../src/intake/index.ts';
import { readPlacedClicks } from '../../../src/recommendations/index.ts';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { factsBefore } from '../../../src/training/snapshot/list-facts.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { getVersion } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { unsearched, until } from '../../support/shops/training-shop.ts';

const goods = Array.from({ length: 12 }, (_, place) => `good-${place}`);
const people = Array.from({ length: 97 }, (_, number) => `person-${number}`);
const dayMs = 86_400_000;
let service: TestService;

beforeAll(async () => {
  service = await createTestService();
  await service.ask('ingest', 'PUT', '/v1/items', { items: goods.map((item_id) => ({ item_id, title: item_id })) });
  await service.ask('ingest', 'PUT', '/v1/customers', {
    customers: people.map((customer_id) => ({ customer_id })),
  });
  await publishContent(service.database, {
    ...{ asOf: new Date(), popularity: goods, neighbours: {}, rules: [], lists: {} },
    exposure: { share: 0, impressions: 100, placements: ['home'], swaps: 0.1 },
  });
  await service.stations.recommendations.onNotice({ about: 'release' });
});
afterAll(() => service.stop());

async function ask(placement: string) {
  const { json } = await service.ask('recommend', 'POST', '/v1/recommendations', { placement, limit: 6 });
  return json as { list_id: string; items: RecommendedItem[] };
}

interface LoggedList {
  list_id: string;
  item_keys: number[];
  placement: string;
  by_chance: number[] | null;
}

// Would see: lists changed where nobody asked for it or without the log's knowing, or a log that tells another change.
test('two places of a tenth of the lists of one placement are left to chance, and the log says which', async () => {
  const answers = new Map<string, { list_id: string; items: RecommendedItem[] }>();
  for (let list = 0; list < 400; list++) {
    const answer = await ask(list % 4 === 3 ? 'elsewhere' : 'home');
    answers.set(answer.list_id, answer);
  }
  const lists = await until(async () => {
    const found = await service.database.query<LoggedList>(
      'select list_id, item_keys, placement, by_chance from served_lists where list_id = any($1::uuid[])',
      [[...answers.keys()]],
    );
    return found.length === answers.size && found;
  });
  const keys = await service.database.query<{ item_id: string; item_key: number }>(
    'select item_id, item_key from items',
  );
  const keyOf = new Map(keys.map(({ item_id, item_key }) => [item_id, item_key]));
  const usual = goods.slice(0, 6).map((id) => keyOf.get(id)!);
  const drawn = lists.filter(({ by_chance }) => by_chance !== null);
  expect(drawn.every(({ placement }) => placement === 'home')).toBe(true);
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn.length).toBeLessThan(60);
  for (const { list_id, item_keys, by_chance } of lists) {
    const expected = [...usual];
    if (by_chance && by_chance[0] > by_chance[1]) {
      const [higher, lower] = by_chance;
      [expected[higher - 1], expected[lower - 1]] = [expected[lower - 1], expected[higher - 1]];
    }
    expect(item_keys).toEqual(expected);
    expect(answers.get(list_id)!.items.map(({ item_id }) => keyOf.get(item_id))).toEqual(expected);
  }
  expect(drawn.some(({ by_chance }) => by_chance![0] > by_chance![1])).toBe(true);
});

/** Lists as the log has them, of which two places were drawn, and clicks as they come: at the first place four times as often as at the third. */
async function plant(): Promise<void> {
  const { database } = service;
  await database.query(
    `insert into served_lists (list_id, item_keys, served_at, placement, sources, by_chance)
     select gen_random_uuid(), case when number % 2 = 0 then keys.all else array[keys.all[3], keys.all[2], keys.all[1]] end,
       now() - interval '2 days', 'home', '{2,2,2}', case when number % 2 = 0 then '{1,3}'::smallint[] else '{3,1}' end
     from generate_series(0, 1999) as number,
       (select array_agg(item_key order by item_key) as all from (select item_key from items order by item_key limit 3) as few) as keys`,
  );
  const lists = await database.query<{ list_id: string; items: string[] }>(
    `select list_id, (select array_agg(item_id order by place) from unnest(list.item_keys) with ordinality as here(key, place)
                      join items on items.item_key = here.key) as items
     from served_lists as list where list.by_chance is not null and list.served_at < now() - interval '1 day' order by list_id`,
  );
  const events = lists.flatMap(({ list_id, items }, list) =>
    [
      [1, 4],
      [3, 16],
      [2, 2],
    ].flatMap(([position, each]) =>
      list % each === 0
        ? [{ list_id, position, item_id: items[position - 1], customer_id: people[list % people.length] }]
        : [],
    ),
  );
  for (let from = 0; from < events.length; from += 500) {
    const { json } = await service.ask('ingest', 'POST', '/v1/events', {
      events: events.slice(from, from + 500).map((event, at) => ({
        ...event,
        event_id: `e${from + at}`,
        type: 'click',
        occurred_at: new Date(Date.now() - dayMs - (from + at) * 30_000).toISOString(),
      })),
    });
    expect(json.counts.quarantined).toBe(0);
  }
}

// Would see: clicks of what nobody left to chance, or of another list's item, counted; a correction that training or serving never gets.
test('what chance placed tells how often places are looked at, and by that clicks are weighed from the next night on', async () => {
  await plant();
  const asOf = new Date();
  const since = new Date(asOf.getTime() - 30 * dayMs);
  const beforeToday = new Date(asOf.getTime() - dayMs / 2);
  const planted = await readPlacedClicks(service.database, since, beforeToday, asOf);
  expect(planted.map(({ unit, place }) => `${unit}: ${place}`).sort()).toEqual([
    'home 1 3 1: 1',
    'home 1 3 1: 3',
    'home 1 3 2: 1',
    'home 1 3 2: 3',
  ]);
  const at = (place: number) =>
    planted.filter((row) => row.place === place).reduce((sum, { clicked }) => sum + clicked, 0);
  expect([at(1), at(3)]).toEqual([500, 125]);

  const snapshot = await readSnapshot(service.database, asOf);
  const { curve, clicks, refused } = snapshot.examination;
  expect([clicks, refused]).toEqual([625, undefined]);
  expect(curve).toHaveLength(3);
  expect(curve![2]).toBeCloseTo(0.25, 1);
  const { behaviours } = factsBefore(snapshot, asOf.getTime(), nightlyRecipes['collaborative-filtering']);
  const weightOf = nightlyRecipes['collaborative-filtering'].behaviourWeights.click;
  const weightAt = (place: number) => behaviours.weights[snapshot.events.places.indexOf(place)];
  expect(weightAt(3) / weightAt(1)).toBeCloseTo(1 / curve![2], 4);
  expect(snapshot.events.types.every((type) => tasteEventTypes[type] === 'click')).toBe(true);
  const all = behaviours.weights.reduce((sum, weight) => sum + weight, 0);
  expect(all / (weightOf * behaviours.weights.length)).toBeCloseTo(1, 4);

  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({
    asOf,
    models: ['popularity', 'collaborative-filtering'],
    recipes: { 'collaborative-filtering': unsearched['collaborative-filtering'] },
    publish: 'never',
  });
  const run = await training.waitForRun(trainingRunId);
  // Nobody has bought anything that lists could be judged by.
  expect(run).toMatchObject({ status: 'refused', error: null });
  const version = run.versions['collaborative-filtering']!;
  const { metrics, summary } = await getVersion(service.database, 'collaborative-filtering', version);
  expect(metrics['examination']).toMatchObject({ clicks: 625, places: curve });
  expect(summary['examination']).toEqual(curve);
});
