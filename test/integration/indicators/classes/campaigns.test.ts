import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const byCampaign = `${october}&by=campaign`;
const at = (day: string, time = '12:00:00') => `2026-10-${day}T${time}+02:00`;

let events = 0;
const event = (type: string, visitor_id: string, occurred_at: string, more = {}) => ({
  ...{ event_id: `e${events++}`, type, visitor_id, occurred_at },
  ...more,
});
const tagged = (visitor: string, occurred_at: string, name: string, more = {}) =>
  event('page_view', visitor, occurred_at, { page: { path: '/', campaign: { name } }, ...more });
const order = (order_id: string, occurred_at: string, who: object, quantity: number) => ({
  ...{ order_id, occurred_at, lines: [{ item_id: 'cup', quantity, unit_price: '10.00', unit_cost: '4.00' }] },
  ...who,
});

story('campaigns by the tags of visits', (step) => {
  step('without tags and costs they are unavailable', async () => {
    await shop.items([{ item_id: 'cup', title: 'Cup' }]);
    await shop.orders([order('early', at('01'), { visitor_id: 'ann' }, 1)]);
    await shop.rollUp();
    expect((await shop.ask('campaign-orders', october)).items[0]).toMatchObject({
      ...{ value: null, status: 'unavailable', reason: 'No page_view with the tag of a campaign has come.' },
    });
    expect((await shop.ask('cost-per-click', october)).items[0].reason).toBe('No clicks were told with costs.');
  });

  step('a shop of two campaigns', async () => {
    await shop.events([
      // Ann comes by spring, then by autumn; what she does from then on is autumn's.
      tagged('ann', at('05', '10:00:00'), 'spring'),
      tagged('ann', at('06', '10:00:00'), 'autumn'),
      event('page_view', 'ann', at('07')),
      // Bob's tag is seven days old at noon of the 12th, and no more of any use.
      tagged('bob', at('05'), 'spring'),
      event('page_view', 'bob', at('12', '12:00:00')),
      // Cid comes as nobody and is seen as the customer C three days later.
      tagged('cid', at('08'), 'autumn'),
      event('page_view', 'cid', at('11', '09:00:00'), { customer_id: 'C' }),
      // Dan comes by spring and leaves.
      tagged('dan', at('09'), 'spring'),
      // no tag
      event('page_view', 'eve', at('09')),
    ]);
    await shop.orders([
      order('o1', at('05', '11:00:00'), { visitor_id: 'ann' }, 1),
      order('o2', at('07', '12:30:00'), { visitor_id: 'ann' }, 2),
      // the last second of Bob's week, and after it
      order('o3', at('12', '11:59:59'), { visitor_id: 'bob' }, 3),
      order('o4', at('12', '12:00:00'), { visitor_id: 'bob' }, 1),
      // C is the visitor cid of that day
      order('o5', at('11', '10:00:00'), { customer_id: 'C' }, 5),
      // nobody's campaign, and a shop's
      order('o6', at('09', '13:00:00'), { visitor_id: 'eve' }, 1),
      order('o7', at('09', '13:00:00'), { visitor_id: 'dan', channel: 'store' }, 1),
    ]);
    await shop.send(
      '/v1/customers',
      {
        customers: [
          { customer_id: 'C', registered_at: at('11', '09:30:00') },
          { customer_id: 'F', registered_at: at('11') },
        ],
      },
      'PUT',
    );
    await shop.send(
      '/v1/costs',
      {
        costs: [
          { day: '2026-10-05', channel: 'ads', campaign: 'spring', amount: '12.00', impressions: 1000, clicks: 20 },
          { day: '2026-10-06', channel: 'ads', campaign: 'autumn', amount: '5.00', impressions: 400, clicks: 10 },
          // letters have no clicks, and an ad seller does not tell impressions
          { day: '2026-10-06', channel: 'letters', campaign: 'autumn', amount: '15.00', impressions: 100 },
          { day: '2026-10-07', channel: 'search', campaign: 'autumn', amount: '4.00', clicks: 8 },
          // of no campaign
          { day: '2026-10-07', channel: 'rent', amount: '100.00' },
        ],
      },
      'PUT',
    );
    await shop.rollUp();
  });

  step('reach, clicks and what they cost', async () => {
    expect(await shop.values('campaign-reach', byCampaign)).toEqual({
      ...{ '2026-10-01 spring': 1000, '2026-10-01 autumn': 500 },
    });
    expect(await shop.values('campaign-clicks', october)).toEqual({ '2026-10-01': 38 });
    // autumn: 10 of 400; neither the letters nor the search tell both
    expect(await shop.fractions('campaign-click-rate', byCampaign)).toEqual({
      ...{ '2026-10-01 spring': [0.02, 20, 1000], '2026-10-01 autumn': [0.025, 10, 400] },
    });
    // autumn: 5.00 + 4.00 of 10 + 8 clicks
    expect(await shop.fractions('cost-per-click', byCampaign)).toEqual({
      ...{ '2026-10-01 spring': ['0.60', '12.00', 20], '2026-10-01 autumn': ['0.50', '9.00', 18] },
    });
  });

  step('visitors, orders, registrations and conversion by the last tag of seven days', async () => {
    // spring: ann on the 5th, bob, dan; autumn: ann from the 6th on, cid
    expect(await shop.values('campaign-visitors', byCampaign)).toEqual({
      ...{ '2026-10-01 spring': 3, '2026-10-01 autumn': 2 },
    });
    expect(await shop.values('campaign-visitors', october)).toEqual({ '2026-10-01': 4 });
    // spring: o1, o3; autumn: o2, o5
    expect(await shop.values('campaign-orders', byCampaign)).toEqual({
      ...{ '2026-10-01 autumn': 2, '2026-10-01 spring': 2 },
    });
    expect(await shop.values('campaign-registrations', byCampaign)).toEqual({ '2026-10-01 autumn': 1 });
    // spring: ann and bob of three; autumn: ann and cid of two
    expect(await shop.fractions('campaign-conversion', byCampaign)).toEqual({
      ...{ '2026-10-01 autumn': [1, 2, 2], '2026-10-01 spring': [0.666667, 2, 3] },
    });
    expect(await shop.fractions('campaign-conversion', 'from=2026-10-07&to=2026-10-07&by=campaign')).toEqual({
      '2026-10-07 autumn': [1, 1, 1],
    });
  });

  step('sales, cost of an order and what came back for what was spent', async () => {
    // spring: 1 + 3 cups; autumn: 2 + 5
    expect(await shop.values('campaign-sales', byCampaign)).toEqual({
      ...{ '2026-10-01 autumn': '70.00', '2026-10-01 spring': '40.00' },
    });
    expect(await shop.fractions('cost-per-campaign-order', byCampaign)).toEqual({
      ...{ '2026-10-01 autumn': ['12.00', '24.00', 2], '2026-10-01 spring': ['6.00', '12.00', 2] },
    });
    // a cup earns 6.00; spring: (24 - 12) / 12; autumn: (42 - 24) / 24
    expect(await shop.fractions('campaign-roi-attributed', byCampaign)).toEqual({
      ...{ '2026-10-01 autumn': [0.75, '18.00', '24.00'], '2026-10-01 spring': [1, '12.00', '12.00'] },
    });
  });

  step(
    'a tag told late counts for the days after it, a refund for the day of its sale, and an erased person for none',
    async () => {
      await shop.events([tagged('eve', at('03'), 'winter')]);
      await shop.refunds([
        {
          refund_id: 'R',
          order_id: 'o5',
          occurred_at: '2026-11-02T10:00:00+01:00',
          lines: [{ item_id: 'cup', quantity: 4 }],
        },
      ]);
      await shop.rollUp();
      // o6 of the 9th is winter's; of o5 one cup is left
      expect(await shop.values('campaign-sales', byCampaign)).toEqual({
        ...{ '2026-10-01 spring': '40.00', '2026-10-01 autumn': '30.00', '2026-10-01 winter': '10.00' },
      });
      expect(await shop.values('campaign-orders', 'from=2026-10-09&to=2026-10-09&by=campaign')).toEqual({
        '2026-10-09 winter': 1,
      });
      await shop.service.ask('admin', 'DELETE', '/v1/customers/C');
      await shop.rollUp();
      expect(await shop.values('campaign-orders', `${byCampaign}&member=autumn`)).toEqual({ '2026-10-01 autumn': 1 });
      expect(await shop.values('campaign-registrations', october)).toEqual({ '2026-10-01': 0 });
    },
  );
});
