import { meaningOf, shopifyOrder } from '../../intake/index.ts';
import {
  byTopic,
  decimal,
  type Element,
  type Facts,
  filled,
  gtinIn,
  isObject,
  listIn,
  listPriceAbove,
  millionths,
  numbersOf,
  type Platform,
  reader,
  stateOf,
  type Told,
  toOrder,
  withoutTags,
} from './platform.ts';

/** Ids are those of the platform's files, so that an import of the past and deliveries speak of the same orders, goods and people. */
const readHead = reader({
  order_id: shopifyOrder.order_id,
  customer_id: shopifyOrder.customer_id,
  occurred_at: shopifyOrder.occurred_at,
  updated_at: 'updated_at',
  paid_at: 'processed_at',
  currency: 'currency',
  shipping: 'total_shipping_price_set.shop_money.amount',
  tax: 'total_tax',
  channel: shopifyOrder.channel,
});
const readLine = reader({
  item_id: shopifyOrder.item_id,
  title: shopifyOrder.title,
  quantity: '@quantity',
  price: '@price',
});
const readState = reader({ payment: 'financial_status', cancelled: 'cancelled_at', coupon: 'discount_codes.0.code' });

function orderOf(body: Record<string, unknown>): Facts {
  if (body['test'] === true) return { ignored: 'a test order' };
  const scope = { row: body };
  const { payment = 'paid', cancelled, coupon } = readState(scope);
  const lines = listIn(body['line_items']).map((line) => {
    const { price = '0', quantity = '0', ...fields } = readLine({ row: body, line });
    const list = millionths(price) * Number(quantity);
    const off = listIn(line['discount_allocations']).reduce((sum, { amount }) => sum + millionths(amount), 0);
    const told = off > 0 ? off : millionths(line['total_discount']);
    return { ...fields, quantity, list: decimal(list), paid: decimal(Math.max(0, list - told)) };
  });
  const head = readHead(scope);
  const order = toOrder({
    head,
    lines,
    state: cancelled !== undefined ? 'cancelled' : stateOf(meaningOf(payment)),
    cancelledAt: cancelled,
    coupon,
  });
  return {
    orders: [order],
    refunds: listIn(body['refunds']).flatMap((refund) => refundOf(refund, head['order_id'])),
    numbers: numbersOf('order', body, [head['order_id']]),
  };
}

const readReturned = reader({
  item_id: ['@line_item.sku', '@line_item.variant_id', '@line_item.product_id', '@line_item.title'],
  quantity: '@quantity',
});

/** Pieces, shipping, and money beside them; one that gives nothing back is none. */
function refundOf(refund: Record<string, unknown>, orderId: string | undefined): NonNullable<Facts['refunds']> {
  const lines = listIn(refund['refund_line_items']).map((line) => {
    const { item_id, quantity } = readReturned({ row: refund, line });
    return { item_id, quantity: Number(quantity) };
  });
  const adjustments = listIn(refund['order_adjustments']);
  const given = (kind: string) =>
    adjustments.reduce((sum, one) => sum + (one['kind'] === kind ? -millionths(one['amount']) : 0), 0);
  const [shipping, beside] = [given('shipping_refund'), given('refund_discrepancy')];
  const money = {
    ...(shipping > 0 && { shipping: decimal(shipping) }),
    ...(beside > 0 && { amount: decimal(beside) }),
  };
  if (lines.length === 0 && Object.keys(money).length === 0) return [];
  return [
    {
      refund_id: String(refund['id']),
      ...(orderId === undefined ? { order: String(refund['order_id']) } : { order_id: orderId }),
      occurred_at: refund['created_at'] ?? refund['processed_at'],
      ...(lines.length > 0 && { lines: mergedLines(lines) }),
      ...money,
    },
  ];
}

function mergedLines(lines: readonly { item_id: string; quantity: number }[]): Element[] {
  const pieces = new Map<string, number>();
  for (const { item_id, quantity } of lines) pieces.set(item_id, (pieces.get(item_id) ?? 0) + quantity);
  return Array.from(pieces, ([item_id, quantity]) => ({ item_id, quantity }));
}

const readProduct = reader({
  title: 'title',
  brand: 'vendor',
  category: 'product_type',
  description: 'body_html',
  image: ['image.src', 'images.0.src'],
  handle: 'handle',
  updated_at: 'updated_at',
  hidden: { of: 'status', values: { active: 'false', draft: 'true', archived: 'true' } },
});
const readVariant = reader({
  item_id: ['@sku', '@id'],
  title: '@title',
  price: '@price',
  list_price: '@compare_at_price',
  stock: '@inventory_quantity',
  keeps_stock: '@inventory_management',
  gtin: '@barcode',
  image: '@image_id',
});

function productOf({ body, headers }: Told): Facts {
  const product = readProduct({ row: body });
  const variants = listIn(body['variants']);
  const names = listIn(body['options']).map(({ name }) => String(name));
  const images = new Map(listIn(body['images']).map(({ id, src }) => [String(id), String(src)]));
  const domain = headers['x-shopify-shop-domain'];
  const url =
    domain && product['handle'] ? `https://${domain}/products/${encodeURIComponent(product['handle'])}` : undefined;
  const items = variants.map((variant) => {
    const {
      item_id,
      title,
      price,
      list_price: list,
      stock,
      keeps_stock: keeps,
      gtin,
      image,
    } = readVariant({ row: body, line: variant });
    const isOne = variants.length === 1;
    const options = names.flatMap((name, index) => {
      const value = variant[`option${index + 1}`];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return filled({
      item_id,
      title: isOne || title === undefined ? product['title'] : `${product['title']} - ${title}`,
      brand: product['brand'],
      category: product['category'],
      description: withoutTags(product['description']),
      image_url: (image && images.get(image)) ?? product['image'],
      url: url && !isOne ? `${url}?variant=${variant['id']}` : url,
      price,
      list_price: listPriceAbove(price, list),
      stock: keeps === undefined || stock === undefined ? null : Math.max(0, Number(stock)),
      gtin: gtinIn(gtin),
      hidden: product['hidden'] === 'true',
      parent_id: isOne ? undefined : String(body['id']),
      options: isOne ? undefined : Object.fromEntries(options),
      updated_at: product['updated_at'],
    });
  });
  const ids = items.map(({ item_id }) => String(item_id));
  return { items, numbers: numbersOf('product', body, ids) };
}

const readCustomer = reader({
  customer_id: ['email', 'phone', 'id'],
  registered_at: 'created_at',
  updated_at: 'updated_at',
  country: ['default_address.country_code', 'addresses.0.country_code'],
  marketing: 'email_marketing_consent.state',
});

function customerOf(body: Record<string, unknown>): Facts {
  const { country, marketing, ...customer } = readCustomer({ row: body });
  const attributes = filled({ country, accepts_marketing: marketing && marketing === 'subscribed' });
  return { customers: [{ ...customer, ...(Object.keys(attributes).length > 0 && { attributes }) }] };
}

function redacted(body: Record<string, unknown>): Facts {
  const person = isObject(body['customer']) ? body['customer'] : body;
  return { erase: ['email', 'phone', 'id'].flatMap((field) => (person[field] ? [String(person[field])] : [])) };
}

const read = byTopic({
  'orders/create': ({ body }) => orderOf(body),
  'orders/updated': ({ body }) => orderOf(body),
  'orders/edited': () => ({ ignored: 'the edited order comes with orders/updated' }),
  'orders/paid': ({ body }) => orderOf(body),
  'orders/cancelled': ({ body }) => orderOf(body),
  'refunds/create': ({ body }) => ({ refunds: refundOf(body, undefined) }),
  'products/create': productOf,
  'products/update': productOf,
  'products/delete': ({ body }) => ({ gone: [String(body['id'])] }),
  'customers/create': ({ body }) => customerOf(body),
  'customers/update': ({ body }) => customerOf(body),
  'customers/delete': ({ body }) => redacted(body),
  'customers/redact': ({ body }) => redacted(body),
  'customers/data_request': () => ({
    ignored: 'answer the person with GET /v1/customers/{customer_id} and its timeline',
  }),
  'shop/redact': () => ({ ignored: 'the shop has left the platform: drop the database, or DELETE the connector' }),
});

/** Shopify signs the raw body with the app's secret, in base64. */
export const shopify: Platform = {
  signatureHeader: 'x-shopify-hmac-sha256',
  encodings: ['base64'],
  topicOf: (headers) => headers['x-shopify-topic'],
  deliveryIdOf: (headers) => headers['x-shopify-webhook-id'] ?? headers['x-shopify-event-id'],
  read,
};
