import { isSale, meaningOf, medusaOrder } from '../../intake/index.ts';
import {
  byTopic,
  decimal,
  type Facts,
  filled,
  isObject,
  listIn,
  millionths,
  numbersOf,
  type Platform,
  reader,
  type Told,
  takeBack,
  toOrder,
} from './platform.ts';

/** Ids are those of the platform's files, so that an import of the past and deliveries speak of the same orders, goods and people. */
const readHead = reader({
  order_id: medusaOrder.order_id,
  customer_id: medusaOrder.customer_id,
  occurred_at: medusaOrder.occurred_at,
  updated_at: 'updated_at',
  currency: medusaOrder.currency,
  shipping: medusaOrder.shipping,
  tax: 'tax_total',
});
const readState = reader({ status: 'status', payment: 'payment_status', cancelled: 'canceled_at' });
const readLine = reader({
  item_id: medusaOrder.item_id,
  title: medusaOrder.title,
  quantity: medusaOrder.quantity,
  price: medusaOrder.unit_price,
  discount: medusaOrder.line_discount,
});

function orderOf({ body }: Told): Facts {
  const { status, payment, cancelled } = readState({ row: body });
  const isCancelled =
    cancelled !== undefined || [status, payment].some((word) => word && meaningOf(word) === 'cancelled');
  const lines = listIn(body['items']).map((line) => {
    const { price = '0', quantity = '0', discount, ...fields } = readLine({ row: body, line });
    const list = Math.round(millionths(price) * Number(quantity));
    return { ...fields, quantity, list: decimal(list), paid: decimal(Math.max(0, list - millionths(discount))) };
  });
  const head = readHead({ row: body });
  if (head['currency']) head['currency'] = head['currency'].toUpperCase();
  const isPaid = payment === undefined || isSale(meaningOf(payment));
  const order = toOrder({
    head,
    lines,
    state: isCancelled ? 'cancelled' : isPaid ? 'paid' : 'placed',
    cancelledAt: cancelled,
  });
  return {
    orders: [order],
    refunds: refundsOf(body, head['order_id']),
    numbers: numbersOf('order', body, [head['order_id']]),
  };
}

/** Refunds of Medusa are of payments: money alone. */
function refundsOf(body: Record<string, unknown>, orderId: string): NonNullable<Facts['refunds']> {
  const goods = millionths(body['item_total'] ?? body['item_subtotal']);
  const left = { amount: goods, shipping: millionths(body['shipping_total']), fees: 0 };
  const payments = listIn(body['payment_collections']).flatMap((collection) => listIn(collection['payments']));
  return payments
    .flatMap((payment) => listIn(payment['refunds']))
    .flatMap(({ id, amount, created_at }) => {
      const money = takeBack(millionths(amount), left);
      if (Object.keys(money).length === 0) return [];
      return [{ refund_id: String(id), order_id: orderId, occurred_at: created_at, ...money }];
    });
}

const readProduct = reader({
  title: 'title',
  description: 'description',
  image_url: 'thumbnail',
  category: ['categories.0.name', 'type.value', 'collection.title'],
  hidden: { of: 'status', values: { published: 'false' }, otherwise: 'true' },
  updated_at: 'updated_at',
});
const readVariant = reader({
  item_id: ['@sku', '@id'],
  title: '@title',
  price: ['@calculated_price.calculated_amount', '@prices.0.amount'],
  stock: '@inventory_quantity',
});

function productOf({ body }: Told): Facts {
  const { hidden, title, ...product } = readProduct({ row: body });
  const variants = listIn(body['variants']);
  const items = variants.map((variant) => {
    const { item_id, title: name, price, stock } = readVariant({ row: body, line: variant });
    const isOne = variants.length === 1;
    return filled({
      ...product,
      item_id,
      title: isOne || name === undefined ? title : `${title} - ${name}`,
      price,
      stock: stock === undefined ? undefined : Math.max(0, Number(stock)),
      hidden: hidden === 'true',
      parent_id: isOne ? undefined : String(body['id']),
    });
  });
  const ids = items.map(({ item_id }) => String(item_id));
  return { items, numbers: numbersOf('product', body, ids) };
}

const readCustomer = reader({
  customer_id: ['email', 'id'],
  registered_at: 'created_at',
  updated_at: 'updated_at',
  country: ['addresses.0.country_code', 'shipping_addresses.0.country_code'],
});

function customerOf({ body }: Told): Facts {
  const { country, ...customer } = readCustomer({ row: body });
  return { customers: [filled({ ...customer, attributes: country && { country: country.toUpperCase() } })] };
}

const readData = byTopic({
  'order.placed': orderOf,
  'order.updated': orderOf,
  'order.completed': orderOf,
  'order.canceled': orderOf,
  'payment.captured': orderOf,
  'payment.refunded': orderOf,
  'product.created': productOf,
  'product.updated': productOf,
  'product.deleted': ({ body }) => ({ gone: [String(body['id'])] }),
  'customer.created': customerOf,
  'customer.updated': customerOf,
  'customer.deleted': ({ body }) => ({
    erase: ['email', 'id'].flatMap((field) => (body[field] ? [String(body[field])] : [])),
  }),
});

const nameOf = (body: Record<string, unknown>) =>
  ['event', 'type', 'name'].map((field) => body[field]).find((name): name is string => typeof name === 'string');

/**
 * Medusa has no webhooks of its own: a subscriber of the shop sends `{ event, data }`, `data` being the whole order, product or
 * customer, and signs the raw body.
 */
export const medusa: Platform = {
  signatureHeader: 'x-medusa-signature',
  encodings: ['hex', 'base64'],
  topicOf: (headers, body) => headers['x-medusa-event'] ?? nameOf(body),
  deliveryIdOf: (headers, body) =>
    headers['x-medusa-delivery-id'] ?? (typeof body['id'] === 'string' ? body['id'] : undefined),
  read(told) {
    const { data } = told.body;
    return readData(isObject(data) ? { ...told, body: data } : told);
  },
};
