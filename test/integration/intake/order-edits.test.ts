import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const october = 'from=2026-10-01&to=2026-10-31&grain=month';
const day = (date: string) => `2026-10-${date}T10:00:00+02:00`;
const line = (item_id: string, quantity: number, unit_price: string, more: object = {}) => ({
  ...{ item_id, quantity, unit_price },
  ...more,
});
const post = async (path: string, kind: string, elements: object[]) => {
  const { json } = await shop.service.ask('ingest', 'POST', path, { [kind]: elements });
  const told = ({ rule, field, message }: any) => `${rule} ${field}: ${message}`;
  return json.verdicts.map(({ status, faults = [], notes = [] }: any) => [status, ...[...faults, ...notes].map(told)]);
};
const send = (...orders: object[]) => post('/v1/orders', 'orders', orders);
const read = async (path: string) => (await shop.service.ask('customers', 'GET', path)).json;
const conflict = 'order_conflict /order_id: is known with another content';

const first = {
  ...{ order_id: 'O1', customer_id: 'A', occurred_at: day('05'), shipping: '4.90', updated_at: day('06') },
  lines: [
    line('cup', 2, '10.00', { unit_cost: '4.00' }),
    line('lamp', 1, '50.00'),
    line('tea', 3, '2.00', { coupon_code: 'SPRING' }),
  ],
};
const second = {
  ...first,
  ...{ updated_at: day('22'), shipping: '0.00' },
  lines: [line('lamp', 1, '45.00'), line('cup', 1, '10.00'), line('mug', 1, '8.00')],
};
const third = {
  ...{ order_id: 'O1', customer_id: 'B', occurred_at: day('07'), updated_at: day('23') },
  lines: [line('tea', 3, '2.00'), line('lamp', 1, '45.00')],
};

// Would see: an older content that wins, two contents mixed, money of refunds doubled or lost, days and customers not restated.
story('orders that are edited', (step) => {
  step('an order, and refunds of it', async () => {
    expect(await send(first, { ...first, order_id: 'O2', customer_id: 'C', updated_at: undefined })).toEqual([
      ['accepted'],
      ['accepted'],
    ]);
    const at = (refund_id: string, date: string, more: object) => ({
      refund_id,
      order_id: 'O1',
      occurred_at: day(date),
      ...more,
    });
    // R2: of 10.00, 50.00 and 6.00 that are left 1.00, 5.00 and 0.60.
    await shop.refunds([
      at('R1', '20', { lines: [{ item_id: 'cup', quantity: 1 }] }),
      at('R2', '21', { amount: '6.60' }),
      at('R3', '21', { shipping: '4.90' }),
    ]);
    await shop.rollUp();
    expect(await shop.values('net-sales', 'from=2026-10-05&to=2026-10-05')).toEqual({ '2026-10-05': '135.40' });
  });

  step('a newer change takes its place; what has no line any more is told, and its days are counted anew', async () => {
    expect(await send(second)).toEqual([
      [
        'accepted',
        'refund_without_line /lines: leave no line for 0 pieces and 1.60 of refund R2',
        'refund_exceeds_sale /shipping: come to 4.90 less than was given back of them',
        'coupon_without_line /lines: no longer name coupon SPRING: reverse its redemption if the discount fell away',
      ],
    ]);
    const { lines, refunds, versions, ...order } = await read('/v1/orders/O1');
    expect(order).toMatchObject({ total: '63.00', shipping: '0.00', updated_at: '2026-10-22T08:00:00.000Z' });
    expect(lines.map((one: any) => [one.item_id, one.amount, one.given_back, one.given_back_amount])).toEqual([
      ['lamp', '45.00', '0', '5.00'],
      ['cup', '10.00', '1', '10.00'],
      ['mug', '8.00', '0', '0.00'],
    ]);
    expect(refunds).toMatchObject([
      { refund_id: 'R1', amount: '10.00', unlinked: '0.00' },
      { refund_id: 'R2', amount: '5.00', unlinked: '1.60' },
      { refund_id: 'R3', amount: '0.00', shipping: '4.90', unlinked: '0.00' },
    ]);
    expect(versions).toMatchObject([
      { version: 1, total: '76.00', shipping: '4.90', updated_at: '2026-10-06T08:00:00.000Z' },
    ]);
    expect(versions[0].lines.map((one: any) => [one.item_id, one.quantity, one.coupon_code])).toEqual([
      ['cup', '2', null],
      ['lamp', '1', null],
      ['tea', '3', 'SPRING'],
    ]);
    await shop.rollUp();
    // Of O1 63.00 - 10.00 - 5.00, and O2's 76.00.
    expect(await shop.values('net-sales', october)).toEqual({ '2026-10-01': '124.00' });
    expect(await shop.values('net-sales', `${october}&by=item`)).toEqual({
      ...{ '2026-10-01 lamp': '90.00', '2026-10-01 cup': '20.00', '2026-10-01 mug': '8.00', '2026-10-01 tea': '6.00' },
    });
    expect(await shop.values('refunded-amount', 'from=2026-10-20&to=2026-10-21')).toEqual({
      ...{ '2026-10-20': '10.00', '2026-10-21': '5.00' },
    });
    expect(await read('/v1/customers/A')).toMatchObject({ spent: '48.00', given_back: '15.00' });
    // A line that tells no cost keeps that of its item's line.
    const costs = `select item_id, unit_cost::float from order_lines join items using (item_key) join orders using (order_key)
      where order_id = 'O1' and unit_cost is not null`;
    expect(await shop.service.database.query(costs)).toEqual([{ item_id: 'cup', unit_cost: 4 }]);
  });

  step('an older one is ignored, an equal one with other content is a conflict, as is one without a time', async () => {
    const older = { ...third, updated_at: day('21') };
    const known = 'order_outdated /updated_at: is earlier than that of what is known, 2026-10-22T08:00:00.000Z';
    expect(
      await send(older, second, { ...third, updated_at: second.updated_at }, { ...third, updated_at: undefined }),
    ).toEqual([['merged', known], ['merged'], ['quarantined', conflict], ['quarantined', conflict]]);
    expect(await send({ ...second, updated_at: undefined })).toEqual([['merged']]);
    expect(await send({ ...second, updated_at: '2026-12-24T00:00:00Z' })).toEqual([
      ['quarantined', 'time_in_future /updated_at: must not lie in the future'],
    ]);
    expect((await read('/v1/orders/O1')).versions).toHaveLength(1);
  });

  step('another customer, another day, a line that is back: all of it follows', async () => {
    expect(await send(third)).toEqual([
      [
        'accepted',
        'refund_without_line /lines: leave no line for 1 pieces and 10.00 of refund R1',
        'refund_without_line /lines: leave no line for 0 pieces and 1.00 of refund R2',
        'refund_exceeds_sale /shipping: come to 4.90 less than was given back of them',
      ],
    ]);
    await shop.rollUp();
    // 51.00 less 5.00 of the lamp and, again, 0.60 of the tea.
    expect(await shop.values('net-sales', 'from=2026-10-05&to=2026-10-07')).toEqual({
      ...{ '2026-10-05': '76.00', '2026-10-06': '0.00', '2026-10-07': '45.40' },
    });
    expect(await read('/v1/customers/A')).toMatchObject({ orders: 0, spent: '0.00', first_order_at: null });
    expect(await read('/v1/customers/B')).toMatchObject({ orders: 1, spent: '45.40', given_back: '5.60' });
    // What is left of it can be given back, and no more.
    const back = (amount: string) => ({ refund_id: `R-${amount}`, order_id: 'O1', occurred_at: day('25'), amount });
    expect(await post('/v1/refunds', 'refunds', [back('45.41')])).toEqual([
      ['quarantined', 'refund_exceeds_sale /amount: is more than is left of the sale, 45.40'],
    ]);
  });

  step('in one request each change is judged after the one before', async () => {
    const at = (updated: string, quantity: number) => ({
      ...third,
      updated_at: day(updated),
      lines: [line('tea', quantity, '2.00')],
    });
    const statuses = [
      { status: 'placed', occurred_at: day('07') },
      { status: 'cancelled', occurred_at: day('08') },
    ];
    const verdicts = await send(at('24', 5), at('23', 6), { ...at('25', 7), statuses }, { ...at('26', 7) });
    expect(verdicts.map(([status]: string[]) => status)).toEqual(['accepted', 'merged', 'accepted', 'merged']);
    const order = await read('/v1/orders/O1');
    expect(order).toMatchObject({ total: '14.00', status: 'cancelled', updated_at: '2026-10-26T08:00:00.000Z' });
    expect(order.versions.map(({ total }: any) => total)).toEqual(['76.00', '63.00', '51.00', '10.00']);
    // Told statuses are the whole history: the order is not cancelled after all.
    expect((await send({ ...at('27', 7), statuses: statuses.slice(0, 1) }))[0][0]).toBe('accepted');
    expect((await read('/v1/orders/O1')).statuses).toHaveLength(1);
  });

  step('of changes at once the newest wins whole', async () => {
    const changes = Array.from({ length: 8 }, (_, n) => ({
      ...{ order_id: 'O3', customer_id: `P${n}`, occurred_at: day(`1${n}`), updated_at: `2026-10-28T0${n}:00:00Z` },
      lines: Array.from({ length: n + 1 }, () => line(`item-${n}`, 1, `${n + 1}.00`)),
    }));
    const verdicts = await Promise.all([3, 7, 0, 5, 1, 6, 2, 4].map((n) => send(changes[n])));
    const statuses = verdicts.flat().map(([status]) => status);
    expect(statuses.every((status) => status === 'accepted' || status === 'merged')).toBe(true);
    const order = await read('/v1/orders/O3');
    expect(order).toMatchObject({ customer_id: 'P7', total: '64.00', occurred_at: '2026-10-17T08:00:00.000Z' });
    expect(order.lines.map((one: any) => one.item_id)).toEqual(Array(8).fill('item-7'));
    expect(order.versions).toHaveLength(statuses.filter((status) => status === 'accepted').length - 1);
    await shop.rollUp();
    expect(await shop.values('net-sales', 'from=2026-10-16&to=2026-10-17')).toEqual({
      ...{ '2026-10-16': '0.00', '2026-10-17': '64.00' },
    });
  });

  step('from a file, an order a row', async () => {
    const take = async (...orders: object[]) => {
      const text = orders.map((order) => JSON.stringify(order)).join('\n');
      const open = async () =>
        (async function* () {
          yield Buffer.from(text);
        })();
      const { report } = await shop.service.stations.intake.importFile({
        kind: 'orders',
        file: 'o',
        format: 'ndjson',
        open,
        force: true,
      });
      return report.rows;
    };
    const order = {
      order_id: 'O4',
      customer_id: 'A',
      occurred_at: day('12'),
      updated_at: day('12'),
      lines: [line('cup', 1, '3.00')],
    };
    const newer = { ...order, updated_at: day('13'), lines: [line('cup', 2, '3.00')] };
    expect(await take(newer, order, { ...newer, updated_at: day('14'), customer_id: 'B' })).toEqual({
      ...{ in: 3, facts: 2, quarantined: 0, merged: 1 },
    });
    expect(await read('/v1/orders/O4')).toMatchObject({ customer_id: 'B', total: '6.00', versions: [{ version: 1 }] });
  });

  step('versions go with whoever is erased, who is not named again by a later change', async () => {
    expect((await shop.service.ask('admin', 'DELETE', '/v1/customers/A')).status).toBe(200);
    const versions =
      "select distinct order_id from order_versions join orders using (order_key) where order_id <> 'O3'";
    expect(await shop.service.database.query(versions)).toEqual([{ order_id: 'O1' }]);
    expect((await read('/v1/orders/O1')).versions.map(({ total }: any) => total)).toEqual(['51.00', '10.00', '14.00']);
    expect((await shop.service.ask('admin', 'DELETE', '/v1/customers/B')).status).toBe(200);
    const again = { ...third, updated_at: day('29'), lines: [line('cup', 1, '1.00')] };
    expect(await send(again)).toEqual([
      ['quarantined', 'erased_person /customer_id: was erased, and this is not said to be of after that'],
    ]);
    expect((await send({ ...again, customer_id: undefined }))[0][0]).toBe('accepted');
    expect(await read('/v1/orders/O1')).toMatchObject({ customer_id: null, total: '1.00' });
  });

  // Would see: what a visitor did told of whoever an earlier content took for them.
  step('a visitor is whoever the newer content says, from the moment on that it says', async () => {
    const link = `select customer_id, appeared_at from identity_links join visitors using (visitor_key) join customers using (customer_key)
      where visitor_id = 'V'`;
    const order = { ...second, order_id: 'O5', visitor_id: 'V', customer_id: 'D', updated_at: day('12') };
    expect(await send(order)).toEqual([['accepted']]);
    expect(await shop.service.database.query(link)).toEqual([{ customer_id: 'D', appeared_at: new Date(day('05')) }]);
    expect((await send({ ...order, customer_id: 'E', occurred_at: day('06'), updated_at: day('13') }))[0][0]).toBe(
      'accepted',
    );
    expect(await shop.service.database.query(link)).toEqual([{ customer_id: 'E', appeared_at: new Date(day('06')) }]);
    expect((await send({ ...order, visitor_id: undefined, customer_id: 'E', updated_at: day('14') }))[0][0]).toBe(
      'accepted',
    );
    expect(await shop.service.database.query(link)).toEqual([]);
  });
});
