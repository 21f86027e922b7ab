import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWithSharedData, sharedData, sharedLines } from '../../support/data/shared-data.ts';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readNumber } from '../../support/shops/intake.ts';

/** Of the file, without its heading. */
const rows = 320_705;

describeWithSharedData('Online Retail', ['online-retail.csv.gz'], () => {
  let shop: TestImports;
  let first: Awaited<ReturnType<TestImports['take']>>;
  beforeAll(async () => {
    shop = await createTestImports(new Date('2026-07-01T12:00:00Z'));
    first = await shop.imports.importFile({ ...request, file: sharedData('online-retail.csv.gz') });
  }, 360_000);
  afterAll(() => shop.drop());

  const stored = async () => ({
    order_lines: await readNumber(shop.database, 'select count(*) from order_lines'),
    quarantined: await readNumber(shop.database, 'select count(*) from quarantine'),
  });

  const request = { kind: 'orders', preset: 'online-retail', timeZone: 'UTC' } as const;

  test('what is found is what another program counts, and every row is a fact, in quarantine, or merged', () => {
    const { status, report } = first;
    const { facts, quarantined, merged } = report.rows;
    expect([status, report.rows.in, facts + quarantined + merged]).toEqual(['finished', rows, rows]);
    expect(report.detected).toMatchObject({
      exact_duplicate: 2_483,
      cancellation: 5_847,
      no_customer: 88_652,
      no_description: 1_161,
      negative_quantity: 6_772,
      quantity_negative: 925,
      price_zero: 1_797,
    });
  });

  test('what is found is what lies in the file, and every row is a fact, in quarantine, or merged', () => {
    const { status, report } = first;
    expect(status).toBe('finished');
    const { not_products: services, ...told } = report;
    // The rows with codes of services (below) but for exact duplicates, of items that have a sale or a return.
    expect(services).toMatchObject({ items: expect.any(Number), rows: expect.any(Number) });
    expect(services!.rows).toBeLessThanOrEqual(1_992 - 41);
    expect(services!.most_named[0]).toEqual({ item_id: 'POST', title: 'POSTAGE', rows: 750 });
    expect(told).toEqual({
      rows: { in: 320_705, facts: 315_284, quarantined: 2_938, merged: 2_483 },
      // zcat | wc -l
      lines: { counted: 320_706, header: 1, empty: 0, within_quotes: 0 },
      warnings: [],
      unreadable: [],
      detected: {
        exact_duplicate: 2_483,
        cancellation: 5_847,
        adjustment: 3,
        no_customer: 88_652,
        no_description: 1_161,
        negative_quantity: 6_772,
        quantity_negative: 925,
        price_zero: 1_797,
        price_negative: 2,
        // 1,992 rows with codes that do not begin with five digits, but for the 41 of DCGS*, which are goods.
        not_a_product: 1_992 - 41,
      },
      assessment: {
        completeness: 0.959993,
        uniqueness: 0.992258,
        // 2 with a price below zero, 495 of orders in which everything is for nothing; the 925 below zero might be returns.
        validity: 0.99845,
        consistency: 1,
        timeliness: 1,
        passed: true,
      },
      corrected: { cancellation: 4_309, earliest_time: 1_518, trimmed: 61_296 },
      output: {
        // One of the 12,495 orders of plain sale lines is an adjustment.
        orders: 12_494,
        // 310,603 plain sale lines and 372 gifts beside them.
        order_lines: 310_975,
        refunds: 1_937,
        refund_lines: 4_309,
        refund_lines_linked_whole: 4_279,
        refund_lines_linked_in_part: 30,
        refund_links: 4_352,
        cancellations_unlinked: 1_237,
        cancellations_without_customer: 278,
        quarantined_adjustment: 3,
        quarantined_price_zero: 495,
        quarantined_quantity_negative: 925,
        quarantined_refund_without_sale: 1_515,
      },
      data_from: '2010-12-01T08:26:00.000Z',
      data_until: '2011-09-01T00:00:00.000Z',
    });
  });

  test('services are flagged, and goods are not', async () => {
    expect(
      await readNumber(shop.database, `select count(*) from items where not is_product and item_id ~ '^(\\d{5}|DCGS)'`),
    ).toBe(0);
    expect(
      await readNumber(shop.database, `select count(*) from items where is_product and item_id !~ '^(\\d{5}|DCGS)'`),
    ).toBe(0);
    expect(await readNumber(shop.database, 'select count(*) from items where not is_product')).toBeGreaterThan(10);
  });

  test('a second time adds nothing, whatever the row came to be', async () => {
    const [head, ...lines] = sharedLines('online-retail.csv.gz');
    // A hundredth of the orders and cancellations.
    const again = lines.filter((line) => /^[AC]?\d+37,/.test(line));
    const { order_lines, quarantined } = await stored();
    const { report } = await shop.take([head, ...again].join('\n'), request);
    expect(again.length).toBeGreaterThan(rows / 100);
    expect(report.rows).toEqual({ in: again.length, facts: 0, quarantined: 0, merged: again.length });
    expect(await stored()).toEqual({ order_lines, quarantined });
    expect({ again: again.length, order_lines, quarantined }).toEqual({
      ...{ again: 4_940, order_lines: 310_975, quarantined: 2_938 },
    });
  });

  test('no sale line gives back more than it had', async () => {
    const excess = await readNumber(
      shop.database,
      `select count(*) from order_lines l join (
         select order_key, order_line_number as line_number, sum(quantity) as quantity, sum(amount_minor) as amount_minor
         from refund_links group by 1, 2) as undone using (order_key, line_number)
       where undone.quantity > l.quantity or undone.amount_minor > l.amount_minor
          or (undone.quantity = l.quantity and undone.amount_minor <> l.amount_minor)`,
    );
    expect(excess).toBe(0);
  });
});
