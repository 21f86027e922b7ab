import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { understandFile } from '../../../../src/intake/files/understanding/understand.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-others-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Line = [sku: string, quantity: number, price: number, discount: number];
interface Order {
  n: number;
  at: string;
  who: string;
  lines: Line[];
  state: 'paid' | 'refunded' | 'cancelled' | 'unpaid';
  shipping: number;
}
const order = (n: number, who: string, state: Order['state'], shipping: number, ...lines: Line[]): Order => ({
  ...{ n, who, state, shipping, lines },
  at: `2026-03-${String(10 + n)}T09:30:00`,
});

/** What a small shop sold: a discount of 4 on the second order, one that came back, one cancelled, one not paid. */
const orders: readonly Order[] = [
  order(1, 'ann', 'paid', 5, ['MUG', 2, 12.5, 0], ['TEA', 1, 8, 0]),
  order(2, 'bob', 'paid', 0, ['LAMP', 1, 30, 3], ['TEA', 1, 10, 1]),
  order(3, 'ann', 'refunded', 0, ['MUG', 1, 12.5, 0]),
  order(4, 'cem', 'cancelled', 0, ['MUG', 9, 12.5, 0]),
  order(5, 'dag', 'unpaid', 0, ['TEA', 9, 8, 0]),
  order(6, 'bob', 'paid', 5, ['TEA', 3, 8, 0]),
];
const sold = ['1 MUG 2 25', '1 TEA 1 8', '2 LAMP 1 27', '2 TEA 1 9', '3 MUG 1 12.5', '6 TEA 3 24', 'back 3'];
/** Where a file has no discount of the order, and none came back. */
const withoutState = (...states: Order['state'][]) => orders.filter(({ state }) => !states.includes(state));

const goodsOf = ({ lines }: Order) => lines.reduce((sum, [, quantity, price]) => sum + quantity * price, 0);
const discountOf = ({ lines }: Order) => lines.reduce((sum, [, , , discount]) => sum + discount, 0);
const totalOf = (one: Order) => goodsOf(one) - discountOf(one) + one.shipping;
const backOf = (one: Order) => (one.state === 'refunded' ? goodsOf(one) : 0);
const cents = (amount: number) => Math.round(amount * 100);
const named = (sku: string) => `The ${sku.toLowerCase()}`;
const pick = <Value>(one: Order, words: Record<Order['state'], Value>) => words[one.state];

let files = 0;
/** Lines as `order item pieces amount`, and orders of which something came back. */
async function read(content: string | Uint8Array, currency = 'EUR', minorDigits = 2) {
  const path = join(folder, `${++files}`);
  await writeFile(path, content);
  const shop = { currency, minorDigits, now: new Date('2026-07-01T12:00:00Z') };
  const found = await understandFile(path, {}, shop);
  const rows: string[] = [];
  for (const { kind } of found.kinds)
    for await (const { fields } of found.rowsOf(kind)) {
      const { order_id: id, item_id: item, quantity, unit_price: price, line_amount: amount } = fields!;
      const number = String(id).replace(/\D/g, '');
      const paid = amount === undefined ? Number(price) * Number(quantity) : Number(amount);
      rows.push(
        kind === 'orders' ? `${number} ${item} ${Number(quantity)} ${Math.round(paid * 100) / 100}` : `back ${number}`,
      );
    }
  await found.close();
  return { rows, leftOut: found.leftOut.map(({ reason }) => reason), platform: found.tables[0].platform };
}

const table = (header: string, rows: (string | number)[][]) =>
  [header, ...rows.map((cells) => cells.join(','))].join('\n');
const euros = (amount: number) => ({
  gross: { amount, currency: 'EUR' },
  net: { amount: amount / 1.2, currency: 'EUR' },
});
const centsOf = (amount: number, fractionDigits = 2) => ({
  ...{
    type: 'centPrecision',
    currencyCode: fractionDigits === 2 ? 'EUR' : 'JPY',
    centAmount: cents(amount),
    fractionDigits,
  },
});

const apis: Record<string, () => unknown> = {
  Saleor: () => ({
    data: {
      orders: {
        edges: orders.map((one) => ({
          node: {
            ...{ id: `T3${one.n}`, number: String(one.n), created: `${one.at}Z`, userEmail: `${one.who}@x.com` },
            status: pick(one, {
              paid: 'FULFILLED',
              refunded: 'RETURNED',
              cancelled: 'CANCELED',
              unpaid: 'UNFULFILLED',
            }),
            paymentStatus: pick(one, {
              paid: 'FULLY_CHARGED',
              refunded: 'FULLY_REFUNDED',
              cancelled: 'NOT_CHARGED',
              unpaid: 'NOT_CHARGED',
            }),
            ...{
              shippingPrice: euros(one.shipping),
              total: euros(totalOf(one)),
              totalRefunded: { amount: backOf(one), currency: 'EUR' },
            },
            lines: one.lines.map(([sku, quantity, price, discount], place) => ({
              ...{ id: `${one.n}${place}`, productName: named(sku), productSku: sku, quantity },
              ...{ undiscountedUnitPrice: euros(price), unitPrice: euros(price - discount / quantity) },
              totalPrice: euros(price * quantity - discount),
            })),
          },
        })),
      },
    },
  }),
  'Vendure, in cents': () => ({
    data: {
      orders: {
        items: orders.map((one) => ({
          ...{ id: `${one.n}00`, code: `V${one.n}`, orderPlacedAt: `${one.at}Z`, currencyCode: 'EUR', active: false },
          state: pick(one, {
            paid: 'PaymentSettled',
            refunded: 'Delivered',
            cancelled: 'Cancelled',
            unpaid: 'ArrangingPayment',
          }),
          customer: { id: one.who, emailAddress: `${one.who}@x.com` },
          lines: one.lines.map(([sku, quantity, price, discount]) => ({
            ...{
              productVariant: { sku, name: named(sku) },
              quantity,
              unitPriceWithTax: cents(price),
              linePriceWithTax: cents(price * quantity),
            },
            proratedLinePriceWithTax: cents(price * quantity - discount),
          })),
          payments: [
            {
              state: 'Settled',
              amount: cents(totalOf(one)),
              refunds: [{ total: cents(backOf(one)), state: 'Settled' }],
            },
          ],
        })),
      },
    },
  }),
  Ecwid: () => ({
    items: orders.map((one) => ({
      ...{
        id: `X${one.n}`,
        createDate: `2026-03-${10 + one.n} 09:30:00 +0000`,
        email: `${one.who}@x.com`,
        fulfillmentStatus: 'AWAITING_PROCESSING',
      },
      paymentStatus: pick(one, {
        paid: 'PAID',
        refunded: 'REFUNDED',
        cancelled: 'CANCELLED',
        unpaid: 'AWAITING_PAYMENT',
      }),
      ...{
        subtotal: goodsOf(one),
        total: totalOf(one),
        couponDiscount: discountOf(one),
        tax: 0,
        refundedAmount: backOf(one),
      },
      items: one.lines.map(([sku, quantity, price]) => ({
        id: 1,
        price,
        productPrice: price,
        sku,
        quantity,
        name: named(sku),
        tax: 0,
      })),
      shippingOption: { shippingRate: one.shipping },
    })),
  }),
  'Shopware 6, a promotion as a line': () => ({
    data: orders.map((one) => ({
      ...{
        id: `${one.n}`.padStart(32, 'f'),
        orderNumber: `1000${one.n}`.slice(-1),
        orderDateTime: `${one.at}.000+00:00`,
        taxStatus: 'gross',
      },
      ...{
        amountTotal: totalOf(one),
        shippingTotal: one.shipping,
        orderCustomer: { customerId: one.who, email: `${one.who}@x.com` },
      },
      stateMachineState: { technicalName: one.state === 'cancelled' ? 'cancelled' : 'in_progress' },
      transactions: [
        {
          id: 't',
          stateMachineState: {
            technicalName: pick(one, { paid: 'paid', refunded: 'refunded', cancelled: 'cancelled', unpaid: 'open' }),
          },
        },
      ],
      lineItems: [
        ...one.lines.map(([sku, quantity, price]) => ({
          ...{
            id: 'l',
            productId: sku,
            payload: { productNumber: sku },
            label: named(sku),
            quantity,
            unitPrice: price,
            totalPrice: price * quantity,
          },
        })),
        ...(discountOf(one)
          ? [
              {
                id: 'd',
                productId: null,
                label: 'Spring',
                quantity: 1,
                unitPrice: -discountOf(one),
                totalPrice: -discountOf(one),
              },
            ]
          : []),
      ],
    })),
  }),
  'Etsy, amounts with a divisor': () => ({
    results: orders.map((one) => ({
      ...{ receipt_id: one.n, buyer_user_id: 7, create_timestamp: Date.parse(`${one.at}Z`) / 1000, is_paid: true },
      status: pick(one, {
        paid: 'Completed',
        refunded: 'Fully Refunded',
        cancelled: 'Canceled',
        unpaid: 'Payment Processing',
      }),
      ...Object.fromEntries(
        Object.entries({
          grandtotal: totalOf(one),
          subtotal: goodsOf(one) - discountOf(one),
          total_shipping_cost: one.shipping,
          discount_amt: discountOf(one),
        }).map(([name, amount]) => [name, { amount: cents(amount), divisor: 100, currency_code: 'EUR' }]),
      ),
      transactions: one.lines.map(([sku, quantity, price]) => ({
        title: named(sku),
        quantity,
        sku,
        price: { amount: cents(price), divisor: 100, currency_code: 'EUR' },
      })),
    })),
  }),
  'commercetools, cents and their digits': () => ({
    results: withoutState('refunded').map((one) => ({
      ...{
        id: `o${one.n}`,
        orderNumber: `CT-${one.n}`,
        createdAt: `${one.at}Z`,
        customerId: one.who,
        totalPrice: centsOf(totalOf(one)),
      },
      orderState: one.state === 'cancelled' ? 'Cancelled' : 'Open',
      paymentState: one.state === 'paid' ? 'Paid' : 'Pending',
      ...{ shippingInfo: { price: centsOf(one.shipping) } },
      lineItems: one.lines.map(([sku, quantity, price, discount]) => ({
        ...{
          id: 'l',
          productId: sku,
          name: { en: named(sku), de: 'x' },
          variant: { id: 1, sku },
          price: { id: 'p', value: centsOf(price) },
          quantity,
        },
        totalPrice: centsOf(price * quantity - discount),
      })),
    })),
  }),
  'Webflow, cents with their text beside': () => ({
    orders: withoutState('cancelled', 'unpaid').map((one) => ({
      ...{
        orderId: `fc-${one.n}`,
        status: one.state === 'refunded' ? 'refunded' : 'fulfilled',
        acceptedOn: `${one.at}Z`,
        customerInfo: { email: `${one.who}@x.com` },
      },
      purchasedItems: one.lines.map(([sku, quantity, price, discount]) => {
        const money = (amount: number) => ({ unit: 'EUR', value: cents(amount), string: `€ ${amount}` });
        return {
          count: quantity,
          productName: named(sku),
          variantSKU: sku,
          variantPrice: money(price),
          rowTotal: money(price * quantity - discount),
        };
      }),
    })),
  }),
  'Spree, a promotion of the order': () => ({
    orders: orders.map((one) => ({
      ...{
        number: `R${one.n}`,
        email: `${one.who}@x.com`,
        created_at: `${one.at}Z`,
        item_total: String(goodsOf(one)),
        total: String(totalOf(one)),
        ship_total: String(one.shipping),
      },
      ...{ promo_total: String(-discountOf(one)), state: 'complete' },
      payment_state: pick(one, { paid: 'paid', refunded: 'refunded', cancelled: 'void', unpaid: 'balance_due' }),
      line_items: one.lines.map(([sku, quantity, price]) => ({
        id: 1,
        quantity,
        price: String(price),
        total: String(price * quantity),
        variant: { name: named(sku), sku },
      })),
    })),
  }),
};

// Each would see: an amount taken for another (of a line, in cents, without tax), a discount passed over, a state misread.
test.each(Object.entries(apis))('%s', async (name, make) => {
  const { rows } = await read(JSON.stringify(make()));
  expect(rows).toEqual(name.startsWith('commercetools') ? sold.filter((row) => !/^(3|back)/.test(row)) : sold);
});

test('positions that are a piece each, with a state each', async () => {
  const resources = withoutState('unpaid').map((one) => ({
    ...{ salesOrderId: 'x'.repeat(one.n), orderNumber: `b${one.n}`, orderDate: `${one.at}.000+0000` },
    positionItems: one.lines.flatMap(([sku, quantity, price]) =>
      Array.from({ length: quantity }, (_, place) => ({
        ...{
          positionItemId: `${one.n}${sku}${place}`,
          itemValueGrossPrice: { amount: price, currency: 'EUR' },
          product: { sku, productTitle: named(sku) },
        },
        fulfillmentStatus:
          one.n === 1 && place === 1
            ? 'RETURNED'
            : one.n === 6 && place === 2
              ? 'CANCELLED_BY_PARTNER'
              : pick(one, { paid: 'SENT', refunded: 'RETURNED', cancelled: 'CANCELLED_BY_PARTNER', unpaid: '' }),
      })),
    ),
  }));
  const { rows, leftOut } = await read(JSON.stringify({ resources }));
  const expected = [
    '1 MUG 1 12.5',
    '1 MUG 1 12.5',
    '1 TEA 1 8',
    '2 LAMP 1 30',
    '2 TEA 1 10',
    '3 MUG 1 12.5',
    '6 TEA 1 8',
    '6 TEA 1 8',
  ];
  expect(rows).toEqual([...expected, 'back 1', 'back 3']);
  expect(leftOut).toEqual(['cancelled: status “CANCELLED_BY_PARTNER”', 'a line that was cancelled']);
});

test('yen have no cents, wherever their digits are told', async () => {
  const lines = [
    {
      id: 'l',
      productId: 'MUG',
      variant: { sku: 'MUG' },
      quantity: 1,
      price: { value: centsOf(12.5, 0) },
      totalPrice: centsOf(12.5, 0),
    },
  ];
  const order = {
    id: 'o',
    orderNumber: '1',
    createdAt: '2026-03-01T10:00:00Z',
    orderState: 'Complete',
    lineItems: lines,
  };
  expect((await read(JSON.stringify({ results: [order] }), 'JPY', 0)).rows).toEqual(['1 MUG 1 1250']);
});

test('rows of a bulk operation stand below their order; tables of OpenCart go together', async () => {
  const money = (amount: number) => ({ shopMoney: { amount: String(amount), currencyCode: 'EUR' } });
  const bulk = orders.flatMap((one) => [
    {
      ...{
        id: `gid://shopify/Order/${one.n}`,
        name: `#${one.n}`,
        createdAt: `${one.at}Z`,
        email: `${one.who}@x.com`,
        totalRefundedSet: money(backOf(one)),
      },
      displayFinancialStatus: pick(one, { paid: 'PAID', refunded: 'REFUNDED', cancelled: 'VOIDED', unpaid: 'PENDING' }),
    },
    ...one.lines.map(([sku, quantity, price, discount]) => ({
      ...{ id: 'gid://shopify/LineItem/1', sku, title: named(sku), quantity, originalUnitPriceSet: money(price) },
      ...{ discountedTotalSet: money(price * quantity - discount), __parentId: `gid://shopify/Order/${one.n}` },
    })),
  ]);
  expect((await read(bulk.map((row) => JSON.stringify(row)).join('\n'))).rows).toEqual(sold);
  const states = { paid: 5, refunded: 11, cancelled: 7, unpaid: 0 };
  const oc = zipSync({
    'oc_order.csv': strToU8(
      table(
        'order_id,customer_id,email,total,order_status_id,currency_code,date_added,date_modified',
        orders.map((one) => [
          one.n,
          7,
          'a@x.com',
          goodsOf(one),
          states[one.state],
          'EUR',
          one.at.replace('T', ' '),
          one.at.replace('T', ' '),
        ]),
      ),
    ),
    'oc_order_product.csv': strToU8(
      table(
        'order_product_id,order_id,product_id,name,model,quantity,price,total,tax,reward',
        orders.flatMap((one) =>
          one.lines.map(([sku, quantity, price], place) => [
            `${one.n}${place}`,
            one.n,
            1,
            named(sku),
            sku,
            quantity,
            price.toFixed(4),
            quantity * price,
            0,
            0,
          ]),
        ),
      ),
    ),
  });
  expect((await read(oc)).rows).toEqual(
    sold.map((row) => row.replace('LAMP 1 27', 'LAMP 1 30').replace('TEA 1 9', 'TEA 1 10')),
  );
});

/** A line a row, by its order and its line. */
const rowsOf = (of: readonly Order[], cells: (one: Order, line: Line, isFirst: boolean) => (string | number)[]) =>
  of.flatMap((one) => one.lines.map((line, place) => cells(one, line, place === 0)));
const plain = withoutState('refunded');
const day = (one: Order) => one.at.replace('T', ' ');
const discounted = sold.filter((row) => !/^(3|back)/.test(row));

// Each would see: a price of a piece taken for a line's or the other way round, a discount that only totals tell, headings passed over.
test.each<[string, string, string[]]>([
  [
    'Odoo: headings with the name of their table, numbers of goods in front of their names, blank cells below',
    table(
      'Order Reference,Order Date,Customer,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price,Status,Total',
      rowsOf(plain, (one, [sku, quantity, price], isFirst) => [
        ...(isFirst ? [`S${one.n}`, day(one), one.who] : ['', '', '']),
        ...[`[${sku}] ${named(sku)}`, quantity, price],
        ...(isFirst
          ? [
              pick(one, { paid: 'Sales Order', refunded: '', cancelled: 'Cancelled', unpaid: 'Quotation' }),
              goodsOf(one),
            ]
          : ['', '']),
      ]),
    ),
    discounted.map((row) => row.replace('LAMP 1 27', 'LAMP 1 30').replace('TEA 1 9', 'TEA 1 10')),
  ],
  [
    'a discount that shows only in what the order comes to',
    table(
      '订单号,订单状态,买家昵称,商品名称,商品编码,商品单价,商品数量,订单运费,订单实付金额,下单时间',
      rowsOf([...plain, order(7, 'ann', 'paid', 0, ['MUG', 4, 12.5, 0])], (one, [sku, quantity, price]) => [
        ...[
          `E${one.n}`,
          pick(one, { paid: '交易完成', refunded: '', cancelled: '交易关闭', unpaid: '待付款' }),
          one.who,
          named(sku),
          sku,
          price,
          quantity,
        ],
        ...[one.shipping, totalOf(one), day(one)],
      ]),
    ),
    [...discounted, '7 MUG 4 50'],
  ],
  [
    'EC-CUBE: an amount that is the price of a piece, as the subtotal shows',
    table(
      '注文ID,メールアドレス,注文日時,対応状況,小計,送料,合計,商品コード,商品名,金額,個数',
      rowsOf(plain, (one, [sku, quantity, price]) => [
        ...[
          one.n,
          `${one.who}@x.com`,
          day(one),
          pick(one, { paid: '発送済み', refunded: '', cancelled: '注文取消し', unpaid: '入金待ち' }),
        ],
        ...[
          cents(goodsOf(one)),
          cents(one.shipping),
          cents(goodsOf(one) + one.shipping),
          sku,
          named(sku),
          cents(price),
          quantity,
        ],
      ]),
    ),
    ['1 MUG 2 2500', '1 TEA 1 800', '2 LAMP 1 3000', '2 TEA 1 1000', '6 TEA 3 2400'],
  ],
  [
    'TikTok Shop: a row of explanations below the header, what is paid by words of its heading',
    table(
      'Order ID,Order Status,Seller SKU,Product Name,Quantity,SKU Unit Original Price,SKU Subtotal After Discount,Order Amount,Created Time',
      [
        [
          'The order number.',
          'Where it stands.',
          'Your number.',
          'Its name.',
          'How many pieces.',
          'Before discounts.',
          'What is paid.',
          'All of it.',
          'When it was created.',
        ],
        ...rowsOf(plain, (one, [sku, quantity, price, discount]) => [
          ...[
            `57${one.n}`.slice(-1),
            pick(one, { paid: 'Completed', refunded: '', cancelled: 'Canceled', unpaid: 'Unpaid' }),
            sku,
            named(sku),
            quantity,
          ],
          ...[`EUR ${price}`, `EUR ${price * quantity - discount}`, `EUR ${totalOf(one)}`, day(one)],
        ]),
      ],
    ),
    discounted,
  ],
  [
    'Tiendanube: Spanish headings of goods, blank cells below',
    table(
      'Número de orden,Email,Fecha,Estado de la orden,Estado del pago,Estado del envío,Nombre del producto,Precio del producto,Cantidad del producto,SKU',
      rowsOf(plain, (one, [sku, quantity, price], isFirst) => [
        ...[one.n, `${one.who}@x.com`],
        ...(isFirst
          ? [
              day(one),
              one.state === 'cancelled' ? 'Cancelada' : 'Abierta',
              pick(one, { paid: 'Recibido', refunded: '', cancelled: 'Anulado', unpaid: 'Pendiente' }),
              'No enviado',
            ]
          : ['', '', '', '']),
        ...[named(sku), price, quantity, sku],
      ]),
    ),
    discounted.map((row) => row.replace('LAMP 1 27', 'LAMP 1 30').replace('TEA 1 9', 'TEA 1 10')),
  ],
  [
    'Rakuten: states as numbers',
    table(
      '注文番号,ステータス,注文日時,注文者メールアドレス,商品名,商品番号,商品管理番号,単価,個数',
      rowsOf(plain, (one, [sku, quantity, price]) => [
        ...[
          one.n,
          pick(one, { paid: 700, refunded: 0, cancelled: 900, unpaid: 100 }),
          day(one),
          'a@x.jp',
          named(sku),
          sku,
          'x',
          cents(price),
          quantity,
        ],
      ]),
    ),
    ['1 MUG 2 2500', '1 TEA 1 800', '2 LAMP 1 3000', '2 TEA 1 1000', '6 TEA 3 2400'],
  ],
])('%s', async (_, content, expected) => {
  expect((await read(content)).rows).toEqual(expected);
});

// Would see: rows passed over that a database or a program writes in a form of its own.
test('rows as databases and programs write them: typed values, resources apart, lists of cells, a page for a workbook', async () => {
  const paid = plain.filter(({ state }) => state === 'paid');
  const whole = ['1 MUG 2 25', '1 TEA 1 8', '2 LAMP 1 30', '2 TEA 1 10', '6 TEA 3 24'];
  const mongo = paid.map((one) => ({
    ...{
      _id: { $oid: 'f'.repeat(24) },
      orderNumber: one.n,
      createdAt: { $date: `${one.at}Z` },
      customer: { email: 'a@x.com' },
    },
    items: one.lines.map(([sku, quantity, price]) => ({
      sku,
      qty: { $numberInt: String(quantity) },
      price: { $numberDecimal: String(price) },
    })),
  }));
  expect((await read(mongo.map((row) => JSON.stringify(row)).join('\n'))).rows).toEqual(whole);
  const text = (S: string) => ({ S });
  const number = (N: number) => ({ N: String(N) });
  const dynamo = paid.map((one) => ({
    Item: {
      ...{ orderId: text(`D${one.n}`), orderDate: text(`${one.at}Z`), email: text('a@x.com') },
      lines: {
        L: one.lines.map(([sku, quantity, price]) => ({
          M: { sku: text(sku), quantity: number(quantity), unitPrice: number(price) },
        })),
      },
    },
  }));
  expect((await read(dynamo.map((row) => JSON.stringify(row)).join('\n'))).rows).toEqual(whole);
  const lineOf = (one: Order, sku: string) => ({ type: 'line', id: `${one.n}${sku}` });
  const resources = {
    data: paid.map((one) => ({
      ...{
        type: 'order',
        id: `x${one.n}`,
        attributes: { number: one.n, placed_at: `${one.at}Z`, customer_email: 'a@x.com' },
      },
      relationships: { lines: { data: one.lines.map(([sku]) => lineOf(one, sku)) } },
    })),
    included: paid.flatMap((one) =>
      one.lines.map(([sku, quantity, price]) => ({
        ...lineOf(one, sku),
        attributes: {
          sku_code: sku,
          name: named(sku),
          quantity,
          unit_amount_cents: cents(price),
          unit_amount_float: price,
        },
      })),
    ),
  };
  expect((await read(JSON.stringify(resources))).rows).toEqual(whole);
  const header = ['Order No', 'Date', 'Customer email', 'SKU', 'Product', 'Qty', 'Unit price'];
  const cells = rowsOf(paid, (one, [sku, quantity, price]) =>
    [one.n, day(one), 'a@x.com', sku, named(sku), quantity, price].map(String),
  );
  expect((await read(JSON.stringify({ range: 'A1:G9', values: [header, ...cells] }))).rows).toEqual(whole);
  expect((await read(JSON.stringify({ columns: header, index: [0], data: cells }))).rows).toEqual(whole);
  const row = (name: string, texts: (string | number)[]) =>
    `<tr>${texts.map((one) => `<${name} x:str>${one}<br></${name}>`).join('')}</tr>`;
  const page = `<html><body><table border=1>${row('th', header)}${cells.map((one) => row('td', one)).join('')}</table></body></html>`;
  expect((await read(page)).rows).toEqual(whole);
});

test('reports of the Google Analytics Data API, by hours and minutes; payments that go by their own id', async () => {
  const report = (dimension: string, time: string) => ({
    dimensionHeaders: [dimension, 'transactionId', 'itemId', 'itemName'].map((name) => ({ name })),
    metricHeaders: [
      { name: 'itemsPurchased', type: 'TYPE_INTEGER' },
      { name: 'itemRevenue', type: 'TYPE_CURRENCY' },
    ],
    rows: [
      {
        dimensionValues: [time, 'T1', 'MUG', 'Mug'].map((value) => ({ value })),
        metricValues: [{ value: '2' }, { value: '25.0' }],
      },
    ],
    metadata: { currencyCode: 'EUR', timeZone: 'Europe/Berlin' },
  });
  const timeOf = async (content: unknown) => {
    const path = join(folder, `${++files}`);
    await writeFile(path, JSON.stringify(content));
    const found = await understandFile(
      path,
      {},
      { currency: 'EUR', minorDigits: 2, now: new Date('2026-07-01T12:00:00Z') },
    );
    const facts = [];
    for await (const { fields } of found.rowsOf('orders')) facts.push(fields);
    await found.close();
    return facts.map(
      (one) =>
        `${one!['order_id']} ${one!['item_id']} ${one!['line_amount']} ${one!['occurred_at']} ${one!['currency'] ?? ''}`,
    );
  };
  expect(await timeOf(report('dateHour', '2026031109'))).toEqual(['T1 MUG 25 2026-03-11T09:00:00 ']);
  expect(await timeOf({ reports: [report('dateHourMinute', '202603110930')] })).toEqual([
    'T1 MUG 25 2026-03-11T09:30:00 ',
  ]);
  expect(await timeOf(report('date', '20260311'))).toEqual(['T1 MUG 25 2026-03-11T00:00:00 ']);
  const payments = table(
    'id,Description,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer Email',
    orders.map((one) => [
      `ch_${one.n}`,
      'x',
      day(one),
      totalOf(one),
      backOf(one),
      'eur',
      pick(one, { paid: 'Paid', refunded: 'Refunded', cancelled: 'Canceled', unpaid: 'Failed' }),
      'a@x.com',
    ]),
  );
  expect((await read(payments)).rows).toEqual(
    ['1', '2', '3', '6'].map((n) => `${n} not-named-goods 1 ${totalOf(orders[Number(n) - 1])}`).concat('back 3'),
  );
});
