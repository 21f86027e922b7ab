import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

let events = 0;
const tagged = (name: string, day: string) => ({
  ...{
    event_id: `e${events++}`,
    type: 'page_view',
    visitor_id: `v${events % 7}`,
    occurred_at: `2026-10-${day}T12:00:00Z`,
  },
  page: { path: '/', campaign: { name } },
});
const count = async () => (await shop.service.database.query('select from named_campaigns where not is_told')).length;
const asked = 'from=2026-10-05&to=2026-10-08&by=campaign&limit=10';

const onThe7th = 'from=2026-10-07&to=2026-10-07&by=campaign';

story('campaigns that strangers write', (step) => {
  // Would see: cells without end, made by whoever calls pages with tags.
  step('of the first 1,000 each is told apart, and all later ones are one', async () => {
    await shop.events(Array.from({ length: 500 }, (_, n) => tagged(`junk ${n}`, '05')));
    await shop.rollUp();
    await shop.events([...Array.from({ length: 600 }, (_, n) => tagged(`more ${n}`, '06')), tagged('junk 7', '06')]);
    await shop.rollUp();
    await shop.events([tagged('spring', '07'), tagged('autumn', '07'), tagged('junk 7', '07')]);
    await shop.rollUp();
    expect(await count()).toBe(1_000);
    const views = await shop.values('page-views', asked);
    expect(views).toMatchObject({ '2026-10-06 (other)': 100, '2026-10-07 (other)': 2 });
    const [cells] = await shop.service.database.query<{ members: number }>(
      `select count(distinct member)::int as members from indicator_cells where measure = 'traffic.page_views' and dimension = 'campaign'`,
    );
    expect(cells.members).toBe(1_001);
  });

  // Would see: the shop's own campaign hidden among strangers' for good.
  step('one that costs name is told apart from then on, also on the days before', async () => {
    await shop.send('/v1/costs', { costs: [{ day: '2026-10-08', campaign: 'spring', amount: '1.00' }] }, 'PUT');
    await shop.rollUp();
    const views = { '2026-10-07 (other)': 1, '2026-10-07 junk 7': 1, '2026-10-07 spring': 1 };
    expect(await shop.values('page-views', onThe7th)).toEqual(views);
    expect(await shop.values('campaign-visitors', onThe7th)).toMatchObject({ '2026-10-07 spring': 1 });
    expect(await count()).toBe(1_000);
  });
});

let complaints = 0;
const complaint = (topic: string, day: string) => ({
  ...{ event_id: `c${complaints++}`, type: 'complaint', visitor_id: `w${complaints % 7}`, topic },
  occurred_at: `2026-10-${day}T12:00:00Z`,
});

story('topics that strangers complain of', (step) => {
  // Would see: cells without end, made by whoever sends complaints with the key of a page.
  step('of the first 1,000 each is told apart, and all later ones are one', async () => {
    await shop.events(Array.from({ length: 600 }, (_, n) => complaint(`junk-${n}`, '12')));
    await shop.rollUp();
    // The first of them are put to a day that was counted, the others to one that was not.
    await shop.events([complaint('late', '12'), complaint('junk-5', '12')]);
    await shop.rollUp();
    await shop.events(Array.from({ length: 500 }, (_, n) => complaint(`more-${n}`, '13')));
    await shop.rollUp();
    await shop.events([
      complaint('damaged', '13'),
      complaint('late', '14'),
      complaint('junk-7', '14'),
      complaint('new', '14'),
    ]);
    await shop.rollUp();
    const { database } = shop.service;
    expect(await database.query('select from named_topics')).toHaveLength(1_000);
    const cells = await database.query<{ member: string; day: string; amount: number }>(
      `select member, (period at time zone 'Europe/Berlin')::date::text as day, amount::int as amount from indicator_cells
       where measure = 'service.complaints' and dimension = 'reason' and grain = 'day'`,
    );
    expect(new Set(cells.map(({ member }) => member)).size).toBe(1_001);
    const amount = (day: string, member: string) =>
      cells.find((cell) => cell.day === `2026-10-${day}` && cell.member === member)?.amount;
    expect([amount('12', 'junk-5'), amount('12', 'late'), amount('12', '(other)')]).toEqual([2, 1, undefined]);
    expect([amount('13', '(other)'), amount('13', 'damaged')]).toEqual([102, undefined]);
    expect([amount('14', 'late'), amount('14', 'junk-7'), amount('14', '(other)')]).toEqual([1, 1, 1]);
  });
});
