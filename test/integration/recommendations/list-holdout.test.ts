import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { listen } from '../../../src/db/index.ts';
import { assign, holdoutSalt } from '../../../src/experiments/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createRecommendations } from '../../../src/recommendations/index.ts';
import { wholeText } from '../../../src/recommendations/lists/made-list.ts';
import { story } from '../../support/jest/story.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

/** A shop whose personal lists begin with `own`, and whose popular ones with `best`. */
const ids = Array.from({ length: 200 }, (_, n) => `c${n}`);
const salt = 'salt of this test';
/** Drawn by hand: SHA-256 over `<salt of coupons>/lists/holdout`, a line feed and the id. */
const isHeld = (id: string, share: number) => assign(holdoutSalt(`${salt}/lists`), id, share);
const share = 0.05;
const held = ids.filter((id) => isHeld(id, share));
const treated = ids.filter((id) => !isHeld(id, share));

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  const { database } = service;
  await database.query(`insert into holdouts (share, exploration_share, salt) values (0, 0, $1)`, [salt]);
  const items = ['own', 'best', 'second', 'other', 'gone'].map((item_id) => {
    return { item_id, category: item_id === 'other' ? 'Garden' : 'Food', stock: item_id === 'gone' ? 0 : 5 };
  });
  await service.ask('ingest', 'PUT', '/v1/items', { items });
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: ids.map((customer_id) => ({ customer_id })) });
  await publishContent(database, {
    asOf: new Date(),
    popularity: ['gone', 'best', 'second', 'other'],
    neighbours: { second: ['own'] },
    rules: [],
    lists: Object.fromEntries(ids.map((id) => [id, [{ item: 'own', source: 1 }]])),
  });
  await service.stations.recommendations.onNotice({ about: 'release' });
});
afterAll(() => service.stop());

const setShare = (share: number) => service.ask('train', 'PUT', '/v1/recommendation-holdouts', { share });
const listOf = async (id: string, query = '') =>
  (await service.ask('recommend', 'GET', `/v1/customers/${id}/recommendations?limit=2${query}`)).json;
const idsOf = (list: { items: { item_id: string }[] }) => list.items.map(({ item_id }) => item_id);
const firstOf = async (id: string) => idsOf(await listOf(id))[0];
const forVisitor = async (visitor_id: string, more: object = {}) =>
  (await service.ask('recommend', 'POST', '/v1/recommendations', { visitor_id, recent_item_ids: ['second'], ...more }))
    .json;

async function logged<Row>(sql: string, values: unknown[], rows: number): Promise<Row[]> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await service.database.query<Row>(sql, values);
    if (found.length >= rows) return found;
    await sleep(50);
  }
  throw new Error(`fewer than ${rows} rows logged`);
}
const armOf = async (listId: string) => {
  const [row] = await logged<{ arm: string | null }>('select arm from served_lists where list_id = $1', [listId], 1);
  return row.arm;
};

story('people are held out of personal lists', (step) => {
  step('nobody is held out before a share is set, and only shares that can measure are taken', async () => {
    expect((await service.ask('train', 'GET', '/v1/recommendation-holdouts')).json.items).toEqual([]);
    expect(await firstOf(held[0])).toBe('own');
    for (const bad of [0.004, 0.051, -0.01, 0.01005]) expect((await setShare(bad)).status).toBe(400);
    expect((await service.ask('recommend', 'PUT', '/v1/recommendation-holdouts', { share: 0.01 })).status).toBe(403);
  });

  step(
    'from the next list on whoever is drawn gets popular items inside the same filter, and the log says so',
    async () => {
      // A list that was kept before the share was set.
      await listOf(held[0]);
      expect((await setShare(share)).json.items).toMatchObject([{ share }]);
      expect(held.length).toBeGreaterThan(3);
      const list = await listOf(held[0]);
      expect(idsOf(list)).toEqual(['best', 'second']);
      expect(list.items[0].reason).toMatchObject({ source: 'popularity', text: 'Popular in this shop' });
      expect(await armOf(list.list_id)).toBe('holdout');
      expect(idsOf(await listOf(held[0], '&category=Garden'))).toEqual(['other']);
      expect(idsOf(await listOf(held[0], '&exclude=best'))).toEqual(['second', 'other']);
      const other = await listOf(treated[0]);
      expect([idsOf(other)[0], await armOf(other.list_id)]).toEqual(['own', 'treatment']);
      for (const id of ids) expect([id, await firstOf(id)]).toEqual([id, held.includes(id) ? 'best' : 'own']);
    },
  );

  step('what a customer is drawn into is kept from their first list on, once', async () => {
    const rows = await logged<{ id: string; arm: string }>(
      `select customer_id as id, arm from holdout_considerations join customers using (customer_key)
       join holdouts using (holdout_id) where kind = 'lists' order by considered_at, consideration_id`,
      [],
      ids.length,
    );
    expect(rows).toHaveLength(ids.length);
    expect(rows[0]).toEqual({ id: held[0], arm: 'holdout' });
    expect(
      rows
        .filter(({ arm }) => arm === 'holdout')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...held].sort());
  });

  step('the explanation says so', async () => {
    const explain = async (id: string) =>
      (await service.ask('train', 'GET', `/v1/customers/${id}/recommendations/explanation?limit=2`)).json;
    expect(await explain(held[0])).toMatchObject({ arm: 'holdout', candidates: [], items: [{ item_id: 'best' }, {}] });
    expect(await explain(treated[0])).toMatchObject({ arm: 'treatment', items: [{ item_id: 'own' }, {}] });
  });

  step(
    'a visitor is drawn by the id of the visitor until a customer is known, and by the customer from then on',
    async () => {
      const visitors = Array.from({ length: 200 }, (_, n) => `v${n}`);
      const heldVisitor = visitors.find((id) => isHeld(id, share))!;
      const freeVisitor = visitors.find((id) => !isHeld(id, share))!;
      const list = await forVisitor(heldVisitor);
      expect([idsOf(list)[0], await armOf(list.list_id)]).toEqual(['best', 'holdout']);
      expect(idsOf(await forVisitor(freeVisitor))[0]).toBe('own');
      // Nobody at all is in no arm.
      const nobody = (await service.ask('recommend', 'POST', '/v1/recommendations', { recent_item_ids: ['second'] }))
        .json;
      expect([idsOf(nobody)[0], await armOf(nobody.list_id)]).toEqual(['own', null]);
      await service.ask('ingest', 'POST', '/v1/events', {
        events: [
          {
            event_id: 'link',
            type: 'view',
            visitor_id: heldVisitor,
            customer_id: treated[1],
            item_id: 'second',
            occurred_at: new Date().toISOString(),
          },
        ],
      });
      expect(idsOf(await forVisitor(heldVisitor))[0]).toBe('own');
    },
  );

  step(
    'coupons know nothing of it: neither their holdout, nor what they find cheaper for whoever is held out',
    async () => {
      const { items } = (await service.ask('coupons', 'GET', '/v1/coupon-holdouts')).json;
      expect(items.map((item: { share: number }) => item.share)).toEqual([0, 0]);
      const cheaper = await service.stations.recommendations.lowerPricedItems({
        customerId: held[0],
        comparedTo: null,
        limit: 1,
      });
      expect(cheaper.map(({ reason }) => reason.source)).not.toEqual(['popularity']);
    },
  );

  step('who may not be profiled is not drawn', async () => {
    const [id] = held.slice(-1);
    await service.ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: id, profiling_allowed: false }] });
    const list = await listOf(id);
    expect([idsOf(list)[0], await armOf(list.list_id)]).toEqual(['best', null]);
    await service.ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: id, profiling_allowed: true }] });
  });

  step('a larger share keeps everybody it had; another instance follows within a second, also to nobody', async () => {
    const { database, config } = service;
    const deps = { db: database, config, clock: () => new Date(), log: createLogger('silent') };
    await setShare(0.005);
    const other = createRecommendations(deps);
    await other.start();
    const before = ids.filter((id) => isHeld(id, 0.005));
    expect(before.every((id) => held.includes(id))).toBe(true);
    const first = async (id: string, of = other) =>
      JSON.parse(wholeText(await of.listForCustomer(id, { limit: 1 }, 'home'))).items[0].item_id;
    const fresh = held.find((id) => !before.includes(id))!;
    expect(await first(fresh)).toBe('own');
    let connect = () => {};
    const connected = new Promise<void>((resolve) => {
      connect = resolve;
    });
    const listener = listen(
      { connectionString: service.connectionString, schema: database.schema },
      { onNotice: (notice) => void other.onNotice(notice), onConnect: connect, onError: () => {} },
    );
    await connected;
    await setShare(share);
    await sleep(900);
    expect(await first(fresh)).toBe('best');
    // A snapshot that was left meanwhile holds the same people out.
    const restored = createRecommendations(deps);
    restored.restore([...other.pieces()!]);
    expect(await first(fresh, restored)).toBe('best');
    await setShare(0);
    await sleep(900);
    expect([await first(fresh), await firstOf(fresh)]).toEqual(['own', 'own']);
    const { items } = (await service.ask('train', 'GET', '/v1/recommendation-holdouts')).json;
    expect(items.map((item: { share: number }) => item.share)).toEqual([0, share, 0.005, share]);
    await listener.close();
    await other.stop();
  });
});
