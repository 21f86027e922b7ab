import { afterAll, beforeAll, expect } from '@jest/globals';
import { measures } from '../../../../src/indicators/roll-ups/families.ts';
import { expireCells } from '../../../../src/indicators/roll-ups/kept-cells/store.ts';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

const zone = 'Europe/Berlin';
let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ timeZone: zone });
});
afterAll(() => shop.stop());

const order = (order_id: string, day: string) => ({
  ...{ order_id, visitor_id: 'ann', occurred_at: `2026-10-${day}T12:00:00+02:00` },
  lines: [{ item_id: 'cup', quantity: 1, unit_price: '10.00' }],
});
const view = (event_id: string, day: string) => ({
  ...{ event_id, type: 'page_view', visitor_id: `v${event_id}`, occurred_at: `2026-10-${day}T12:00:00+02:00` },
  page: { path: '/', campaign: { name: 'spring' } },
});
const cells = (condition: string) =>
  shop.service.database.query<{ day: string }>(
    `select distinct (period at time zone '${zone}')::date::text as day from indicator_cells
     where ${condition} and measure in ('sales.units', 'traffic.visitors') order by 1`,
  );
const daysOf = async (condition: string) => (await cells(condition)).map(({ day }) => day.slice(8));
const status = async (id: string, query: string) =>
  (await shop.ask(id, query)).items.map((item: any) => [item.value, item.status]);
const expire = () =>
  expireCells(shop.service.database, [...measures.keys()], { hours: '2026-10-12', members: '2026-10-07' }, zone);

story('figures by hour, item and campaign', (step) => {
  step('go when their time is over', async () => {
    await shop.items([{ item_id: 'cup', title: 'Cup' }]);
    await shop.orders(['05', '08', '13'].map((day) => order(day, day)));
    await shop.events(['05', '08', '13'].map((day) => view(day, day)));
    await shop.rollUp();
    expect(await expire()).toBeGreaterThan(0);
    expect(await expire()).toBe(0);
    expect(await daysOf(`grain = 'hour'`)).toEqual(['13']);
    expect(await daysOf(`dimension = 'item' and grain = 'day'`)).toEqual(['08', '13']);
    expect(await daysOf(`dimension = 'campaign' and grain = 'week'`)).toEqual(['12']);
    expect(await daysOf(`dimension = 'all' and grain = 'day'`)).toEqual(['05', '08', '13']);
  });

  // Would see: 0 told of what was and has gone.
  step('and are not told as nothing', async () => {
    const hour = (day: string) => `grain=hour&from=2026-10-${day}&to=2026-10-${day}`;
    expect(await status('visitors', hour('11'))).toContainEqual([null, 'unavailable']);
    expect((await status('visitors', hour('13')))[12]).toEqual([1, 'ok']);
    const by = (day: string, of: string) => `from=2026-10-${day}&to=2026-10-${day}&by=${of}&member=`;
    expect(await status('units-placed', `${by('08', 'item')}cup`)).toEqual([[1, 'ok']]);
    expect(await status('units-placed', `${by('05', 'item')}cup`)).toEqual([[null, 'unavailable']]);
    expect(await status('visitors', `grain=week&${by('08', 'campaign')}spring`)).toEqual([[null, 'unavailable']]);
    expect(await status('units-placed', 'from=2026-10-05&to=2026-10-05')).toEqual([[1, 'ok']]);
  });

  // Would see: of a day of which late facts come an hour or an item that has these facts alone.
  step(
    'and do not come again in part, neither with facts that come late nor with days that are counted anew',
    async () => {
      await shop.orders([order('late', '05')]);
      await shop.events([view('late', '05')]);
      await shop.rollUp();
      expect(await daysOf(`grain = 'hour'`)).toEqual(['13']);
      await shop.service.database.query(
        `update roll_ups set due_at = now(), is_whole = true where day in ('2026-10-05', '2026-10-08')`,
      );
      await shop.rollUp();
      expect(await daysOf(`grain = 'hour'`)).toEqual(['13']);
      expect(await daysOf(`dimension in ('item', 'campaign') and grain = 'day'`)).toEqual(['08', '13']);
      expect(await daysOf(`dimension = 'campaign' and grain = 'week'`)).toEqual(['12']);
      expect(await status('units-placed', 'from=2026-10-05&to=2026-10-05')).toEqual([[2, 'ok']]);
    },
  );
});
