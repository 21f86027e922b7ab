import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { understandFile } from '../../../../src/intake/files/understanding/understand.ts';
import type { Shop, UnderstandOptions } from '../../../../src/intake/files/understanding/understood.ts';
import { projectPath } from '../../../../src/project.ts';
import { readSentences } from '../../../../src/sentences/index.ts';
import { sized, usually } from '../../../support/jest/thorough.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-forms-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const shop = { currency: 'EUR', minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') };
async function understood(
  content: string | Uint8Array,
  options: UnderstandOptions = {},
  name = `f${++files}.csv`,
  ofShop: Partial<Shop> = {},
) {
  const path = join(folder, name);
  await writeFile(path, content);
  return understandFile(path, options, { ...shop, ...ofShop });
}

async function linesOf(
  content: string | Uint8Array,
  options: UnderstandOptions = {},
  name?: string,
): Promise<string[]> {
  const found = await understood(content, options, name);
  const lines: string[] = [];
  for await (const { fields } of found.rowsOf('orders')) {
    const { order_id, item_id, quantity, unit_price, occurred_at, customer_id } = fields!;
    lines.push(
      [order_id, item_id, Number(quantity), Number(unit_price).toFixed(2), occurred_at, customer_id].join(' '),
    );
  }
  await found.close();
  return lines;
}

interface Line {
  order: number;
  item: string;
  pieces: number;
  cents: number;
  minute: number;
}

/** Thirty orders over two months, days of month above and below 12 among them. */
const orders: Line[] = Array.from({ length: 30 }, (_, order) => ({
  order: 1_000 + order,
  item: `A-${order % 7}`,
  pieces: 1 + (order % 3),
  cents: [795, 123_450, 1_200, 99, 5_000_000][order % 5],
  minute: Date.UTC(2021, 1, 26, 8, 30) / 60_000 + order * 1_441,
}));
const at = (minute: number) => new Date(minute * 60_000);
const two = (part: number) => String(part).padStart(2, '0');
const expected = orders.map(({ order, item, pieces, cents, minute }) =>
  [order, item, pieces, (cents / 100).toFixed(2), at(minute).toISOString().slice(0, 19), `K${order % 9}`].join(' '),
);

/** By hand and by people who speak them: order, date, customer, item, title, pieces, price. */
const headings: Record<string, string[]> = {
  en: ['Order No.', 'Order Date', 'Customer ID', 'SKU', 'Product Name', 'Qty', 'Unit Price'],
  de: ['Bestellnr.', 'Bestelldatum', 'Kundennummer', 'Artikelnummer', 'Bezeichnung', 'Stückzahl', 'Einzelpreis'],
  fr: ['N° de commande', 'Date de commande', 'N° client', 'Référence', 'Désignation', 'Quantité', 'Prix unitaire'],
  es: [
    'Nº de pedido',
    'Fecha del pedido',
    'Código cliente',
    'Referencia',
    'Descripción',
    'Cantidad',
    'Precio unitario',
  ],
  it: [
    'Numero ordine',
    'Data ordine',
    'Codice cliente',
    'Codice articolo',
    'Descrizione',
    'Quantità',
    'Prezzo unitario',
  ],
  nl: ['Bestelnummer', 'Besteldatum', 'Klantnummer', 'Artikelnummer', 'Omschrijving', 'Aantal', 'Stuksprijs'],
  pl: ['Numer zamówienia', 'Data zamówienia', 'Numer klienta', 'Symbol', 'Nazwa produktu', 'Ilość', 'Cena jednostkowa'],
  pt: [
    'Número do pedido',
    'Data do pedido',
    'Código do cliente',
    'Código do produto',
    'Descrição',
    'Quantidade',
    'Preço unitário',
  ],
  zh: ['订单编号', '下单时间', '会员编号', '商品编码', '商品名称', '数量', '单价'],
  ja: ['注文番号', '注文日時', '会員番号', '商品コード', '商品名', '数量', '単価'],
};
const titles: Record<string, string> = {
  en: 'Mug',
  de: 'Müsli-Schüssel',
  fr: 'Théière émaillée',
  es: 'Taza pequeña',
  it: 'Tazza più grande',
  nl: 'Koffiekopje',
  pl: 'Świeca różana żółta',
  pt: 'Xícara de chá',
  zh: '红色陶瓷茶杯',
  ja: '赤いマグカップ',
};
/** Windows has no encoder here; the code pages' own letters by hand. */
const codePages: Record<string, string> = {
  'windows-1252':
    '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ',
  'windows-1250':
    '€ ‚ „…†‡ ‰Š‹ŚŤŽŹ ‘’“”•–— ™š›śťžź ˇ˘Ł¤Ą¦§¨©Ş«¬­®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľżŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙',
};
const inCodePage = (text: string, page: string) =>
  Buffer.from(
    [...text].map((character) =>
      character < '\x80'
        ? character.charCodeAt(0)
        : character === '\u00a0'
          ? 0xa0
          : 0x80 + [...codePages[page]].indexOf(character),
    ),
  );
/** The bytes of every character of two bytes, by decoding them all. */
function inPairs(text: string, encoding: string): Buffer {
  const known = new Map<string, number[]>();
  const decoder = new TextDecoder(encoding);
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++) {
      const character = decoder.decode(Uint8Array.of(first, second));
      if (character.length === 1 && !known.has(character)) known.set(character, [first, second]);
    }
  return Buffer.from(
    [...text].flatMap((character) => (character < '\x80' ? [character.charCodeAt(0)] : known.get(character)!)),
  );
}
const encoders: Record<string, (text: string) => Buffer> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be without a mark': (text) => Buffer.from(text, 'utf16le').swap16(),
  'windows-1252': (text) => inCodePage(text, 'windows-1252'),
  'windows-1250': (text) => inCodePage(text, 'windows-1250'),
  gb18030: (text) => inPairs(text, 'gb18030'),
  shift_jis: (text) => inPairs(text, 'shift_jis'),
};
const unicode = ['utf-8', 'utf-8 with a mark', 'utf-16le', 'utf-16be without a mark'];
const encodingsOf = (language: string) => [
  ...unicode,
  ...(language === 'zh'
    ? ['gb18030']
    : language === 'ja'
      ? ['shift_jis']
      : language === 'pl'
        ? ['windows-1250']
        : ['windows-1252']),
];

const grouped = (whole: number, sign: string) => String(whole).replace(/\B(?=(\d{3})+$)/g, sign);
const inForm =
  (thousands: string, decimal: string, before = '', after = '') =>
  (cents: number) =>
    `${before}${grouped(Math.floor(cents / 100), thousands)}${decimal}${two(cents % 100)}${after}`;
const numberForms: Record<string, (cents: number) => string> = {
  point: inForm('', '.'),
  comma: inForm('', ','),
  'thousands by comma': inForm(',', '.'),
  'thousands by point': inForm('.', ','),
  'thousands by blanks': inForm(' ', ','),
  Swiss: inForm("'", '.'),
  'a code before': inForm(',', '.', 'EUR '),
  'a code behind': inForm('.', ',', '', ' EUR'),
  exponent: (cents) => `${cents}e-2`,
};
const clock = (time: Date) => `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
const shortMonths: Record<string, string[]> = {
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  de: 'Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.'.split(' '),
  fr: 'janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.'.split(' '),
  es: 'ene feb mar abr may jun jul ago sep oct nov dic'.split(' '),
  it: 'gen feb mar apr mag giu lug ago set ott nov dic'.split(' '),
  nl: 'jan feb mrt apr mei jun jul aug sep okt nov dec'.split(' '),
  pl: 'sty lut mar kwi maj cze lip sie wrz paź lis gru'.split(' '),
  pt: 'jan fev mar abr mai jun jul ago set out nov dez'.split(' '),
};
const dateForms: Record<string, (time: Date, language: string) => string> = {
  iso: (time) => time.toISOString().slice(0, 16).replace('T', ' '),
  points: (time) => `${two(time.getUTCDate())}.${two(time.getUTCMonth() + 1)}.${time.getUTCFullYear()} ${clock(time)}`,
  'day first': (time) => `${time.getUTCDate()}/${time.getUTCMonth() + 1}/${time.getUTCFullYear()} ${clock(time)}`,
  'month first, AM': (time) =>
    `${time.getUTCMonth() + 1}/${time.getUTCDate()}/${time.getUTCFullYear()} ${time.getUTCHours() % 12 || 12}:${two(time.getUTCMinutes())} ${time.getUTCHours() < 12 ? 'AM' : 'PM'}`,
  'year first': (time) => `${time.getUTCFullYear()}/${time.getUTCMonth() + 1}/${time.getUTCDate()} ${clock(time)}`,
  'short year': (time) =>
    `${two(time.getUTCDate())}-${two(time.getUTCMonth() + 1)}-${String(time.getUTCFullYear()).slice(2)} ${clock(time)}`,
  months: (time, language) =>
    `${time.getUTCDate()} ${(shortMonths[language] ?? shortMonths['en'])[time.getUTCMonth()]} ${time.getUTCFullYear()} ${clock(time)}`,
  'days of a spreadsheet': (time) => String(time.getTime() / 86_400_000 + 25_569),
  packed: (time) => time.toISOString().slice(0, 16).replace(/[-T:]/g, '').concat('00'),
};

function write(language: string, delimiter: string, number: string, date: string, isTitled: boolean): string {
  const quoted = (cell: string) => (cell.includes(delimiter) || cell.includes('"') ? `"${cell}"` : cell);
  const rows = orders.map(({ order, item, pieces, cents, minute }) =>
    [
      String(order),
      dateForms[date](at(minute), language),
      `K${order % 9}`,
      item,
      titles[language],
      String(pieces),
      numberForms[number](cents),
    ]
      .map(quoted)
      .join(delimiter),
  );
  const title = isTitled ? [headings[language][0], ''] : [];
  return [...title, headings[language].map(quoted).join(delimiter), ...rows, ''].join('\r\n');
}

// Would see: one combination of encoding, delimiter, heading, number and date that is read as something else.
test('the same orders are found however they are written', async () => {
  const choice = fc
    .record({
      language: fc.constantFrom(...Object.keys(headings)),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      number: fc.constantFrom(...Object.keys(numberForms)),
      date: fc.constantFrom(...Object.keys(dateForms)),
      isTitled: fc.boolean(),
      isPacked: fc.boolean(),
    })
    .chain((chosen) =>
      fc.record({ chosen: fc.constant(chosen), encoding: fc.constantFrom(...encodingsOf(chosen.language)) }),
    );
  await fc.assert(
    fc.asyncProperty(
      choice,
      async ({ chosen: { language, delimiter, number, date, isTitled, isPacked }, encoding }) => {
        const bytes = encoders[encoding](write(language, delimiter, number, date, isTitled));
        expect(await linesOf(isPacked ? gzipSync(bytes) : bytes)).toEqual(expected);
      },
    ),
    { numRuns: sized(40, 1_000) },
  );
});

usually.describe('containers', () => {
  const two = ['1001 A-1 2 7.95 2021-03-01T08:30:00 77', '1001 A-2 1 12.00 2021-03-01T08:30:00 77'];
  const open = async (name: string) => {
    const found = await understandFile(
      projectPath('test', 'fixtures', 'exports', 'other-programs', name),
      {},
      { currency: 'EUR', minorDigits: 2, now: new Date() },
    );
    const lines: string[] = [];
    for await (const { fields } of found.rowsOf('orders'))
      lines.push(
        [
          fields!['order_id'],
          fields!['item_id'],
          fields!['quantity'],
          Number(fields!['unit_price']).toFixed(2),
          fields!['occurred_at'],
          fields!['customer_id'],
        ].join(' '),
      );
    await found.close();
    return { lines, table: found.tables[0] };
  };

  test('a workbook with a title and a sum, and one of LibreOffice with a million empty rows', async () => {
    expect(await open('orders-titled.xlsx')).toMatchObject({
      lines: two,
      table: { format: 'xlsx', titles: 2, name: 'Verkäufe' },
    });
    expect(await open('orders.ods')).toMatchObject({ lines: two, table: { format: 'ods', name: 'Hoja1' } });
  });

  test('Parquet, packed by each means of its own', async () => {
    const columnData = [
      { name: 'order_number', data: ['1001', '1001'] },
      { name: 'order_date', data: [new Date('2021-03-01T08:30:00Z'), new Date('2021-03-01T08:30:00Z')] },
      { name: 'customer_id', data: ['77', '77'] },
      { name: 'sku', data: ['A-1', 'A-2'] },
      { name: 'quantity', data: [2, 1] },
      { name: 'price', data: [7.95, 12] },
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
    expect(await linesOf(bytes, {}, 'p.parquet')).toEqual(two.map((line) => line.replace('08:30:00', '08:30:00Z')));
  });

  // Runs where Node has it; elsewhere the refusal is what is seen.
  test('SQLite, or what to do about it', async () => {
    const sqlite = (await import('node:sqlite' as string).catch(() => undefined)) as
      | { DatabaseSync: new (path: string) => { exec(sql: string): void; close(): void } }
      | undefined;
    const path = join(folder, 'shop.db');
    if (!sqlite) {
      await expect(understood(Buffer.from('SQLite format 3\0'))).rejects.toThrow('Node 22.13');
      return;
    }
    const database = new sqlite.DatabaseSync(path);
    database.exec(`create table orders (id integer, created_at text, customer_id text); create table order_lines (order_id integer, sku text, quantity integer, price real);
      insert into orders values (1001, '2021-03-01 08:30:00', '77'); insert into order_lines values (1001, 'A-1', 2, 7.95), (1001, 'A-2', 1, 12);`);
    database.close();
    const found = await understandFile(path, {}, { currency: 'EUR', minorDigits: 2, now: new Date() });
    expect(found.kinds).toEqual([{ kind: 'orders', rows: 2 }]);
    await found.close();
  });
});

usually.describe('files that are none', () => {
  const head = 'order id,date,sku,qty,price\n';
  // Would see: a crash, a hang, or an answer that does not say what is wrong.
  test.each([
    ['nothing', '', 'is empty'],
    ['a header alone', head, 'has a header and no rows below it'],
    ['one column', 'word\nhello\nworld\n', 'cannot be understood'],
    ['bytes of anything', Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7) % 256)), 'is no text'],
    ['a page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'is a page of HTML'],
    ['a broken archive', Buffer.from('PK\x03\x04 and then nothing'), 'archive'],
    ['a broken gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), 'gzip is broken'],
    ['broken Parquet', Buffer.from('PAR1 and then nothing PAR1'), 'no Parquet'],
    ['broken JSON', '[{"order_id": 1,', 'no JSON'],
    [
      'XML with entities of its own',
      '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rows><row><id>&b;</id><x>1</x></row></rows>',
      'entities of a document',
    ],
    [
      'XML that asks for a file',
      '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><rows><row><id>&a;</id><x>1</x></row></rows>',
      'entities of a document',
    ],
    ['a PDF', '%PDF-1.7', 'is a PDF'],
    [
      'a line without an end',
      Buffer.concat([Buffer.from(`${head}1,2021-03-01,A,1,`), Buffer.alloc(17_000_000, 0x39)]),
      'line of more than',
    ],
  ])('%s', async (_, content, why) => {
    await expect(understood(content)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(why),
    });
  });

  test('a quote that never closes spoils its own row', async () => {
    const found = await understood(`${head}1,2021-03-01,A,1,2.00\n2,2021-03-02,"B,1,2.00\n3,2021-03-03,C,1,2.00\n`);
    const rows = [];
    for await (const row of found.rowsOf('orders')) rows.push(row);
    await found.close();
    rows.sort((a, b) => a.number - b.number);
    expect(rows.map(({ number, broken }) => [number, broken === undefined])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ]);
  });

  // It would see that what the import reads of our own columns is lost where the file has to be understood first.
  test('lines with our own names keep fees and the list that they came from', async () => {
    const list = '7f8f0c1e-52f4-4c5a-9d0e-3f1c2a4b5d6e';
    const found = await understood(
      `order_id;occurred_at;item_id;quantity;unit_price;fees;list_id\n1;2021-03-01;A;1;12,50;3,25;${list}\n1;2021-03-01;B;2;4,00;;\n`,
    );
    const rows = [];
    for await (const { fields } of found.rowsOf('orders')) rows.push(fields);
    await found.close();
    expect(found.tables[0].platform).toBe('pannier');
    // Fees are of the whole order, a list is of the line.
    expect(rows).toMatchObject([
      { item_id: 'A', unit_price: '12.50', fees: '3.25', list_id: list },
      { item_id: 'B', unit_price: '4.00', fees: '3.25' },
    ]);
    expect(rows[1]).not.toHaveProperty('list_id');
  });

  test('days and months that nothing tells apart are asked for, and an option decides', async () => {
    const file = `${head}1,01/02/2021,A,1,1.00\n2,03/04/2021,B,2,2.00\n`;
    const asked = await understood(file);
    await asked.close();
    expect(asked.questions.map(({ field }) => field)).toEqual(['date_order']);
    expect((await linesOf(file, { dateOrder: 'mdy' }))[0]).toContain('2021-01-02');
    expect((await linesOf(file, { dateOrder: 'dmy' }))[0]).toContain('2021-02-01');
  });

  // 03/04 of a year is the third of April or the fourth of March: by what the column shows, or another table, by whoever writes
  // so, and else as it is usual where the shop is, which is asked.
  const lines = (dates: string[], separator = ',') =>
    [
      ['order_id', 'occurred_at', 'item_id', 'quantity', 'unit_price'],
      ...dates.map((date, place) => [String(place + 1), date, 'A', '1', '2']),
    ]
      .map((row) => row.join(separator))
      .join('\n');
  const either = ['03/04/2021', '05/06/2021'];
  const etsy =
    'Sale Date,Item Name,Quantity,Price,Order ID,Listing ID,Transaction ID\n03/04/21,Cup,1,2.00,1,7,8\n05/06/21,Pot,1,2.00,2,9,10\n';
  const settled = { 'a.csv': lines(either), 'b.csv': `customer_id,registered_at\nC1,25/12/2020\nC2,26/12/2020\n` };
  const zip = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  test.each<[string, string | Uint8Array, Partial<Shop>, string, string]>([
    ['a day above 12', lines([...either, '25/12/2020']), {}, '04-03', 'file.day-first'],
    ['a month above 12', lines([...either, '12/25/2020']), {}, '03-04', 'file.month-first'],
    ['the future', lines([...either, '05/08/2026']), {}, '03-04', 'file.month-first-future'],
    ['AM and PM', lines(['03/04/2021 2:05 PM', '05/06/2021 3:00 AM']), {}, '03-04', 'file.month-first-meridiem'],
    [
      'the order of rows',
      lines(['03/04/2021', '04/04/2021', '02/05/2021', '01/06/2021', '03/06/2021', '01/07/2021', '05/07/2021']),
      {},
      '04-03',
      'file.day-first-order',
    ],
    [
      'what changes',
      lines(['03/04/2021', '03/01/2021', '03/07/2021', '03/02/2021']),
      {},
      '03-04',
      'file.month-first-changes',
    ],
    ['another table', zip(settled), { currency: 'USD' }, '04-03', 'file.day-first'],
    ['the platform', etsy, {}, '03-04', 'file.month-first-platform'],
    ['nothing, in Europe', lines(either), {}, '04-03', 'file.ask-day-first'],
    ['nothing, in dollars', lines(either), { currency: 'USD' }, '03-04', 'file.ask-month-first'],
    ['nothing, in New York', lines(either), { timeZone: 'America/New_York' }, '03-04', 'file.ask-month-first'],
    ['nothing, in Toronto', lines(either), { timeZone: 'America/Toronto' }, '04-03', 'file.ask-day-first'],
    ['semicolons', lines(either, ';'), { currency: 'USD' }, '04-03', 'file.ask-day-first'],
  ])('days and months are told apart by %s', async (_, content, ofShop, first, key) => {
    const found = await understood(
      content,
      {},
      `order-${++files}.${typeof content === 'string' ? 'csv' : 'zip'}`,
      ofShop,
    );
    const days: unknown[] = [];
    for await (const { fields } of found.rowsOf('orders')) days.push(fields!['occurred_at']);
    await found.close();
    expect(String(days[0]).slice(5, 10)).toBe(first);
    const told = [...found.notes, ...found.questions.map(({ text }) => text)];
    expect(told.flatMap((text) => readSentences(text)).map((one) => one.key)).toEqual([key]);
    expect(found.questions).toHaveLength(key.startsWith('file.ask') ? 1 : 0);
  });
});
