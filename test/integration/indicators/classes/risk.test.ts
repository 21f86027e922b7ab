import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });

let events = 0;
const review = (day: string, rating: number, item_id = 'cup') => ({
  ...{
    event_id: `e${events++}`,
    type: 'review',
    visitor_id: 'v',
    occurred_at: `${day}T12:00:00+02:00`,
    item_id,
    rating,
  },
});
const complaint = (day: string, topic?: string, item_id?: string) => ({
  ...{ event_id: `e${events++}`, type: 'complaint', visitor_id: 'v', occurred_at: `${day}T12:00:00+02:00` },
  ...(topic && { topic }),
  ...(item_id && { item_id }),
});

story('what customers say and send back', (step) => {
  step('without reviews and complaints they are unavailable, each with its reason', async () => {
    expect((await shop.ask('mean-rating', october)).items[0]).toMatchObject({
      ...{ value: null, status: 'unavailable', reason: 'No review has come.' },
    });
    expect((await shop.ask('complaints', october)).items[0].reason).toBe('No complaint has come.');
  });

  step('a complaint is about a short code, and not about whatever somebody writes', async () => {
    for (const topic of ['Zhang San, 138 0000 0000, rude', 'Late', 'x'.repeat(65)]) {
      const { json } = await shop.service.ask('ingest', 'POST', '/v1/events', {
        events: [complaint('2026-10-06', topic)],
      });
      expect(json.counts.facts).toBe(0);
      expect(json.verdicts[0].faults).toEqual([expect.objectContaining({ field: '/topic' })]);
    }
  });

  step('a shop of September, October and November', async () => {
    await shop.items([
      { item_id: 'cup', title: 'Cup', category: 'kitchen', brand: 'Ton' },
      { item_id: 'lamp', title: 'Lamp', category: 'light' },
    ]);
    const at = (day: string) => `2026-10-${day}T10:00:00+02:00`;
    await shop.orders([
      {
        ...{ order_id: 'O1', customer_id: 'A', occurred_at: at('05'), channel: 'web' },
        lines: [line('cup', 2, '10.00'), line('lamp', 1, '50.00')],
      },
      { order_id: 'O2', customer_id: 'B', occurred_at: at('06'), channel: 'store', lines: [line('lamp', 1, '49.50')] },
      { order_id: 'O3', customer_id: 'A', occurred_at: at('07'), channel: 'web', lines: [line('cup', 1, '10.00')] },
      // A guest's, cancelled before anything of it was paid: nothing was given back.
      {
        ...{ order_id: 'O4', visitor_id: 'v', occurred_at: at('08'), channel: 'web', lines: [line('cup', 2, '10.00')] },
        statuses: [
          { status: 'placed', occurred_at: at('08') },
          { status: 'cancelled', occurred_at: at('09') },
        ],
      },
    ]);
    await shop.events([
      review('2026-09-10', 5),
      review('2026-09-20', 2),
      ...[review('2026-10-05', 5), review('2026-10-06', 4), review('2026-10-07', 1), review('2026-10-07', 3)],
      review('2026-10-08', 2, 'lamp'),
      review('2026-11-03', 1),
      ...[complaint('2026-10-06', 'delivery'), complaint('2026-10-07', 'delivery', 'lamp'), complaint('2026-10-31')],
    ]);
    await shop.rollUp();
    // 5 + 4 + 1 + 3 + 2 = 15 points of 5 reviews; of the cup 13 of 4.
    expect(await shop.fractions('mean-rating', october)).toEqual({ '2026-10-01': [3, 15, 5] });
    expect(await shop.fractions('mean-rating', `${october}&by=item`)).toEqual({
      ...{ '2026-10-01 cup': [3.25, 13, 4], '2026-10-01 lamp': [2, 2, 1] },
    });
    // A and B bought; the guest is nobody that an order names.
    expect(await shop.fractions('reviews-per-buyer', october)).toEqual({ '2026-10-01': [2.5, 5, 2] });
  });

  step('bad reviews are those of 1 and 2, and their share rises and falls against the month before', async () => {
    const autumn = 'from=2026-09-01&to=2026-11-15&grain=month';
    expect(await shop.fractions('bad-review-share', autumn)).toEqual({
      ...{ '2026-09-01': [0.5, 1, 2], '2026-10-01': [0.4, 2, 5], '2026-11-01': [1, 1, 1] },
    });
    // Of September nobody knows: no review of August has come. October: (0.4 - 0.5) / 0.5; November: (1 - 0.4) / 0.4.
    expect(await shop.fractions('bad-review-rise', autumn)).toEqual({
      ...{ '2026-09-01': [null, null, null], '2026-10-01': [-0.2, -0.1, 0.5], '2026-11-01': [1.5, 0.6, 0.4] },
    });
    // Would see: a comparison that lacks the period before the one before.
    const { items: ofNovember } = await shop.ask('bad-review-rise', 'from=2026-11-01&to=2026-11-15&grain=month');
    expect(ofNovember[0].previous).toEqual({ value: -0.2, numerator: -0.1, denominator: 0.5, partial: null });
    expect(ofNovember[0].year_before).toBeNull();
  });

  step('complaints, by reason and an order', async () => {
    expect(await shop.values('complaints', `${october}&by=reason`)).toEqual({
      ...{ '2026-10-01 delivery': 2, '2026-10-01 ': 1 },
    });
    // 3 complaints, 4 orders; of the lamp 1 and 2.
    expect(await shop.fractions('complaints-per-order', october)).toEqual({ '2026-10-01': [0.75, 3, 4] });
    expect(await shop.fractions('complaints-per-order', `${october}&by=item&member=lamp`)).toEqual({
      '2026-10-01 lamp': [0.5, 1, 2],
    });
  });

  step('what is given back in November restates the days of the sales', async () => {
    expect(await shop.fractions('refunded-orders-share', october)).toEqual({ '2026-10-01': [0, 0, 4] });
    const on = '2026-11-10T10:00:00+01:00';
    await shop.refunds([
      { refund_id: 'R1', order_id: 'O1', occurred_at: on, lines: [{ item_id: 'cup', quantity: 1 }] },
      { refund_id: 'R2', order_id: 'O2', occurred_at: on },
    ]);
    await shop.rollUp();
    expect(await shop.fractions('refunded-orders-share', october)).toEqual({ '2026-10-01': [0.5, 2, 4] });
    expect(await shop.fractions('refunded-orders-share', `${october}&by=channel`)).toEqual({
      ...{ '2026-10-01 store': [1, 1, 1], '2026-10-01 web': [0.333333, 1, 3] },
    });
    // Back came 10.00 + 49.50 of 70.00 + 49.50 + 10.00 + 20.00.
    expect(await shop.fractions('refunded-money-share', october)).toEqual({
      '2026-10-01': [0.397993, '59.50', '149.50'],
    });
    expect(await shop.fractions('refunded-money-share', `${october}&by=category`)).toEqual({
      ...{ '2026-10-01 light': [0.497487, '49.50', '99.50'], '2026-10-01 kitchen': [0.2, '10.00', '50.00'] },
    });
    expect(await shop.values('refunded-orders-share', 'from=2026-10-05&to=2026-10-07')).toEqual({
      ...{ '2026-10-05': 1, '2026-10-06': 1, '2026-10-07': 0 },
    });
  });

  step('refunds by their own day, and why', async () => {
    const november = 'from=2026-11-01&to=2026-11-15&grain=month';
    const on = (day: string, refund_id: string, order_id: string, more: object) => ({
      ...{ refund_id, order_id, occurred_at: `2026-11-${day}T00:00:00+01:00` },
      ...more,
    });
    await shop.refunds([
      on('11', 'R3', 'O1', { reason: 'damaged', lines: [{ item_id: 'lamp', quantity: 1 }] }),
      on('12', 'R4', 'O3', { reason: 'damaged' }),
      on('12', 'R5', 'O1', { reason: 'wrong_size', lines: [{ item_id: 'cup', quantity: 1 }] }),
    ]);
    await shop.rollUp();
    // R1 and R2 of the 10th tell no reason: 10.00 and 49.50; then 50.00, 10.00 and 10.00.
    expect(await shop.values('refunds', `${november}&by=reason`)).toEqual({
      ...{ '2026-11-01 ': 2, '2026-11-01 damaged': 2, '2026-11-01 wrong_size': 1 },
    });
    expect(await shop.values('refunded-amount', `${november}&by=reason`)).toEqual({
      ...{ '2026-11-01 damaged': '60.00', '2026-11-01 ': '59.50', '2026-11-01 wrong_size': '10.00' },
    });
    expect(await shop.values('refunded-amount', 'from=2026-11-10&to=2026-11-12')).toEqual({
      ...{ '2026-11-10': '59.50', '2026-11-11': '50.00', '2026-11-12': '20.00' },
    });
    expect(await shop.values('refunded-units', `${november}&by=item`)).toEqual({
      ...{ '2026-11-01 cup': 3, '2026-11-01 lamp': 2 },
    });
    expect(await shop.values('refunds', october)).toEqual({ '2026-10-01': null });
    for (const reason of ['Mr. Smith was rude', '', 'x'.repeat(65)]) {
      const { json } = await shop.service.ask('ingest', 'POST', '/v1/refunds', {
        refunds: [on('13', 'R6', 'O1', { reason })],
      });
      expect(json.verdicts[0].faults).toEqual([expect.objectContaining({ field: '/reason' })]);
    }
  });

  step('an item that moves moves what was said of it', async () => {
    await shop.items([{ item_id: 'lamp', category: 'rooms', updated_at: '2026-11-12T10:00:00Z' }]);
    await shop.rollUp();
    expect(await shop.values('mean-rating', `${october}&by=category&member=rooms`)).toEqual({ '2026-10-01 rooms': 2 });
  });
});
