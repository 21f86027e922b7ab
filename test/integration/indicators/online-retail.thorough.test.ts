import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

const until = '2011-09-01';
const lastDay = '2011-08-31';
const rows = { sales: 313_059, cancelled: 5_847 };

/**
 * The figures are of the file's plain sale lines: every line a line of its order, also where it repeats another, and nothing
 * netted. So they come with an id of each line, and are asked for as placed; the file as it lies would be cleaned first. In the
 * same way every cancelled row counts, also where its sale lies before the file begins: each is given a sale of its own, in November.
 */
describeWithSharedData('indicators of Online Retail', ['online-retail.csv.gz'], () => {
  let shop: IndicatorShop;
  let folder: string;
  beforeAll(async () => {
    shop = await openIndicatorShop({ timeZone: 'UTC', currency: 'GBP', now: '2011-09-01T00:00:00Z' });
    folder = await makeScratchFolder('sales');
    const file = join(folder, 'sales.csv');
    await writeFile(file, readSales());
    const { intake } = shop.service.stations;
    const { report } = await intake.importFile({ kind: 'orders', file, timeZone: 'UTC' });
    expect(report).toMatchObject({ rows: { in: rows.sales, facts: rows.sales, merged: 0, quarantined: 0 } });
    // The figures count pieces of postage and the like, too: here they are told to be goods, which their words deny.
    const services = [...new Set(readRows().map(({ item }) => item))].filter((item) => !/^\d{5}/.test(item));
    const { database } = shop.service;
    const known = await database.query<{ item_id: string }>('select item_id from items where item_id = any($1)', [
      services,
    ]);
    await shop.items(known.map(({ item_id }) => ({ item_id, is_product: true })));
    await cancelRows();
    await shop.rollUp();
  }, 600_000);
  afterAll(async () => {
    await shop?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  async function cancelRows(): Promise<void> {
    const cancelled = readCancelled();
    expect(cancelled).toHaveLength(rows.cancelled);
    for (let from = 0; from < cancelled.length; from += 1_000) {
      const some = cancelled.slice(from, from + 1_000);
      await shop.orders(
        some.map(({ id, item_id, quantity, unit_price }) => ({
          ...{ order_id: `sale of ${id}`, occurred_at: '2010-11-30T12:00:00Z' },
          lines: [{ item_id, quantity, unit_price }],
        })),
      );
      await shop.refunds(
        some.map(({ id, occurred_at }) => ({ refund_id: id, order_id: `sale of ${id}`, occurred_at })),
      );
    }
  }

  const byMonth = `from=2010-12-01&to=${lastDay}&grain=month`;
  const expectByMonth = async (id: string, figures: unknown[]) =>
    expect(Object.values(await shop.values(id, byMonth))).toEqual(figures);

  test('orders, sales, units, buyers and new customers of each month', async () => {
    await expectByMonth('units-placed', [
      ...[359_239, 387_785, 283_555, 377_526, 308_815, 395_738, 389_213, 401_759, 421_770],
    ]);
    await expectByMonth('orders-placed', [1_559, 1_086, 1_100, 1_454, 1_246, 1_681, 1_533, 1_475, 1_361]);
    await expectByMonth('turnover-placed', [
      ...[
        '823746.14',
        '691364.56',
        '523631.89',
        '717639.36',
        '537808.62',
        '770536.02',
        '761739.90',
        '719221.19',
        '759138.38',
      ],
    ]);
    await expectByMonth('customers', [885, 741, 758, 974, 856, 1_056, 991, 949, 935]);
    await expectByMonth('new-customers', [885, 417, 380, 452, 300, 284, 242, 188, 169]);
  });

  test('cancelled rows of each month and their amount, by their own day', async () => {
    await expectByMonth('refunds', [728, 701, 475, 699, 559, 621, 711, 685, 668]);
    await expectByMonth('refunded-amount', [
      ...['74789.12', '131364.30', '25569.24', '34372.28', '44601.50', '47202.51', '70616.78', '37921.08', '54333.75'],
    ]);
  });

  test('the average order of August', async () => {
    const [value] = Object.values(
      await shop.values('average-order-value', 'from=2011-08-01&to=2011-08-31&grain=month'),
    );
    expect(Number(value)).toBeCloseTo(557.7799, 4);
  });

  test('who came again, and after how long', async () => {
    const august = 'from=2011-08-01&to=2011-08-31&grain=month';
    const [repeat] = Object.values(await shop.fractions('share-of-repeat-customers', august));
    expect(repeat.slice(1)).toEqual([1_941, 3_317]);
    const [ever] = Object.values(await shop.fractions('lifetime-orders', august));
    expect(ever).toEqual([3.44076, 11_413, 3_317]);
    const { items } = await shop.ask('days-between-orders', byMonth);
    const sum = (figure: string) => items.reduce((total: number, item: any) => total + Number(item[figure]), 0);
    expect(sum('denominator')).toBe(8_096);
    expect(sum('numerator') / 8_096).toBeCloseTo(34.2531, 3);
  });

  test('the median time between orders, which no sum of months tells', async () => {
    const [median] = Object.values(
      await shop.values('median-days-between-orders', 'from=2011-08-01&to=2011-08-31&grain=month'),
    );
    expect(median).toBeCloseTo(21.074, 4);
  });

  test('buyers of August once, where by day they would be 1,189', async () => {
    expect(await shop.values('customers', 'from=2011-08-01&to=2011-08-31&grain=month')).toEqual({ '2011-08-01': 935 });
    const { items } = await shop.ask('customers', 'from=2011-08-01&to=2011-08-31&grain=day');
    expect(items.reduce((total: number, { value }: any) => total + value, 0)).toBe(1_189);
  });

  test('the cohort of January in the months after', async () => {
    const { items } = await shop.ask(
      'retention-by-cohort',
      'from=2011-02-01&to=2011-08-31&grain=month&by=cohort&member=2011-01',
    );
    expect(items.map(({ numerator, denominator }: any) => [numerator, denominator])).toEqual(
      [92, 111, 96, 134, 120, 103, 101].map((active) => [active, 417]),
    );
  });
});

/** Plain sale lines: not C, quantity and price above zero. Each has an id of its own, so that none is taken for another. */
function readSales(): string {
  const sales = readRows().filter(
    ({ invoice, quantity, price }) => !invoice.startsWith('C') && Number(quantity) > 0 && Number(price) > 0,
  );
  return [
    'order_id,line_id,item_id,quantity,occurred_at,unit_price,customer_id',
    ...sales.map(({ invoice, place, item, quantity, time, price, customer }) =>
      [invoice, place, item, quantity, time, price, customer].join(),
    ),
  ].join('\n');
}

function readCancelled() {
  return readRows()
    .filter(({ invoice }) => invoice.startsWith('C'))
    .map(({ invoice, place, item, quantity, time, price }) => ({
      ...{ id: `${invoice} ${place}`, item_id: item, quantity: -Number(quantity), unit_price: price },
      occurred_at: `${time.replace(' ', 'T')}Z`,
    }));
}

function readRows() {
  return sharedLines('online-retail.csv.gz')
    .slice(1)
    .map((line, place) => {
      // Only the description is ever quoted or holds a comma, so the others are safe to read from either end.
      const fields = line.split(',');
      const [invoice, item] = fields;
      const [quantity, time, price, customer] = fields.slice(-5);
      return { invoice, place, item, quantity, time, price, customer };
    })
    .filter(({ time }) => time < until);
}
