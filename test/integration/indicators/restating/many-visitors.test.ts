import { afterAll, beforeAll, expect } from '@jest/globals';
import { moveSubjects } from '../../../../src/indicators/roll-ups/moving/store.ts';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

let events = 0;
const view = (visitor: number, day: string) => ({
  ...{ event_id: `e${events++}`, type: 'page_view', visitor_id: `v${visitor}` },
  ...{ occurred_at: `2026-10-${day}T12:00:00+02:00`, page: { path: '/' } },
});
const views = (from: number, until: number, day: string) =>
  Array.from({ length: until - from }, (_, n) => view(from + n, day));

async function visitorsOf(day: string) {
  const of = (grain: string) => shop.values('visitors', `from=2026-10-${day}&to=2026-10-${day}&grain=${grain}`);
  const [byDay, byWeek, byMonth] = await Promise.all(['day', 'week', 'month'].map(of));
  return [...Object.values(byDay), ...Object.values(byWeek), ...Object.values(byMonth)];
}

/** How many are in the long list of the day, and beside it; neither has anybody twice. */
async function kept(day: string) {
  const [cell] = await shop.service.database.query<{ listed: number; late: number; together: number }>(
    `select cardinality(subjects) as listed, coalesce(cardinality(late_subjects), 0) as late,
            (select count(distinct one)::int from unnest(subjects || late_subjects) as one) as together
     from indicator_cells where measure = 'traffic.visitors' and dimension = 'all' and grain = 'day'
       and period = ($1::date)::timestamp at time zone 'Europe/Berlin'`,
    [`2026-10-${day}`],
  );
  expect(cell.together).toBe(cell.listed + cell.late);
  return [cell.listed, cell.late];
}

// Monday is the 5th. Longest list that is written each time: 255; most that are kept beside a longer one: 256.
story('a day with many visitors', (step) => {
  step('who comes late is kept beside the list, and counts once a day, week and month', async () => {
    await shop.events([...views(0, 300, '06'), ...views(290, 310, '07')]);
    await shop.rollUp();
    expect(await kept('06')).toEqual([300, 0]);
    // One is new, one is new on that day only, and one was there.
    await shop.events([view(400, '06'), view(305, '06'), view(7, '06')]);
    await shop.rollUp();
    expect(await kept('06')).toEqual([300, 2]);
    expect(await visitorsOf('06')).toEqual([302, 311, 311]);
    expect(await kept('07')).toEqual([20, 0]);
  });

  // Would see: a late visitor counted again, on the same day or another one of the week.
  step('who came late before is not counted again', async () => {
    await shop.events([view(400, '06'), view(400, '07')]);
    await shop.rollUp();
    expect(await kept('06')).toEqual([300, 2]);
    expect(await visitorsOf('06')).toEqual([302, 311, 311]);
    expect(await visitorsOf('07')).toEqual([21, 311, 311]);
  });

  // Would see: whoever came late lost, or counted twice, where the list is written anew.
  step('when too many have come late all of them are one list again', async () => {
    await shop.events(views(500, 754, '06'));
    await shop.rollUp();
    expect(await kept('06')).toEqual([300, 256]);
    expect(await visitorsOf('06')).toEqual([556, 565, 565]);
    await shop.events([view(800, '06')]);
    await shop.rollUp();
    expect(await kept('06')).toEqual([557, 0]);
    expect(await visitorsOf('06')).toEqual([557, 566, 566]);
  });

  // Would see: one who is not counted any more left beside the list.
  step('who goes is taken from both', async () => {
    await shop.events([view(900, '06'), view(901, '06')]);
    await shop.rollUp();
    expect(await kept('06')).toEqual([557, 2]);
    const { database } = shop.service;
    const [{ listed, late }] = await database.query<{ listed: number; late: number }>(
      `select subjects[3] as listed, late_subjects[1] as late from indicator_cells
       where measure = 'traffic.visitors' and dimension = 'all' and grain = 'day' and cardinality(subjects) = 557`,
    );
    const cell = {
      measure: 'traffic.visitors',
      dimension: 'all',
      grain: 'day',
      member: '',
      day: '2026-10-06',
    } as const;
    const gone = [listed, late, 123_456_789];
    const moved = await database.transaction((tx) =>
      moveSubjects(tx, [{ ...cell, period: '2026-10-05T22:00:00Z', added: [], gone }], 'Europe/Berlin'),
    );
    expect(moved.map(({ subject, sign }) => [Number(subject), sign])).toEqual([
      [Number(listed), -1],
      [Number(late), -1],
    ]);
    expect(await kept('06')).toEqual([557, 0]);
    expect((await visitorsOf('06'))[0]).toBe(557);
  });

  // Would see: late ones left in a day that is counted from all its facts.
  step('a day that is counted as a whole has one list', async () => {
    const { database } = shop.service;
    await database.query(`insert into touched_days (kind, day) values ('event', '2026-10-06')`);
    await shop.rollUp();
    expect(await kept('06')).toEqual([559, 0]);
    expect(await visitorsOf('06')).toEqual([559, 568, 568]);
  });
});
