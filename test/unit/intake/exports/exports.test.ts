import { expect, test } from '@jest/globals';
import { understandFile } from '../../../../src/intake/files/understanding/understand.ts';
import type { UnderstandOptions } from '../../../../src/intake/files/understanding/understood.ts';
import { projectPath } from '../../../../src/project.ts';

type Facts = Record<string, unknown>;

/** What a fixture gives: order lines as `order item pieces price or =amount time who`, refunds, rows left out. */
async function factsOf(file: string, currency = 'EUR', options: UnderstandOptions = {}) {
  const shop = { currency, minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') };
  const understood = await understandFile(
    projectPath('test', 'fixtures', 'exports', ...file.split('/')),
    options,
    shop,
  );
  const rows: Record<string, Facts[]> = { orders: [], refunds: [], events: [], items: [], customers: [] };
  for (const { kind } of understood.kinds) {
    for await (const { fields } of understood.rowsOf(kind)) rows[kind].push(fields!);
  }
  await understood.close();
  const lineOf = ({ order_id, item_id, quantity, unit_price, line_amount, occurred_at, customer_id }: Facts) =>
    [
      order_id,
      item_id,
      quantity,
      line_amount === undefined ? unit_price : `=${line_amount}`,
      occurred_at,
      customer_id ?? '-',
    ].join(' ');
  const refundOf = ({ order_id, amount, shipping, lines }: Facts) =>
    [
      order_id,
      amount ?? (lines ? '' : 'whole'),
      ...(lines ? [JSON.stringify(lines)] : []),
      ...(shipping ? [`+${shipping}`] : []),
    ]
      .filter(Boolean)
      .join(' ');
  const eventOf = ({ type, item_id, query, occurred_at, customer_id, visitor_id }: Facts) =>
    [type, item_id ?? query, occurred_at, customer_id ?? visitor_id].join(' ');
  return {
    platform: understood.tables.map(({ platform }) => platform).join(),
    lines: rows['orders'].map(lineOf),
    refunds: rows['refunds'].map(refundOf),
    events: rows['events'].map(eventOf),
    items: rows['items'],
    leftOut: Object.fromEntries(understood.leftOut.map(({ reason, rows: count }) => [reason, count])),
    questions: understood.questions.map(({ field }) => field),
    encoding: understood.tables[0].encoding,
    titles: understood.tables[0].titles,
  };
}

// Each would see: a platform's file taken for another, a status or refund misread, discounts not taken off, rows lost.
test('Shopify: continuation rows, a discount of the order, refunds of money and of shipping, statuses', async () => {
  // 90 less 10 %: 40 -> 36, 50 -> 45. 30 came back without goods; #2 gave back all, and 5 of shipping.
  expect(await factsOf('hosted/shopify-discounts.csv')).toMatchObject({
    platform: 'shopify',
    lines: [
      '#1 CUP 2 =36 2026-03-01T09:59:00+01:00 a@x.com',
      '#1 Plate 1 =45 2026-03-01T09:59:00+01:00 a@x.com',
      '#2 CUP 1 20.00 2026-03-02T09:59:00+01:00 b@x.com',
    ],
    refunds: ['#1 30', '#2 [{"item_id":"CUP","quantity":1}] +5'],
    leftOut: { 'cancelled: it has a time of that': 1, 'unpaid: status “authorized”': 1 },
  });
});

test('WooCommerce: lines packed into columns, or into one', async () => {
  expect(await factsOf('open-source/woo-packed.csv', 'GBP')).toMatchObject({
    platform: 'woocommerce',
    lines: ['501 MUG 2 =20 2021-03-01T08:30:00 7', '501 PLT 1 =10 2021-03-01T08:30:00 7'],
    leftOut: { 'unpaid: status “pending”': 1 },
  });
  expect(await factsOf('open-source/woo-sky.csv', 'GBP')).toMatchObject({
    platform: 'woocommerce',
    lines: ['A-1 MUG 2 =20 2021-03-01T08:30:00 a@x.com', 'A-1 PLT 1 =10 2021-03-01T08:30:00 a@x.com'],
  });
});

test('Magento: the grid without goods, and orders of the API, where what was chosen of a product is no line', async () => {
  expect(await factsOf('open-source/magento-grid.csv')).toMatchObject({
    platform: 'magento',
    lines: [
      '000000001 not-named-goods 1 =20 2021-03-01T08:30:00 ann@x.com',
      '000000002 not-named-goods 1 =20 2021-03-02T08:30:00 bob@x.com',
    ],
    refunds: ['000000002 [{"item_id":"not-named-goods","quantity":1}] +5'],
  });
  // 40 less 4; one of two came back, with its 18.
  expect(await factsOf('open-source/magento-orders.json')).toMatchObject({
    lines: ['000000007 SHIRT-M 2 =36 2026-03-01T08:00:00 5'],
    refunds: ['000000007 [{"item_id":"SHIRT-M","quantity":1}]'],
  });
});

test('PrestaShop: the list in French, and lines by numbers of states', async () => {
  expect(await factsOf('open-source/presta-fr.csv')).toMatchObject({
    platform: 'prestashop',
    lines: ['KHWLILZLL not-named-goods 1 =20.9 2021-03-01T08:30:00 J. DOE'],
    leftOut: { 'unpaid: status “En attente du paiement par chèque”': 1 },
  });
  expect(await factsOf('open-source/prestashop-lines.csv')).toMatchObject({
    lines: ['5 demo_1 2 =38.24 2026-03-01T08:00:00 3', '7 demo_2 1 =11.9 2026-03-03T08:00:00 4'],
    refunds: ['7 whole'],
    leftOut: { 'cancelled: status “cancelled”': 1 },
  });
});

test('Medusa: amounts in the smallest coins before version 2', async () => {
  const expected = { platform: 'medusa', lines: ['1 MUG 2 10 2021-03-01T08:30:00Z a@x.com'] };
  expect(await factsOf('open-source/medusa1.json', 'GBP')).toMatchObject(expected);
  expect(await factsOf('open-source/medusa2.json', 'GBP')).toMatchObject({
    ...expected,
    leftOut: { 'cancelled: status “canceled”': 1 },
  });
});

test('Olist: lines joined with their orders, customers and products, in an archive of all tables', async () => {
  expect(await factsOf('open-source/olist.zip', 'BRL')).toMatchObject({
    platform: 'olist',
    lines: [
      'o1 p1 1 29.99 2017-10-02T10:56:33 u1',
      'o1 p1 1 29.99 2017-10-02T10:56:33 u1',
      'o3 p2 1 159.90 2018-08-08T08:38:49 u1',
    ],
    leftOut: { 'cancelled: status “canceled”': 1 },
  });
});

test('Amazon: prices of all pieces less promotions; a settlement with what came back', async () => {
  expect(await factsOf('marketplaces/amazon-orders.txt', 'GBP')).toMatchObject({
    platform: 'amazon',
    lines: ['026-1 M1 2 =18 2021-03-01T08:30:00Z -', '026-3 P1 1 =8 2021-03-01T10:30:00Z -'],
    refunds: ['026-3 whole'],
    leftOut: { 'cancelled: status “Cancelled”': 1 },
  });
  expect(await factsOf('marketplaces/amazon-settlement.txt', 'GBP')).toMatchObject({
    lines: ['026-1 M1 2 =20 2021-03-02T10:00:00Z -'],
    refunds: ['026-1 10.00'],
  });
});

test('eBay: the row of an order as a whole, the rows below the table; a price that is of one piece', async () => {
  expect(await factsOf('marketplaces/ebay.csv', 'GBP')).toMatchObject({
    platform: 'ebay',
    lines: [
      '24-1 PH-1 2 9.00 2021-07-25T00:00:00 bob',
      '24-2 PH-1 1 10.00 2021-07-26T00:00:00 eve',
      '24-2 PH-2 2 10.00 2021-07-26T00:00:00 eve',
    ],
  });
});

test('Etsy, Squarespace, BigCommerce and Square', async () => {
  expect((await factsOf('marketplaces/etsy.csv', 'GBP')).lines).toEqual([
    '5000001 FOX 2 =5.6 2024-03-14T00:00:00 ann',
    '5000001 MUG 1 10.00 2024-03-14T00:00:00 ann',
  ]);
  // 3 off 30: a tenth of each line.
  expect((await factsOf('hosted/squarespace.csv', 'GBP')).lines).toEqual([
    '00001 SQ1 2 =18 2021-03-01T08:30:00-05:00 a@x.com',
    '00001 SQ2 1 =9 2021-03-01T08:30:00-05:00 a@x.com',
  ]);
  expect(await factsOf('hosted/bigcommerce.csv', 'USD')).toMatchObject({
    lines: ['100 ABC 2 =1000 2021-03-01T00:00:00 ann@x.com', '100 DEF 1 =45 2021-03-01T00:00:00 ann@x.com'],
    leftOut: { 'unpaid: status “Awaiting Payment”': 1 },
  });
  expect(await factsOf('hosted/square.csv', 'USD', { dateOrder: 'mdy' })).toMatchObject({
    lines: ['TX1 LAT 2.0 =8 2021-03-01T14:05:10 C1', 'TX2 LAT -1.0 =-4 2021-03-01T15:00:00 C1'],
    questions: [],
  });
});

test('Google Merchant Center, XML and text', async () => {
  const mug = {
    item_id: 'A1',
    title: 'Mug & co',
    url: 'https://shop.example/a1',
    price: '10.00',
    list_price: '12.50',
    brand: 'Acme',
    gtin: '4006381333931',
    parent_id: 'G1',
    category: 'Home > Mugs',
  };
  const { items, platform } = await factsOf('marketplaces/merchant.xml', 'GBP');
  expect({ platform, items }).toMatchObject({
    platform: 'google-merchant',
    items: [
      { ...mug, in_stock: 'true' },
      { item_id: 'A2', price: '8', in_stock: 'false' },
    ],
  });
  expect((await factsOf('marketplaces/merchant.tsv', 'GBP')).items).toMatchObject([
    { item_id: 'A1', title: 'Mug', price: '12.50', image_url: 'https://shop.example/a1.jpg' },
  ]);
});

test('Google Analytics 4: parameters as lists of keys and values, an event for each item, refunds', async () => {
  expect(await factsOf('behaviour/ga4-params.ndjson')).toMatchObject({
    platform: 'ga4',
    lines: ['T1 A 2 5 2026-03-01T08:01:00Z u1'],
    refunds: ['T1 5'],
    events: [
      'cart_add A 2026-03-01T08:00:00Z v1',
      'cart_add B 2026-03-01T08:00:00Z v1',
      'search red mug 2026-03-02T08:01:00Z v1',
    ],
    leftOut: { 'an event that says nothing of goods': 1 },
  });
});

test('RudderStack, Klaviyo and a log of events', async () => {
  expect(await factsOf('behaviour/rudderstack.json')).toMatchObject({
    platform: 'rudderstack',
    lines: ['O1 A 2 5 2026-03-01T08:05:00Z u1', 'O1 B 1 3 2026-03-01T08:05:00Z u1'],
    refunds: ['O1 3'],
    events: ['click A 2026-03-01T08:00:00Z v1'],
  });
  expect(await factsOf('behaviour/klaviyo.ndjson')).toMatchObject({
    platform: 'klaviyo',
    lines: ['1001 A 2 10 2021-03-01T08:30:00Z a@x.com'],
    events: ['view 1 2021-03-01T08:28:20Z a@x.com'],
  });
  expect((await factsOf('behaviour/events.csv')).events).toEqual([
    'view 44600062 2019-10-01T00:00:00Z 541312140',
    'cart_add 3900821 2019-10-01T00:00:01Z 554748717',
  ]);
});

const generic = (encoding: string, lines: string[], leftOut = {}) =>
  ({ platform: 'generic', encoding, lines, leftOut }) as const;

test.each([
  [
    'fr-excel.csv',
    'EUR',
    {
      ...generic('windows-1252', [
        'C1001 not-named-goods 1 =1234.5 2021-03-01T10:15:00 Dupont Éloïse',
        'C1003 not-named-goods 1 =12.99 2021-03-15T09:12:00 Dupont Éloïse',
      ]),
      refunds: ['C1003 whole'],
      leftOut: { 'cancelled: status “Annulée”': 1, 'neither goods nor a time: a sum or a remark': 1 },
    },
  ],
  [
    'fr-lines.csv',
    'EUR',
    {
      ...generic('utf-16le', [
        '1001 REF1 2 12.50 2021-03-01T00:00:00 77',
        '1001 REF2 4 3.00 2021-03-01T00:00:00 77',
        '1002 REF1 1 12.50 2021-03-02T00:00:00 78',
      ]),
      titles: 2,
    },
  ],
  [
    'pl.csv',
    'PLN',
    generic('windows-1250', ['Z/1/2021 A1 2 1299.00 2021-11-05T14:05:00 jan@example.pl'], {
      'cancelled: status “Anulowane”': 1,
    }),
  ],
  [
    'ja.csv',
    'JPY',
    generic('shift_jis', ['10001 JP-1 2 1200 2021-03-01T08:30:00 M1', '10001 JP-2 1 980 2021-03-01T08:30:00 M1'], {
      'cancelled: status “キャンセル”': 1,
    }),
  ],
  [
    'taobao.csv',
    'CNY',
    generic('gb18030', ['1234567890123456789 红色陶瓷茶杯 2 =28.5 2021-03-01T08:30:00 小明'], {
      'cancelled: status “交易关闭”': 1,
    }),
  ],
  [
    'youzan.csv',
    'CNY',
    generic('gb18030', ['E2021 SKU1 2 15.00 2021-03-01T08:30:00 张三', 'E2021 SKU2 1 8.00 2021-03-01T08:30:00 张三'], {
      'unpaid: status “待付款”': 1,
    }),
  ],
  ['tw.csv', 'TWD', generic('big5', ['T1 S1 2 300 2021-03-01T00:00:00 M9'])],
  [
    'generic.json',
    'EUR',
    generic('utf-8', [
      'gid://1 A 2 3.00 2021-03-01T08:30:00Z a@x.com',
      'gid://2 A 1 3.00 2021-03-01T08:30:00Z a@x.com',
    ]),
  ],
  ['orders-nested.json', 'EUR', generic('utf-8', ['17 A 2 3.5 2021-03-01T00:00:00 5'])],
  [
    'orders.xml',
    'EUR',
    generic('utf-8', [
      '1 A 2 3.50 2021-03-01T00:00:00 77',
      '1 B 1 1.50 2021-03-01T00:00:00 77',
      '2 A 1 3.50 2021-03-02T00:00:00 78',
    ]),
  ],
  // Four forms of dates and of numbers in one column each: none of them can be read in two ways.
  [
    'mixed-dates.csv',
    'EUR',
    generic('utf-8', [
      '1 A 1 1.00 2021-03-01T08:30:00 u1',
      '2 B 2 1234.50 2021-03-13T08:30:00 u2',
      '3 B 2 1234.50 2021-03-14T20:30:00 u2',
      '4 B 100 -3.00 2021-03-16T08:00:00Z u2',
    ]),
  ],
])('another program: %s', async (file, currency, expected) => {
  expect(await factsOf(`other-programs/${file}`, currency)).toMatchObject({ refunds: [], questions: [], ...expected });
});
