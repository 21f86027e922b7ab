import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** What becomes of a row by the rules of files; `text` is the row but for its id, which makes every row another one. */
interface WrittenRow {
  text: string;
  fate: 'fact' | 'quarantined';
}

const title = fc
  .string({ unit: fc.constantFrom('a', 'b', ',', '"', ' ', 'ß', '\n', '\r\n', '\r'), maxLength: 12 })
  .map((cell) => quoted(`T${cell}`));
const row = fc.oneof(
  {
    weight: 8,
    arbitrary: title.map((cell): WrittenRow => ({ text: `A,${cell},1,2026-03-01 10:00:00,2.50,C1`, fate: 'fact' })),
  },
  fc.constantFrom<WrittenRow>(
    { text: 'A,5",1,2026-03-01 10:00:00,2.50,C1', fate: 'fact' },
    { text: 'A,"5 inch,1,2026-03-01 10:00:00,2.50,C1', fate: 'quarantined' },
    { text: 'A,x,1,2026-03-01 10:00:00,2.50,"C1', fate: 'quarantined' },
    { text: 'A,x,1,2026-03-01 10:00:00', fate: 'quarantined' },
    { text: 'A,x,1,2026-03-01 10:00:00,2.50,C1,C2', fate: 'quarantined' },
    { text: 'A,n\0ul,1,2026-03-01 10:00:00,2.50,C1', fate: 'quarantined' },
    { text: 'A,x,1,soon,2.50,C1', fate: 'quarantined' },
    { text: ',x,1,2026-03-01 10:00:00,2.50,C1', fate: 'quarantined' },
  ),
);

/** Counts lines knowing nothing of rows: a CRLF is one end. */
const physicalLines = (content: string) => content.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length;

test('every line of a file is of a row that is a fact, in quarantine or merged; nothing vanishes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(row, lineEnd, fc.boolean()), { maxLength: 60 }),
      lineEnd,
      async (rows, firstEnd) => {
        await shop.clear();
        // A row that is written twice is merged once.
        const written = rows.flatMap(([{ text, fate }, end, twice], id) =>
          Array.from({ length: twice ? 2 : 1 }, (_, copy) => ({
            id: `O${id}`,
            text: `O${id},${text}${end}`,
            fate,
            copy,
          })),
        );
        const content = `order_id,item_id,title,quantity,occurred_at,unit_price,customer_id${firstEnd}${written.map(({ text }) => text).join('')}`;
        const { report } = await shop.take(content, { force: true });
        const first = written.filter(({ copy }) => copy === 0);
        const of = (fate: string) => first.filter((entry) => entry.fate === fate);
        expect(report.rows).toEqual({
          in: written.length,
          facts: of('fact').length,
          quarantined: of('quarantined').length,
          merged: written.length - first.length,
        });
        expect(report.lines!.counted).toBe(physicalLines(content));
        expect(await readColumn(shop.database, 'select order_id from orders order by 1')).toEqual(
          of('fact')
            .map(({ id }) => id)
            .sort(),
        );
        const kept = await readColumn<string>(
          shop.database,
          `select coalesce(raw->>'order_id', raw->'cells'->>0) from quarantine order by 1`,
        );
        expect(kept.sort()).toEqual(
          of('quarantined')
            .map(({ id }) => id)
            .sort(),
        );
      },
    ),
    { numRuns: 25 },
  );
});
