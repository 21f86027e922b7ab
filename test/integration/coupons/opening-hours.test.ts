import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isOpenAt, nextOpening, type OpeningHours } from '../../../src/coupons/campaigns/opening-hours.ts';
import { replayDecisions } from '../../../src/coupons/index.ts';
import { story } from '../../support/jest/story.ts';
import {
  type CouponShop,
  campaign,
  couponIsRight,
  decide,
  makeSharedCode,
  openCouponShop,
  redeem,
  refusalOf,
} from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({ customers: { anna: couponIsRight, ben: couponIsRight, carl: couponIsRight } });
});
afterAll(() => shop.stop());

const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const every = [...week];
const minuteMs = 60_000;

describe('both nights in which the clocks of a zone change', () => {
  /** By the calendar of each place: where the clocks go forward, and where they go back. */
  const nights = {
    'Europe/Berlin': ['2026-03-29T01:00Z', '2026-10-25T01:00Z'],
    'America/New_York': ['2026-03-08T07:00Z', '2026-11-01T06:00Z'],
    // By half an hour.
    'Australia/Lord_Howe': ['2026-10-03T15:30Z', '2026-04-04T15:00Z'],
    // At midnight, so that a day begins at one, or twice.
    'America/Havana': ['2026-03-08T05:00Z', '2026-11-01T05:00Z'],
    // At a quarter to three, nearly fourteen hours from UTC.
    'Pacific/Chatham': ['2026-09-26T14:00Z', '2026-04-04T14:00Z'],
  };
  const kinds: OpeningHours[][] = [
    [{ weekdays: every, from: '01:40', until: '02:20' }],
    [{ weekdays: ['saturday'], from: '22:15', until: '02:50' }],
    [{ weekdays: ['sunday'], from: '00:00', until: '24:00' }],
    [
      { weekdays: ['sunday', 'saturday'], from: '02:05', until: '02:10' },
      { weekdays: ['saturday'], from: '23:30', until: '00:00' },
      { weekdays: ['sunday'], from: '23:59', until: '00:01' },
    ],
  ];

  /** As Postgres finds it, by days with a beginning and an end instead of by what a clock shows. */
  async function openByPostgres(hours: readonly OpeningHours[], zone: string, from: Date, minutes: number) {
    const [{ open }] = await shop.db.query<{ open: boolean[] }>(
      `select array_agg(exists (
           select from jsonb_to_recordset($1::jsonb) as one (weekdays jsonb, "from" time, until time),
             generate_series(local::date - 1, local::date, interval '1 day') as day
           where one.weekdays ? to_char(day, 'FMday') and local >= day + one."from"
             and local < day + one.until + case when one.until <= one."from" then interval '1 day' else interval '0' end
         ) order by minute) as open
       from generate_series(0, $4::int - 1) as minute,
         lateral (select ($3::timestamptz + minute * interval '1 minute') at time zone $2 as local) as clock`,
      [JSON.stringify(hours), zone, from, minutes],
    );
    return open;
  }

  const cases = Object.entries(nights).flatMap(([zone, changes]) => changes.map((change) => [zone, change] as const));
  // Would see: hours of a fixed offset, a day of 24 hours, and a night that counts to the day it ends on.
  test.each(cases)('%s, %s', async (timeZone, change) => {
    const from = new Date(Date.parse(change) - 14 * 60 * minuteMs);
    const minutes = 30 * 60;
    for (const hours of kinds) {
      const open = await openByPostgres(hours, timeZone, from, minutes);
      const at = (minute: number) => from.getTime() + minute * minuteMs;
      const found = open.map((_, minute) => isOpenAt({ hours, timeZone }, at(minute) + 59_999));
      expect(found).toEqual(open);
      const end = new Date(at(minutes));
      for (let minute = 0; minute < minutes; minute += 97) {
        const next = open.indexOf(true, minute);
        const expected = next < 0 ? undefined : new Date(at(next));
        expect(nextOpening({ hours, timeZone }, new Date(at(minute)), end)).toEqual(expected);
      }
    }
  });
});

story('a campaign for Fridays after five', (step) => {
  // Friday the 13th of March, 17:00 in Vienna is 16:00 UTC.
  const opens = '2026-03-13T16:00:00.000Z';
  const hours = [{ weekdays: ['friday' as const], from: '17:00', until: '01:30' }];
  const terms = { hours, time_zone: 'Europe/Vienna', policy: 'everyone', limit_per_customer: 9 };
  const ask = (customer_id: string) => decide(shop.coupons, { customer_id, campaign_ids: ['beer'] });
  let code: string;

  step('is refused where its hours say nothing', async () => {
    const element = (...given: object[]) => campaign('nothing', { hours: given as never });
    const same = { weekdays: ['friday', 'monday'], from: '08:00', until: '09:00' };
    const wrong = [{ from: '17:00', until: '17:00' }, same, { ...same, weekdays: ['monday', 'friday'] }];
    const { fields } = await refusalOf(shop.coupons.createCampaign(element(...wrong)));
    expect(fields).toEqual(['/hours/0/until', '/hours/2']);
  });

  step('tells in its preview when it opens next, and whom it will reach then', async () => {
    const preview = await shop.coupons.previewCampaign(campaign('beer', terms), 100);
    expect(preview).toMatchObject({ opensAt: new Date(opens), outcomes: { granted: 3 } });
    const ended = { ...campaign('beer', terms), valid_until: '2026-03-13T16:00:00Z' };
    expect(await shop.coupons.previewCampaign(ended, 100)).toMatchObject({
      opensAt: null,
      outcomes: { 'not-open-now': 3 },
    });
    const always = await shop.coupons.previewCampaign(campaign('always', { policy: 'everyone' }), 100);
    expect(always.opensAt).toEqual(shop.time.now);
  });

  step('gives nothing before, says why, and its codes are refused', async () => {
    await shop.coupons.createCampaign(campaign('beer', terms));
    await makeSharedCode(shop.coupons, 'beer', 'PROST');
    shop.time.now = new Date('2026-03-13T15:59:59.999Z');
    const { campaigns, action, reason } = await ask('anna');
    expect([campaigns[0].outcome, action]).toEqual(['not-open-now', 'none']);
    expect(reason).toContain('But no campaign that could give one is open at this hour.');
    expect(await refusalOf(redeem(shop.coupons, { code: 'PROST' }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/code'],
    });
    const { campaigns: applying, codes } = await shop.coupons.qualify({ customer_id: 'anna', codes: ['PROST'] }, 1);
    expect([applying[0].outcome, codes[0].outcome]).toEqual(['not-open-now', 'not-open-now']);
  });

  step('a giving of it waits', async () => {
    await shop.coupons.createGiving('beer', { giving_id: 'round' });
    await shop.coupons.giveDue();
    expect(await shop.coupons.readGiving('beer', 'round')).toMatchObject({ status: 'waiting', afterKey: 0 });
  });

  step('gives and takes from five o’clock on, over midnight', async () => {
    shop.time.now = new Date(opens);
    code = (await ask('anna')).coupon!.code;
    await shop.coupons.giveDue();
    expect(await shop.coupons.readGiving('beer', 'round')).toMatchObject({
      status: 'finished',
      outcomes: { granted: 3 },
    });
    shop.time.now = new Date('2026-03-14T00:29:59.999Z');
    expect((await ask('ben')).action).toBe('coupon');
    await redeem(shop.coupons, { code: 'PROST', customer_id: 'ben' });
  });

  step('until half past one, and what was given is good again a week later', async () => {
    shop.time.now = new Date('2026-03-14T00:30:00Z');
    expect((await ask('ben')).campaigns[0].outcome).toBe('not-open-now');
    expect(await refusalOf(redeem(shop.coupons, { code }))).toMatchObject({ code: 'coupon_not_redeemable' });
    shop.time.now = new Date('2026-03-20T16:00:00Z');
    await redeem(shop.coupons, { code });
  });

  step('what was decided comes out the same after its hours are others', async () => {
    const { campaign_id: _, ...rest } = campaign('beer', terms);
    const changed = await shop.coupons.changeCampaign('beer', { ...rest, hours: [{ from: '00:00', until: '24:00' }] });
    expect(changed.hours).toEqual([{ weekdays: every, from: '00:00', until: '24:00' }]);
    shop.time.now = new Date('2026-03-23T09:00:00Z');
    expect((await ask('carl')).action).toBe('coupon');
    const { replayed, equal } = await replayDecisions(shop.db, 1_000);
    expect([equal, replayed > 5]).toEqual([replayed, true]);
  });
});
