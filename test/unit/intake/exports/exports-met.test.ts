import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { zipSync } from 'fflate';
import { understandFile } from '../../../../src/intake/files/understanding/understand.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-met-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
/** Order lines as `order item pieces price or =amount who`, refunds as `order amount or whole`, events as `type item`. */
async function factsOf(content: string | Uint8Array, name: string, currency = 'GBP') {
  const path = join(folder, `${++files}-${name}`);
  await writeFile(path, content);
  const found = await understandFile(path, {}, { currency, minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') });
  const rows: string[] = [];
  for (const { kind } of found.kinds) {
    for await (const { fields } of found.rowsOf(kind)) {
      const { order_id: order, item_id: item, quantity, unit_price, line_amount, customer_id, type } = fields!;
      if (kind === 'orders')
        rows.push([order, item, Number(quantity), unit_price ?? `=${line_amount}`, customer_id ?? '-'].join(' '));
      else if (kind === 'refunds') rows.push(['back', order, fields!['amount'] ?? 'whole'].join(' '));
      else rows.push([type ?? kind, item].join(' '));
    }
  }
  await found.close();
  return { rows, leftOut: found.leftOut.map(({ reason }) => reason), platform: found.tables[0].platform };
}

const json = (value: unknown) => JSON.stringify(value);
const at = '2026-03-01T08:30:00Z';

/** Order 1 of a customer, of two mugs at 10. */
const medusaOrder = {
  ...{ id: 'order_1', display_id: 1, version: 1, status: 'completed', currency_code: 'gbp', created_at: at },
  ...{ email: 'a@x.com', payment_status: 'partially_refunded' },
  items: [{ id: 'i1', title: 'Mug', variant_sku: 'MUG', unit_price: 10, quantity: 2, detail: { quantity: 2 } }],
};
const klaviyoEvent = (id: string, metric: string, properties: object) => ({
  type: 'event',
  id,
  attributes: { timestamp: 1772353800, datetime: at, event_properties: properties },
  relationships: { profile: { data: { type: 'profile', id: 'P1' } }, metric: { data: { type: 'metric', id: metric } } },
});
const mugs = [{ SKU: 'MUG', ProductName: 'Mug', Quantity: 2, ItemPrice: 10 }];
const called = (event: string, properties: object) =>
  json({ type: 'track', event, messageId: `m-${event}`, anonymousId: 'a', userId: '7', timestamp: at, properties });
const products = [{ product_id: 'MUG', name: 'Mug', price: 10, quantity: 2 }];

// Each would see: money that came back lost, a refund or a cancellation taken for a sale, a product counted twice.
test.each([
  [
    'Medusa 2 with what came back in its summary',
    json({ orders: [{ ...medusaOrder, summary: { refunded_total: 5 } }] }),
    'm.json',
    ['1 MUG 2 10 a@x.com', 'back 1 5'],
  ],
  [
    'Medusa 2 with refunds of its payments',
    json([
      {
        ...medusaOrder,
        payment_collections: [{ payments: [{ refunds: [{ amount: 2 }, { amount: 1.5 }] }, { refunds: [] }] }],
      },
    ]),
    'm.json',
    ['1 MUG 2 10 a@x.com', 'back 1 3.5'],
  ],
  [
    'several refunds of an order of WooCommerce',
    json([
      {
        ...{
          id: 9,
          number: '9',
          status: 'completed',
          date_created: '2026-03-01T08:30:00',
          customer_id: 7,
          billing: {},
        },
        line_items: [{ id: 1, sku: 'MUG', name: 'Mug', quantity: 2, total: '20.00' }],
        refunds: [{ total: '-3.00' }, { total: '-4.00' }],
      },
    ]),
    'w.json',
    ['9 MUG 2 =20 7', 'back 9 7'],
  ],
  [
    'refunds that are packed beside the lines',
    'order_id,order_number,order_date,status,order_total,order_currency,customer_id,billing_email,refund_items,line_item_1\n' +
      '9,9,2026-03-01 08:30:00,completed,20.00,GBP,7,a@x.com,amount:-3.00|reason:|date:2026-03-02 10:00:00;amount:-1.00|reason:late,name:Mug|sku:MUG|quantity:2|total:20.00|sub_total:20.00\n',
    'w.csv',
    ['9 MUG 2 =20 7', 'back 9 4'],
  ],
  [
    'lines of Magento in one table, what was chosen of a product below it',
    'increment_id,created_at,status,customer_id,item_id,parent_item_id,product_type,sku,name,qty_ordered,qty_refunded,price,row_total,amount_refunded\n' +
      '000000007,2026-03-01 08:30:00,complete,7,1,,configurable,SHIRT-M,Shirt,2.0000,0.0000,10.0000,20.0000,0.0000\n' +
      '000000007,2026-03-01 08:30:00,complete,7,2,1,simple,SHIRT-M,Shirt M,2.0000,0.0000,0.0000,0.0000,0.0000\n',
    'mage.csv',
    ['000000007 SHIRT-M 2 =20 7'],
  ],
  [
    'events of the Klaviyo API, metrics named beside them',
    json({
      data: [
        klaviyoEvent('v', 'M1', { ProductID: 'MUG', ProductName: 'Mug' }),
        klaviyoEvent('o', 'M2', { OrderId: '1', $value: 25, Items: mugs }),
        klaviyoEvent('r', 'M3', { OrderId: '1', $value: 5, Items: mugs }),
        klaviyoEvent('c', 'M4', { OrderId: '2', $value: 20, Items: mugs }),
      ],
      included: ['Viewed Product', 'Placed Order', 'Refunded Order', 'Cancelled Order'].map((name, index) => ({
        ...{ type: 'metric', id: `M${index + 1}`, attributes: { name } },
      })),
    }),
    'k.json',
    ['1 MUG 2 10 P1', 'back 1 5', 'back 2 whole', 'view MUG'],
  ],
  [
    'a cancellation among calls',
    [
      called('Order Completed', { order_id: '1', products }),
      called('Order Cancelled', { order_id: '1', total: 25, products }),
    ].join('\n'),
    's.ndjson',
    ['1 MUG 2 10 7', 'back 1 whole'],
  ],
])('%s', async (_, content, name, rows) => {
  expect((await factsOf(content, name)).rows).toEqual(rows);
});

// Would see: events of any kind stored as sales, because the column that tells them apart is not there.
test('events that nothing names are no orders', async () => {
  const events = json({ data: [klaviyoEvent('v', 'M1', { ProductID: 'MUG', ProductName: 'Mug', Items: mugs })] });
  await expect(factsOf(events, 'k.json')).rejects.toThrow('cannot be understood');
});

/** Order 1 is paid, 2 came back, 3 was cancelled, 4 waits for its money, 5 failed: each of a mug at 1234.50. */
const languages: [language: string, heading: string, price: string, statuses: string[]][] = [
  [
    'Czech',
    'Číslo objednávky;Datum;Stav;Zákazník;Kód zboží;Název zboží;Množství;Cena za kus s DPH;Celkem s DPH',
    '1 234,50 Kč',
    ['Vyřízena', 'Vráceno', 'Stornována', 'Čeká na platbu', 'Platba neúspěšná'],
  ],
  [
    'Turkish',
    'Sipariş Numarası;Sipariş Tarihi;Durum;Müşteri No;Stok Kodu;Ürün Adı;Adet;Birim Fiyatı;Tutar',
    '1.234,50 TL',
    ['Tamamlandı', 'İade Edildi', 'İptal Edildi', 'Ödeme Bekliyor', 'Başarısız'],
  ],
  [
    'Swedish',
    'Ordernummer;Orderdatum;Status;Kundnummer;Artikelnummer;Benämning;Antal;À-pris;Belopp',
    '1 234,50 kr',
    ['Levererad', 'Återbetald', 'Avbruten', 'Väntar på betalning', 'Misslyckad'],
  ],
  [
    'Danish',
    'Ordrenummer;Dato;Status;Kundenummer;Varenummer;Varenavn;Antal;Stykpris;Beløb',
    '1.234,50 kr.',
    ['Afsendt', 'Refunderet', 'Annulleret', 'Afventer betaling', 'Mislykket'],
  ],
  [
    'Russian',
    'Номер заказа;Дата;Статус;Клиент;Артикул;Наименование;Количество;Цена;Сумма',
    '1 234,50 руб.',
    ['Выполнен', 'Возврат', 'Отменён', 'Ожидает оплаты', 'Ошибка оплаты'],
  ],
  [
    'Korean',
    '주문번호;주문일시;주문상태;회원번호;상품코드;상품명;수량;판매가;결제금액',
    '1,234.50원',
    ['배송완료', '환불완료', '취소완료', '입금대기', '결제실패'],
  ],
  [
    'Portuguese',
    'Número do Pedido;Data do Pedido;Status;Cliente;SKU;Produto;Quantidade;Preço Unitário;Valor Total',
    'R$ 1.234,50',
    ['Pago', 'Reembolsado', 'Cancelado', 'Aguardando pagamento', 'Pagamento recusado'],
  ],
  [
    'Dutch',
    'Bestelnummer;Besteldatum;Status;Klantnummer;Artikelnummer;Omschrijving;Aantal;Stukprijs;Totaal',
    '€ 1.234,50',
    ['Afgerond', 'Terugbetaald', 'Geannuleerd', 'In afwachting van betaling', 'Betaling mislukt'],
  ],
  [
    'programs',
    'orderId;createdAt;paymentStatus;userId;productId;productTitle;quantity;unitPrice;lineAmount',
    '1234.50',
    ['SUCCEEDED', 'REFUNDED', 'CANCELED', 'REQUIRES_PAYMENT_METHOD', 'FAILED'],
  ],
  [
    'German',
    'Bestell-Nr.;Bestelldatum;Status;Kunden-Nr.;Artikel-Nr.;Artikelbezeichnung;Anzahl;Stückpreis;Gesamtpreis',
    "1'234.50 CHF",
    ['Wird vorbereitet', 'Rückerstattet', 'Storniert', 'Offen', 'Zahlung fehlgeschlagen'],
  ],
];
const currencies: Record<string, string> = {
  ...{ Czech: 'CZK', Turkish: 'TRY', Swedish: 'SEK', Danish: 'DKK', Russian: 'RUB', Korean: 'KRW' },
  ...{ Portuguese: 'BRL', Dutch: 'EUR', German: 'CHF', programs: 'EUR' },
};

// Each would see: headings, money or statuses of the language not known, and orders counted that were never paid.
test.each(languages)('%s headings and statuses', async (language, heading, price, statuses) => {
  const rows = statuses.map((status, index) =>
    [index + 1, '25.03.2026 08:30', status, 'K7', 'MUG', 'Mug', 1, price, price].join(';'),
  );
  const { rows: found, leftOut } = await factsOf([heading, ...rows].join('\n'), 'l.csv', currencies[language]);
  expect(found).toEqual([
    ...[1, 2].map((order) => expect.stringMatching(new RegExp(`^${order} MUG 1 =?1234\\.50? K7$`))),
    'back 2 whole',
  ]);
  expect(leftOut.map((reason) => reason.split(':')[0]).sort()).toEqual(['cancelled', 'failed', 'unpaid']);
});

// Would see: a price in an object of its own taken for what the whole line comes to.
test.each([
  [
    'n.json',
    json([
      {
        ...{ orderNumber: '1', placedAt: at, customer: { id: 'K7' } },
        lineItems: [{ product: { sku: 'MUG', name: 'Mug' }, qty: 2, price: { amount: '10', currency: 'GBP' } }],
      },
    ]),
  ],
  [
    'n.xml',
    `<Orders><Order id="1"><OrderDate>${at}</OrderDate><Customer><CustomerNumber>K7</CustomerNumber></Customer><Items>
     <Item><Sku>MUG</Sku><Name>Mug</Name><Quantity>2</Quantity><UnitPrice currency="GBP">10</UnitPrice></Item></Items></Order>
     <Order id="2"><OrderDate>nonsense</OrderDate></Order></Orders>`,
  ],
])('money in an object of its own: %s', async (name, content) => {
  expect((await factsOf(content, name)).rows[0]).toBe('1 MUG 2 10 K7');
});

// Would see: Korean as Windows writes it read as Greek.
test('Korean in EUC-KR', async () => {
  // 주문번호,주문일시,상품코드,상품명,수량,판매가 and 접시 하늘색, by iconv.
  const bytes = Buffer.from(
    'c1d6b9aeb9f8c8a32cc1d6b9aec0cfbdc32cbbf3c7b0c4dab5e52cbbf3c7b0b8ed2cbcf6b7ae2cc6c7b8c5b0a10a' +
      '312c323032362d30332d32352030383a33302c4d55472cc1a2bdc320c7cfb4c3bbf62c322c31300a',
    'hex',
  );
  expect((await factsOf(bytes, 'ko.csv')).rows).toEqual(['1 MUG 2 10 -']);
});

// Would see: every row refused for want of a price, and nobody told which column is it.
test('orders whose money has a heading that is not known are refused by the names of what is left', async () => {
  const file = 'Order ID;Date;SKU;Qty;Zloty each\n1;2026-03-25;MUG;2;10\n';
  await expect(factsOf(file, 'p.csv')).rejects.toThrow(/not known: Zloty each.*unit_price=COLUMN.*--map/);
});

// Would see: orders refused for the name of their time, though only one column holds times.
test('a heading of times that is not known is known by its column', async () => {
  const file = 'Order ID;Moment;SKU;Qty;Price\n1;2026-03-25 08:30;MUG;2;10\n';
  expect((await factsOf(file, 'p.csv')).rows).toEqual(['1 MUG 2 10 -']);
});

test('a report of the Google Analytics Data API, with minutes as digits', async () => {
  const file =
    'transactionId,itemId,itemName,dateHourMinute,itemsPurchased,itemRevenue\nT1,MUG,Mug,202603250830,2,20\n';
  expect((await factsOf(file, 'g.csv')).rows).toEqual(['T1 MUG 2 =20 -']);
});

// Would see: an order of two times in one file taken for twice its goods, a platform's own time of the last change passed over.
test.each<[string, string]>([
  [
    'medusa',
    json([
      { ...medusaOrder, updated_at: at },
      { ...medusaOrder, updated_at: '2026-03-02T08:30:00Z', items: [{ ...medusaOrder.items[0], quantity: 3 }] },
    ]),
  ],
  [
    'magento',
    json({
      items: [at, '2026-03-02 08:30:00'].map((updated_at, place) => ({
        ...{
          increment_id: '1',
          entity_id: 1,
          created_at: at,
          updated_at,
          status: 'complete',
          state: 'complete',
          customer_email: 'a@x.com',
          grand_total: 20,
          base_grand_total: 20,
        },
        items: [
          {
            item_id: 1,
            sku: 'MUG',
            name: 'Mug',
            qty_ordered: 2 + place,
            price: 10,
            row_total: 20 + 10 * place,
            product_type: 'simple',
          },
        ],
      })),
    }),
  ],
  [
    'prestashop',
    json({
      orders: [at, '2026-03-02 08:30:00'].map((date_upd, place) => ({
        ...{ id: 1, reference: 'R1', current_state: '5', date_add: '2026-03-01 08:30:00', date_upd, id_customer: '7' },
        associations: {
          order_rows: [
            {
              id: '1',
              product_reference: 'MUG',
              product_name: 'Mug',
              product_quantity: String(2 + place),
              unit_price_tax_incl: '10.00',
            },
          ],
        },
      })),
    }),
  ],
  [
    'woocommerce',
    json(
      [at, '2026-03-02T08:30:00'].map((date_modified, place) => ({
        ...{
          id: 1,
          number: '1',
          status: 'completed',
          date_created: '2026-03-01T08:30:00',
          date_modified,
          billing: { email: 'a@x.com' },
          customer_id: 0,
        },
        line_items: [
          {
            id: 1,
            sku: 'MUG',
            name: 'Mug',
            quantity: 2 + place,
            total: String(20 + 10 * place),
            subtotal: String(20 + 10 * place),
          },
        ],
      })),
    ),
  ],
  [
    'shopify',
    json({
      orders: [at, '2026-03-02T08:30:00Z'].map((updated_at, place) => ({
        ...{
          id: 1,
          name: '1',
          financial_status: 'paid',
          created_at: at,
          updated_at,
          email: 'a@x.com',
          total_price: '20.00',
          order_number: 1,
        },
        line_items: [{ id: 1, sku: 'MUG', title: 'Mug', quantity: 2 + place, price: '10.00' }],
      })),
    }),
  ],
])('%s tells since when an order is so', async (platform, content) => {
  const path = join(folder, `${++files}-${platform}`);
  await writeFile(path, content);
  const found = await understandFile(
    path,
    {},
    { currency: 'GBP', minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') },
  );
  const rows: string[] = [];
  for await (const { fields } of found.rowsOf('orders'))
    rows.push(`${Number(fields!['quantity'])} since ${String(fields!['updated_at']).slice(0, 16)}`);
  await found.close();
  expect(found.tables[0].platform).toBe(platform);
  expect(rows).toEqual(['2 since 2026-03-01T08:30', '3 since 2026-03-02T08:30']);
});

const csv = (...rows: string[]) => `${rows.join('\n')}\n`;
const zipped = (tables: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, Buffer.from(text)])));
/** 0x80 and above as a code page writes them. */
const bytesOf = (text: string, others: Record<string, number[]>) =>
  Uint8Array.from([...text].flatMap((one) => others[one] ?? [one.charCodeAt(0)]));
const turkish = { ş: [0xfe], Ş: [0xde], ı: [0xfd], İ: [0xdd], ö: [0xf6], ü: [0xfc], Ü: [0xdc], ç: [0xe7] };

// Each would see: what a line comes to taken for the price of a piece, fees taken for money of goods, a refund for a discount or a sale.
test.each<[string, string | Uint8Array, string, string[], string[]]>([
  [
    'rows that sell and rows that give back, and others, by their type; prices that grow with their pieces',
    csv(
      'Account,Date,Type,Transaction ID,Quantity,Description,Price (Gross)',
      ...['me@x.com,2026-03-01,Sale,T1,2,Mug,20.00', 'me@x.com,2026-03-01,Sale,T2,1,Mug,10.00'],
      ...['me@x.com,2026-03-02,Refund,T2,1,Mug,-10.00', 'me@x.com,2026-03-02,Payout,T9,1,Bank,-30.00'],
    ),
    's.csv',
    ['T1 Mug 2 =20 -', 'T2 Mug 1 =10 -', 'back T2 10.00'],
    ['a row that is no sale'],
  ],
  [
    'amounts that give back without a sign',
    csv(
      'Srid;Артикул поставщика;Тип документа;Дата заказа покупателем;Кол-во;Вайлдберриз реализовал Товар (Пр)',
      ...['a;MUG;Продажа;2026-03-01;2;20,00', 'a;MUG;Возврат;2026-03-01;2;20,00', 'b;TEA;Продажа;2026-03-02;1;8,00'],
    ),
    'w.csv',
    ['a MUG 2 =20 -', 'b TEA 1 =8 -', 'back a 20.00'],
    [],
  ],
  [
    'what a shop pays is never what was paid for goods',
    csv(
      'Order ID,Order Date,SKU,Gross Units,Final Selling Price (incl. offers, etc.),Total Expenses (INR),Commission (INR)',
      ...[
        '1,2026-03-01,MUG,2,20.00,-2.00,-1.00',
        '2,2026-03-02,MUG,1,10.00,-1.00,-0.50',
        '3,2026-03-03,TEA,1,8.00,-1.00,-0.40',
      ],
    ),
    'f.csv',
    ['1 MUG 2 =20 -', '2 MUG 1 =10 -', '3 TEA 1 =8 -'],
    [],
  ],
  [
    'a column that says whether an order was cancelled',
    csv(
      'DocNum,DocDate,CardCode,CANCELED,ItemCode,Quantity,Price',
      ...['1,20260301,C1,N,MUG,2.000000,10.000000', '2,20260302,C2,Y,MUG,1.000000,10.000000'],
    ),
    'b1.csv',
    ['1 MUG 2 10.000000 C1'],
    ['cancelled: status “cancelled”'],
  ],
  [
    'documents whose lines lie below them without their id',
    csv(
      'ID,Customer,Posting Date,Status,Item (Items),Quantity (Items),Rate (Items)',
      ...['SI-1,A,2026-03-01,Paid,MUG,2,10.00', ',,,,TEA,1,8.00', 'SI-2,B,2026-03-02,Draft,TEA,1,8.00'],
    ),
    'erp.csv',
    ['SI-1 MUG 2 10.00 A', 'SI-1 TEA 1 8.00 A'],
    ['unpaid: status “Draft”'],
  ],
  [
    'what became of orders, in another table than their lines, which have a time of their own',
    zipped({
      'lines.csv': csv(
        'order_item_id,order_id,product_id,customer_id,date_created,product_qty,product_gross_revenue,coupon_amount',
        ...['10,1,MUG,7,2026-03-01 08:30:00,2,20,0', '20,2,MUG,8,2026-03-02 08:30:00,1,9,1'],
      ),
      'stats.csv': csv(
        'order_id,date_created,total_sales,status,customer_id',
        ...['1,2026-03-01 08:30:00,20,wc-completed,7', '2,2026-03-02 08:30:00,9,wc-cancelled,8'],
      ),
    }),
    'lookup.zip',
    ['1 MUG 2 =20 7'],
    ['cancelled: status “wc-cancelled”'],
  ],
  [
    'PayPal: payments, refunds, and what is neither',
    csv(
      'Date,Time,TimeZone,Type,Status,Currency,Gross,Fee,Net,From Email Address,Transaction ID,Item Title,Item ID,Shipping and Handling Amount,Reference Txn ID',
      ...[
        '03/01/2026,08:30:00,UTC,Website Payment,Completed,GBP,24.00,-1,23.00,a@x.com,P1,Mug,MUG,4.00,',
        '03/02/2026,08:30:00,UTC,Website Payment,Pending,GBP,9.00,-1,8.00,b@x.com,P2,Mug,MUG,0.00,',
        '03/03/2026,08:30:00,UTC,Payment Refund,Completed,GBP,-5.00,0,-5.00,me@x.com,R1,,,,P1',
        '03/31/2026,08:30:00,UTC,General Withdrawal,Completed,GBP,-9.00,0,-9.00,me@x.com,W1,,,,',
      ],
    ),
    'paypal.csv',
    ['P1 MUG 1 =20 a@x.com', 'back P1 5.00'],
    ['a row that is no sale', 'an order that is not paid'],
  ],
  [
    'transactions of Amazon below lines of title',
    csv(
      '"All amounts in GBP, unless specified"',
      '"Definitions:"',
      'date/time,settlement id,type,order id,sku,description,quantity,product sales,shipping credits,promotional rebates,selling fees,total',
      ...[
        '"Mar 1, 2026 8:30:00 AM UTC",9,Order,1,MUG,Mug,2,20,0,-3,-2,15',
        '"Mar 2, 2026 8:30:00 AM UTC",9,Refund,1,MUG,Mug,2,-17,0,0,1,-16',
        '"Mar 3, 2026 8:30:00 AM UTC",9,Transfer,,,To account,,0,0,0,0,-9',
      ],
    ),
    'amazon.csv',
    ['1 MUG 2 =17 -', 'back 1 17'],
    ['fees, taxes and shipping'],
  ],
  [
    'OXID, by the columns of its tables',
    csv(
      'OXORDERNR,OXORDERDATE,OXBILLEMAIL,OXARTNUM,OXTITLE,OXAMOUNT,OXBPRICE,OXBRUTPRICE,OXDELCOST,OXVOUCHERDISCOUNT,OXTOTALORDERSUM,OXSTORNO',
      ...[
        '1,2026-03-01 08:30:00,a@x.com,MUG,Mug,2,10,20,4,3,21,0',
        '2,2026-03-02 08:30:00,b@x.com,MUG,Mug,1,10,10,0,0,10,1',
      ],
    ),
    'oxid.csv',
    ['1 MUG 2 =17 a@x.com'],
    ['cancelled: status “cancelled”'],
  ],
  [
    'Mixpanel, whose times and people lie among the properties',
    ['Product Viewed', 'Order Completed']
      .map((event) =>
        json({
          event,
          properties: {
            time: 1772353800,
            distinct_id: 'a@x.com',
            $insert_id: event,
            product_id: 'MUG',
            order_id: '1',
            products,
          },
        }),
      )
      .join('\n'),
    'mixpanel.ndjson',
    ['1 MUG 2 10 a@x.com', 'view MUG'],
    [],
  ],
  [
    'Turkish, whose letters are those of central Europe in another place',
    bytesOf(
      csv(
        'Sipariş Numarası;Sipariş Tarihi;Sipariş Statüsü;Stok Kodu;Ürün Adı;Adet;Birim Fiyatı',
        '1;01.03.2026;Teslim Edildi;MUG;Fincan;2;10,00',
      ),
      turkish,
    ),
    'turkish.csv',
    ['1 MUG 2 10.00 -'],
    [],
  ],
])('%s', async (_, content, name, rows, left) => {
  const found = await factsOf(content, name);
  expect([found.rows, [...found.leftOut].sort()]).toEqual([rows, left]);
});
