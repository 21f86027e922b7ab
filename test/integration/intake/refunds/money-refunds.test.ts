import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const day = (date: string) => `2026-10-${date}T10:00:00+02:00`;
const order = (order_id: string, customer_id: string, date: string, more: object = {}) => ({
  ...{ order_id, customer_id, occurred_at: day(date) },
  lines: [
    { item_id: 'cup', quantity: 2, unit_price: '10.00' },
    { item_id: 'lamp', quantity: 1, unit_price: '50.00' },
  ],
  ...more,
});
const refund = (refund_id: string, date: string, more: object, order_id = 'O1') => ({
  ...{ refund_id, order_id, occurred_at: day(date) },
  ...more,
});
const send = async (...refunds: object[]) => {
  const { json } = await shop.service.ask('ingest', 'POST', '/v1/refunds', { refunds });
  return json.verdicts.map(({ status, faults = [] }: any) => [
    status,
    ...faults.flatMap((one: any) => [one.rule, one.field]),
  ]);
};
const read = async (path: string) => (await shop.service.ask('customers', 'GET', path)).json;

// Would see: money without goods that some figure does not know, that takes pieces along, or of which more goes than came.
story('refunds of money without goods, of shipping and of fees', (step) => {
  step('an order with shipping and fees', async () => {
    await shop.orders([order('O1', 'A', '05', { shipping: '4.90', fees: '1.50' }), order('O2', 'B', '06')]);
    expect(await read('/v1/orders/O1')).toMatchObject({ total: '70.00', shipping: '4.90', fees: '1.50' });
    await shop.rollUp();
    expect(await shop.values('net-sales', october)).toEqual({ '2026-10-01': '140.00' });
  });

  step('money goes over the lines by what is left of them, pieces stay, and each field has its own bound', async () => {
    // 7.00 of 20.00 and 50.00: 2.00 and 5.00.
    expect(await send(refund('R1', '20', { amount: '7.00', shipping: '0.00' }))).toEqual([['accepted']]);
    // Half of the 18.00 that are left of the cups, and all shipping.
    const cup = { lines: [{ item_id: 'cup', quantity: 1 }], shipping: '4.90', reason: 'damaged' };
    expect(await send(refund('R2', '21', cup))).toEqual([['accepted']]);
    expect(
      await send(
        refund('R3', '22', { shipping: '0.01' }),
        refund('R3', '22', { fees: '1.51' }),
        refund('R3', '22', { amount: '54.01', fees: '1.50' }),
        refund('R3', '22', { amount: '0', shipping: '0.00' }),
        refund('R3', '22', { amount: '-1.00' }),
        refund('R3', '22', { amount: '1000000001' }),
        refund('R3', '04', { amount: '1.00' }),
        refund('R3', '22', { shipping: '0.01' }, 'O2'),
      ),
    ).toEqual([
      ['quarantined', 'refund_exceeds_sale', '/shipping'],
      ['quarantined', 'refund_exceeds_sale', '/fees'],
      ['quarantined', 'refund_exceeds_sale', '/amount'],
      ['quarantined', 'impossible_value', '/amount'],
      ['quarantined', 'unreadable', '/amount'],
      ['quarantined', 'impossible_value', '/amount'],
      ['quarantined', 'refund_without_sale', '/occurred_at'],
      ['quarantined', 'refund_exceeds_sale', '/shipping'],
    ]);
    expect(await send(refund('R4', '23', { fees: '1.50' }))).toEqual([['accepted']]);
  });

  step('sent again it is the same, with other money a conflict', async () => {
    expect(
      await send(
        refund('R1', '20', { amount: '7' }),
        refund('R1', '20', { amount: '7.01' }),
        refund('R1', '20', { amount: '7.00', shipping: '0.10' }),
        refund('R4', '23', { fees: '1.5' }),
      ),
    ).toEqual([
      ['merged'],
      ['quarantined', 'order_conflict', '/refund_id'],
      ['quarantined', 'order_conflict', '/refund_id'],
      ['merged'],
    ]);
  });

  step('order, customer, timeline and figures know it', async () => {
    const stored = await read('/v1/orders/O1');
    expect(stored.lines.map((line: any) => [line.given_back, line.given_back_amount])).toEqual([
      ['1', '11.00'],
      ['0', '5.00'],
    ]);
    const parts = ({ refund_id, amount, shipping, fees }: any) => [refund_id, amount, shipping, fees];
    const told = [
      ['R1', '7.00', '0.00', '0.00'],
      ['R2', '9.00', '4.90', '0.00'],
      ['R4', '0.00', '0.00', '1.50'],
    ];
    expect(stored.refunds.map(parts)).toEqual(told);
    expect(await read('/v1/customers/A')).toMatchObject({ spent: '54.00', given_back: '16.00', orders: 1 });
    const { items } = await read('/v1/customers/A/timeline?kind=refund');
    expect(items.map(parts)).toEqual(told.toReversed());
    expect(items.map((entry: any) => entry.order_ids)).toEqual([['O1'], ['O1'], ['O1']]);

    await shop.rollUp();
    expect(await shop.values('net-sales', october)).toEqual({ '2026-10-01': '124.00' });
    expect(await shop.values('net-sales', 'from=2026-10-05&to=2026-10-06')).toEqual({
      ...{ '2026-10-05': '54.00', '2026-10-06': '70.00' },
    });
    expect(await shop.values('net-sales', `${october}&by=item`)).toEqual({
      ...{ '2026-10-01 lamp': '95.00', '2026-10-01 cup': '29.00' },
    });
    expect(await shop.values('refunded-amount', 'from=2026-10-20&to=2026-10-23')).toEqual({
      ...{ '2026-10-20': '7.00', '2026-10-21': '9.00', '2026-10-22': '0.00', '2026-10-23': '0.00' },
    });
    // One piece came back of six; of two orders one gave something back.
    expect(await shop.fractions('return-rate-of-goods', october)).toEqual({ '2026-10-01': [0.166667, 1, 6] });
    expect(await shop.fractions('refunded-orders-share', october)).toEqual({ '2026-10-01': [0.5, 1, 2] });
  });

  step('of two at once that do not both fit one is told that too little is left', async () => {
    const both = await Promise.all([
      send(refund('R5', '24', { amount: '40.00' }, 'O2')),
      send(refund('R6', '24', { amount: '40.00' }, 'O2')),
    ]);
    expect(
      both
        .flat()
        .map(([status]) => status)
        .sort(),
    ).toEqual(['accepted', 'quarantined']);
    // What came back in money alone is kept: all pieces can still come back, with the money that is left.
    expect(await send(refund('R7', '25', {}, 'O2'))).toEqual([['accepted']]);
    expect(await read('/v1/customers/B')).toMatchObject({ spent: '0.00', given_back: '70.00' });
    expect(await send(refund('R8', '26', {}, 'O2'))).toEqual([['quarantined', 'refund_exceeds_sale', '/order_id']]);
  });

  step('from files, by column and with lines, through the same rules', async () => {
    await shop.orders([order('O3', 'A', '07', { shipping: '4.90' })]);
    const take = async (text: string, format: 'csv' | 'ndjson') => {
      const open = async () =>
        (async function* () {
          yield Buffer.from(text);
        })();
      const mapping = { columns: { occurred_at: 'refunded_at' } };
      const { report } = await shop.service.stations.intake.importFile({
        kind: 'refunds',
        file: 'r',
        format,
        open,
        mapping,
        force: true,
      });
      return report.rows;
    };
    const csv = [
      'refund_id,order_id,refunded_at,amount,shipping,fees,reason',
      'F1,O3,2026-10-20 10:00,7.00,,,late',
      'F2,O3,2026-10-20 11:00,0.00,4.90,,',
      'F3,O3,2026-10-20 12:00,,0.01,,',
      'R1,O1,2026-10-20T08:00:00Z,7.00,,,',
    ];
    expect(await take(csv.join('\n'), 'csv')).toEqual({ in: 4, facts: 2, quarantined: 1, merged: 1 });
    const lines = [{ item_id: 'cup', quantity: 1 }];
    const rows = [{ refund_id: 'F4', order_id: 'O3', refunded_at: '2026-10-21 10:00', lines, amount: 2 }];
    expect(await take(rows.map((row) => JSON.stringify(row)).join('\n'), 'ndjson')).toMatchObject({ facts: 1 });
    // 7.00 as above leaves 18.00 and 45.00; a cup 9.00; 2.00 over 9.00 and 45.00: 0.33 and 1.67.
    const stored = await read('/v1/orders/O3');
    expect(stored.lines.map((line: any) => line.given_back_amount)).toEqual(['11.33', '6.67']);
    expect(stored.refunds).toMatchObject([{ amount: '7.00' }, { shipping: '4.90' }, { amount: '11.00' }]);
  });

  step('who is erased leaves the money behind and no name', async () => {
    expect((await shop.service.ask('admin', 'DELETE', '/v1/customers/A')).status).toBe(200);
    await shop.rollUp();
    expect(await shop.values('net-sales', october)).toEqual({ '2026-10-01': '106.00' });
    expect(await shop.service.database.query('select from refunds where customer_key is not null')).toHaveLength(2);
  });
});
