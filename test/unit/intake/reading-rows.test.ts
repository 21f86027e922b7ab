import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FileRow } from '../../../src/intake/imports/reading/file-row.ts';
import { openRows } from '../../../src/intake/imports/reading/rows.ts';
import { countLines, readLines } from '../../../src/intake/imports/reading/text-lines.ts';
import { onThisMachine, since } from '../../support/jest/machine.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';

const columns = ['order_id', 'title', 'note', 'country'];
let folder: string;
beforeAll(async () => {
  folder = await makeScratchFolder('rows');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(content: string | Buffer, format?: 'csv' | 'ndjson') {
  const file = join(folder, 'rows');
  writeFileSync(file, content);
  const described = { file, format, delimiter: undefined, columns: {}, required: [] };
  const { rows, lines } = await openRows({ ...described, isField: (name) => columns.includes(name) }, () => {});
  const found: FileRow[] = [];
  for await (const row of rows) found.push(row);
  return { rows: found, lines };
}

/** How many lines a text has, as an editor shows them: the only thing this oracle knows of rows. */
const physicalLines = (content: string) => content.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length;

interface WrittenRow {
  cells: string[];
  /** as it stands in the file */
  text: string;
  isStray: boolean;
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
/** With quotes where they are no start of a field, as inches are written. */
const plainCell = fc
  .string({ unit: fc.constantFrom('a', 'B', ' ', '5', '"', "'", 'é', '.', ';'), maxLength: 8 })
  .filter((cell) => !cell.startsWith('"'));
/** It does not begin with a comma, a line end or a quote: a quote before one of these is also how a field
 * ends. Of several lines it has one comma at most: lines with as many as a row has are taken for rows. */
const text = fc
  .string({ unit: fc.constantFrom('a', 'b', ',', '"', ' ', 'ß', '\n', '\r\n', '\r'), maxLength: 16 })
  .filter((cell) => !/^[,\r\n"]/.test(cell) && (!/[\r\n]/.test(cell) || cell.split(',').length < 3));
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

const soundRow: fc.Arbitrary<WrittenRow> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: plainCell.map((cell) => [cell, cell]) },
      text.map((cell) => [cell, quoted(cell)]),
    ),
    {
      minLength: 3,
      maxLength: 3,
    },
  )
  .map((cells) => ({
    cells: cells.map(([cell]) => cell),
    text: cells.map(([, written]) => written).join(','),
    isStray: false,
  }));
const strayRow: fc.Arbitrary<WrittenRow> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 5 }), {
      minLength: 3,
      maxLength: 3,
    }),
  )
  .map(([at, cells]) => ({
    cells,
    text: cells.map((cell, index) => (index === at ? `"${cell}` : cell)).join(','),
    isStray: true,
  }));

describe('every physical row', () => {
  test('is a row as it was written, or is broken and the next one is read, whatever ends lines and wherever quotes are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof({ weight: 6, arbitrary: soundRow }, strayRow),
            lineEnd,
            fc.array(lineEnd, { maxLength: 1 }),
          ),
          {
            maxLength: 30,
          },
        ),
        lineEnd,
        async (written, firstEnd) => {
          const content =
            columns.join(',') +
            firstEnd +
            written
              .map(([row, end, blank], index) => `O${index},${row.text}${end}${blank.length > 0 ? end : ''}`)
              .join('');
          const { rows, lines } = await read(content);
          expect(lines.counted).toBe(physicalLines(content));
          expect(rows.map(({ number }) => number)).toEqual(written.map((_, index) => index + 1));
          rows.forEach((row, index) => {
            const [{ cells, isStray }] = written[index];
            if (isStray) expect(row.broken).toBeDefined();
            else {
              const names = ['title', 'note', 'country'];
              const given = Object.fromEntries(
                names.map((name, at) => [name, cells[at]]).filter(([, cell]) => cell !== ''),
              );
              expect(row.fields).toEqual({ order_id: `O${index}`, ...given });
            }
          });
          expect(lines.header + lines.empty + rows.length + lines.within_quotes).toBe(lines.counted);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('line ends', () => {
  const header = 'order_id,title,note,country';
  const ids = async (content: string | Buffer) =>
    (await read(content)).rows.map(({ fields, broken }) => (broken ? 'broken' : fields!['order_id']));

  test.each([
    ['a header in CRLF and rows in LF', `${header}\r\nO1,a,b,c\nO2,a,b,c\n`],
    ['a header in LF and rows in CRLF', `${header}\nO1,a,b,c\r\nO2,a,b,c\r\n`],
    ['CR alone', `${header}\rO1,a,b,c\rO2,a,b,c\r`],
    ['CR before CRLF', `${header}\r\r\nO1,a,b,c\r\r\nO2,a,b,c`],
    ['empty lines before the header', `\n\r\n${header}\nO1,a,b,c\n\n\nO2,a,b,c`],
    ['a gzip of them', gzipSync(`${header}\r\nO1,a,b,c\nO2,a,b,c\r`)],
  ])('%s', async (_, content) => {
    expect(await ids(content)).toEqual(['O1', 'O2']);
  });

  test('two files put one behind the other, each with its header, mark and line ends', async () => {
    const second = Buffer.from(`\ufeff${header}\r\nO2,a,b,c\r\nO3,a,b,c\r\n`);
    expect(await ids(Buffer.concat([Buffer.from(`${header}\nO1,a,b,c\n`), second]))).toEqual([
      'O1',
      'broken',
      'O2',
      'O3',
    ]);
  });

  test('NDJSON too, with a second file behind the first', async () => {
    const { rows, lines } = await read(
      '{"order_id":"O1"}\r\n{"order_id":"O2"}\n\n\ufeff{"order_id":"O3"}\r{"order_id":\r',
    );
    expect(rows.map(({ fields }) => fields?.['order_id'])).toEqual(['O1', 'O2', 'O3', undefined]);
    expect(lines).toEqual({ counted: 5, header: 0, empty: 1, within_quotes: 0 });
  });

  test('are found wherever chunks of the file end', async () => {
    const content = Buffer.from('a\r\nb\rc\n\r\n\r\r\nd');
    for (let size = 1; size <= content.length; size++) {
      const chunks = async function* () {
        for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
      };
      const lines = [];
      for await (const some of readLines(chunks())) lines.push(...some.map(({ text, end }) => text + end));
      expect(lines).toEqual(['a\r\n', 'b\r', 'c\n', '\r\n', '\r', '\r\n', 'd']);
      let counted = 0;
      for await (const _ of countLines(chunks(), (found) => (counted = found)));
      expect(counted).toBe(7);
    }
  });
});

describe('a stray quote', () => {
  const header = 'order_id,title,note,country';
  const row = (id: number, title = 'a', note = 'b') => `O${id},${title},${note},c`;
  const rowsOf = (count: number, change: (id: number) => string | undefined) =>
    `${[header, ...Array.from({ length: count }, (_, id) => change(id) ?? row(id))].join('\n')}\n`;
  const broken = async (content: string) => {
    const { rows } = await read(content);
    return { rows: rows.length, broken: rows.filter((found) => found.broken).map(({ number }) => number) };
  };

  test.each([
    ['that never closes', 50, (id: number) => (id === 9 ? row(id, '"5 inch') : undefined), [10]],
    ['in the last column', 50, (id: number) => (id === 9 ? `O9,a,b,"c` : undefined), [10]],
    [
      'before a row with quotes of its own',
      50,
      (id: number) => (id === 9 ? row(id, '"5 inch') : id === 12 ? row(id, '"x, y"') : undefined),
      [10],
    ],
    ['in two rows', 50, (id: number) => (id === 9 || id === 12 ? row(id, '"5 inch') : undefined), [10, 13]],
    [
      'before a row that ends a field with inches',
      50,
      (id: number) => (id === 9 ? row(id, '"5 inch') : id === 10 ? row(id, '5"') : undefined),
      [10],
    ],
    ['in the last row of all', 10, (id: number) => (id === 9 ? row(id, '"5 inch') : undefined), [10]],
    [
      'in a file in which every cell is quoted',
      50,
      (id: number) => (id === 9 ? `"O9","a,"b","c"` : `"O${id}","a","b","c"`),
      [10],
    ],
    [
      'that closes as a field does, 30 lines on',
      50,
      (id: number) => (id === 9 ? 'O9,"text' : id < 39 && id > 9 ? 'more text' : id === 39 ? 'end",b,c' : undefined),
      Array.from({ length: 31 }, (_, at) => at + 10),
    ],
    [
      'that closes as a field does, 70 kB on',
      50,
      (id: number) => (id === 9 ? `O9,"${'x'.repeat(70_000)}` : id === 10 ? 'end",b,c' : undefined),
      [10, 11],
    ],
  ])('%s spoils its own row only', async (_, count, change, expected) => {
    expect(await broken(rowsOf(count, change))).toEqual({ rows: count, broken: expected });
  });

  test('long texts are read where more rows have them', async () => {
    const long = (id: number) =>
      row(id, `"${Array.from({ length: 30 }, (_, at) => `line ${at}, of ""many""`).join('\n')}"`);
    const { rows, lines } = await read(rowsOf(40, (id) => (id % 10 === 3 ? long(id) : undefined)));
    expect(rows).toHaveLength(40);
    expect(rows.filter((found) => found.broken)).toEqual([]);
    expect(lines).toEqual({ counted: 41 + 4 * 29, header: 1, empty: 0, within_quotes: 4 * 29 });
    // And a stray one among them is still told from them.
    const mixed = rowsOf(40, (id) => (id % 10 === 3 ? long(id) : id === 5 ? row(id, '"5 inch') : undefined));
    expect(await broken(mixed)).toEqual({ rows: 40, broken: [6] });
  });

  test('an address of several lines is no stray quote', async () => {
    const { rows } = await read(`${header}\nO1,a,"c/o ""Ann""\nMain St, 5\n",c\r\nO2,"a\r\nb",,`);
    expect(rows.map(({ fields }) => fields)).toEqual([
      { order_id: 'O1', title: 'a', note: 'c/o "Ann"\nMain St, 5\n', country: 'c' },
      { order_id: 'O2', title: 'a\r\nb' },
    ]);
  });

  // Would see: lines read again and again, because each opens a quote that the next one closes only to open another.
  test('costs no more where each line closes what the one before has opened', async () => {
    const before = process.cpuUsage();
    const { rows } = await read(rowsOf(60_000, () => 'a","b","c","d'));
    expect(since(before)).toBeLessThan(onThisMachine(8_000));
    expect(rows).toHaveLength(60_000);
  });

  test('costs a file of nothing but them no more than their lines', async () => {
    const before = process.cpuUsage();
    await read(rowsOf(60_000, (id) => row(id, '"5 inch', '""')));
    expect(since(before)).toBeLessThan(onThisMachine(8_000));
  });
});

test.each(['little', 'big'] as const)('UTF-16 of either order, with a lone half of a character', async (order) => {
  const content = Buffer.from(`\ufefforder_id,title\nO1,😀 ä\nO2,a\ud83d\n`, 'utf16le');
  const { rows } = await read(order === 'little' ? content : Buffer.from(content).swap16());
  expect(rows.map(({ fields }) => fields)).toEqual([
    { order_id: 'O1', title: '😀 ä' },
    { order_id: 'O2', title: 'a\ud83d' },
  ]);
});
