import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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
  await expect(factsOf(file, 'p.csv')).rejects.toThrow(/not known: Zloty each.*--map unit_price=COLUMN/);
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
