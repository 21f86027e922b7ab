import { meaningOf } from '../../intake/index.ts';
import {
  byTopic,
  decimal,
  type Facts,
  filled,
  gtinIn,
  listIn,
  listPriceAbove,
  millionths,
  numbersOf,
  ofUtc,
  type Platform,
  reader,
  stateOf,
  type Told,
  takeBack,
  toOrder,
  withoutTags,
} from './platform.ts';

/** Ids are those of the platform's files, so that an import of the past and deliveries speak of the same orders, goods and people. */
const readHead = reader({
  order_id: ['number', 'id'],
  person_id: 'customer_id',
  guest_id: 'billing.email',
  occurred_at: ['date_created_gmt', 'date_created'],
  updated_at: ['date_modified_gmt', 'date_modified'],
  paid_at: ['date_paid_gmt', 'date_paid'],
  currency: 'currency',
  shipping: 'shipping_total',
  tax: 'total_tax',
});
const readState = reader({ status: 'status', coupon: 'coupon_lines.0.code' });
const readLine = reader({
  sku: '@sku',
  variation_id: '@variation_id',
  product_id: '@product_id',
  title: '@name',
  quantity: '@quantity',
  paid: '@total',
  list: '@subtotal',
});

/** Guests, and goods without variants, have the number 0. */
const unlessNone = (number: string | undefined) => (number === '0' ? undefined : number);

function headOf(body: Record<string, unknown>): Record<string, string> {
  const { person_id: person, guest_id: guest, ...head } = readHead({ row: body });
  const times = {
    occurred_at: ofUtc(head['occurred_at']),
    updated_at: ofUtc(head['updated_at']),
    paid_at: ofUtc(head['paid_at']),
  };
  return filled({ ...head, ...times, customer_id: unlessNone(person) ?? guest }) as Record<string, string>;
}

function orderOf({ body }: Told): Facts {
  const { status = 'processing', coupon } = readState({ row: body });
  if (['auto-draft', 'checkout-draft', 'trash'].includes(status)) return { ignored: `an order that is ${status}` };
  const lines = listIn(body['line_items']).map((line) => {
    const {
      sku,
      variation_id,
      product_id,
      title,
      quantity = '0',
      paid = '0',
      list = paid,
    } = readLine({ row: body, line });
    const item_id = sku ?? unlessNone(variation_id) ?? product_id ?? title;
    return { item_id, title: title ?? item_id, quantity, paid, list };
  });
  const fees = listIn(body['fee_lines']).reduce((sum, { total }) => sum + Math.max(0, millionths(total)), 0);
  const head: Record<string, string> = { ...headOf(body), ...(fees > 0 && { fees: decimal(fees) }) };
  const order = toOrder({ head, lines, state: stateOf(meaningOf(status)), coupon });
  return {
    orders: [order],
    refunds: refundsOf(body, head, lines),
    numbers: numbersOf('order', body, [head['order_id']]),
  };
}

/** Refunds come with their order as sums, tax and shipping in them. */
function refundsOf(
  body: Record<string, unknown>,
  head: Record<string, string>,
  lines: readonly { paid: string }[],
): NonNullable<Facts['refunds']> {
  const goods = lines.reduce((sum, { paid }) => sum + millionths(paid), 0);
  const tax = listIn(body['line_items']).reduce((sum, { total_tax }) => sum + millionths(total_tax), 0);
  const untaxed = goods > 0 ? goods / (goods + tax) : 1;
  const left = { amount: goods, shipping: millionths(head['shipping']), fees: millionths(head['fees']) };
  return listIn(body['refunds']).flatMap(({ id, total }) => {
    const money = takeBack(toCents(Math.abs(millionths(total)) * untaxed), left);
    if (Object.keys(money).length === 0) return [];
    return [{ refund_id: String(id), order_id: head['order_id'], occurred_at: head['updated_at'], ...money }];
  });
}

const toCents = (value: number) => Math.floor(value / 1e4 + 0.5) * 1e4;

const readProduct = reader({
  sku: 'sku',
  id: 'id',
  title: 'name',
  price: 'price',
  list_price: 'regular_price',
  stock: 'stock_quantity',
  category: 'categories.0.name',
  brand: 'brands.0.name',
  description: ['short_description', 'description'],
  image_url: ['images.0.src', 'image.src'],
  url: 'permalink',
  gtin: 'global_unique_id',
  hidden: { of: 'status', values: { publish: 'false' }, otherwise: 'true' },
  in_stock: 'stock_status',
  parent: 'parent_id',
  updated_at: ['date_modified_gmt', 'date_modified'],
});

function productOf({ body }: Told): Facts {
  if (['grouped', 'variable'].includes(String(body['type'])))
    return { ignored: 'a product that is sold by its variants alone, which come by themselves' };
  const {
    sku,
    id,
    price,
    list_price: list,
    stock,
    description,
    gtin,
    hidden,
    in_stock,
    parent,
    updated_at,
    ...product
  } = readProduct({ row: body });
  const item_id = sku ?? id;
  const item = filled({
    ...product,
    item_id,
    price,
    list_price: listPriceAbove(price, list),
    stock: stock !== undefined ? Math.max(0, Number(stock)) : in_stock === 'outofstock' ? 0 : null,
    description: withoutTags(description),
    gtin: gtinIn(gtin),
    hidden: hidden === 'true',
    parent_id: unlessNone(parent),
    updated_at: ofUtc(updated_at),
  });
  return { items: [item], numbers: numbersOf('product', body, [String(item_id)]) };
}

const readCustomer = reader({
  customer_id: 'id',
  registered_at: ['date_created_gmt', 'date_created'],
  updated_at: ['date_modified_gmt', 'date_modified'],
  country: ['billing.country', 'shipping.country'],
});

function customerOf({ body }: Told): Facts {
  const { country, customer_id, registered_at, updated_at } = readCustomer({ row: body });
  const customer = { customer_id, registered_at: ofUtc(registered_at), updated_at: ofUtc(updated_at) };
  return { customers: [filled({ ...customer, attributes: country && { country } })] };
}

const read = byTopic({
  'order.created': orderOf,
  'order.updated': orderOf,
  'order.restored': orderOf,
  'order.deleted': () => ({ ignored: 'what was sold stays; an order that is cancelled says so by its status' }),
  'product.created': productOf,
  'product.updated': productOf,
  'product.restored': productOf,
  'product.deleted': ({ body }) => ({ gone: [String(body['id'])] }),
  'customer.created': customerOf,
  'customer.updated': customerOf,
  'customer.deleted': ({ body }) => ({ erase: [String(body['id'])] }),
});

/** WooCommerce signs the raw body with the webhook's secret, in base64; a new webhook is tried by a form without a topic. */
export const woocommerce: Platform = {
  signatureHeader: 'x-wc-webhook-signature',
  encodings: ['base64'],
  topicOf: (headers) => headers['x-wc-webhook-topic'],
  deliveryIdOf: (headers) => headers['x-wc-webhook-delivery-id'],
  read,
};
