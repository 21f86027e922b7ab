import { say } from '../../../sentences/index.ts';
import type { Condition, Output, Source } from '../understanding/plan.ts';
import type { Preset } from './preset.ts';

const anotherEvent = say('file.not-goods-event', {});

function only(of: Source, types: Readonly<Record<string, string>>): Condition[] {
  return [{ of, in: Object.keys(types), reason: anotherEvent }];
}

/** Rows of another output of the same file are not missing. */
function silently(of: Source, names: readonly string[]): Condition[] {
  return [{ of, in: names }];
}

const ga4Events = {
  view_item: 'view',
  select_item: 'click',
  add_to_cart: 'cart_add',
  remove_from_cart: 'cart_remove',
  add_to_wishlist: 'favourite',
};
const ga4Others = { begin_checkout: 'checkout_start', search: 'search', view_search_results: 'search' };
const ga4Id = (...more: string[]): Source => ({
  parts: ['event_timestamp', 'event_name', 'user_pseudo_id', ...more],
  by: '-',
});
const ga4Order: Source = ['ecommerce.transaction_id', 'event_params.transaction_id', 'transaction_id'];
const ga4Who = { customer_id: 'user_id', visitor_id: 'user_pseudo_id', occurred_at: 'event_timestamp' };

const ga4Outputs: readonly Output[] = [
  {
    kind: 'orders',
    where: silently('event_name', ['purchase', 'in_app_purchase']),
    each: { list: 'items' },
    isLineEach: true,
    fields: {
      ...ga4Who,
      order_id: ga4Order,
      item_id: ['@item_id', '@item_name'],
      title: '@item_name',
      quantity: ['@quantity', { constant: '1' }],
      unit_price: ['@price', '@price_in_usd'],
      currency: ['event_params.currency', 'currency'],
      country: 'geo.country',
      coupon_code: ['event_params.coupon', '@coupon'],
      shipping: ['ecommerce.shipping_value', 'event_params.shipping'],
      tax: ['ecommerce.tax_value', 'event_params.tax'],
    },
  },
  {
    kind: 'refunds',
    where: silently('event_name', ['refund']),
    fields: {
      refund_id: { parts: [ga4Order, { constant: 'refund' }], by: '-' },
      order_id: ga4Order,
      occurred_at: 'event_timestamp',
      amount: ['ecommerce.refund_value', 'event_params.value'],
    },
  },
  {
    kind: 'events',
    where: [
      { of: 'event_name', notIn: ['purchase', 'in_app_purchase', 'refund', ...Object.keys(ga4Others)] },
      ...only('event_name', ga4Events),
    ],
    each: { list: 'items' },
    fields: {
      ...ga4Who,
      event_id: ga4Id('@item_id'),
      type: { of: 'event_name', values: ga4Events },
      item_id: ['@item_id', '@item_name'],
      session_id: 'event_params.ga_session_id',
    },
  },
  {
    kind: 'events',
    where: silently('event_name', Object.keys(ga4Others)),
    fields: {
      ...ga4Who,
      event_id: ga4Id(),
      type: { of: 'event_name', values: ga4Others },
      query: 'event_params.search_term',
      session_id: 'event_params.ga_session_id',
    },
  },
];

/** The export of Google Analytics 4 to BigQuery, a row an event. */
const ga4: Preset = {
  platform: 'ga4',
  title: 'events of Google Analytics 4 (BigQuery)',
  needs: ['event_name', 'event_timestamp', 'user_pseudo_id'],
  tells: ['event_date', 'ecommerce.transaction_id', 'items', 'event_params', 'platform', 'stream_id'],
  outputs: ga4Outputs,
};

const trackEvents = {
  'product viewed': 'view',
  'viewed product': 'view',
  'product clicked': 'click',
  'product added': 'cart_add',
  'added product': 'cart_add',
  'product removed': 'cart_remove',
  'removed product': 'cart_remove',
  'product added to wishlist': 'favourite',
};
const trackOthers = { 'products searched': 'search', 'checkout started': 'checkout_start' };
const orderEvents = ['order completed', 'completed order'];
const refundEvents = ['order refunded'];
/** As if all goods came back that were left. */
const cancelEvents = ['order cancelled', 'order canceled', 'cancelled order', 'canceled order'];
const trackTime: Source = [
  'timestamp',
  'originalTimestamp',
  'original_timestamp',
  'sentAt',
  'receivedAt',
  'received_at',
  'properties.time',
];
const trackWho = {
  customer_id: ['userId', 'user_id', 'properties.$user_id', 'properties.distinct_id'],
  visitor_id: ['anonymousId', 'anonymous_id', 'properties.$device_id'],
  occurred_at: trackTime,
};
const messageId: Source = ['messageId', 'message_id', 'id', 'properties.$insert_id'];
const trackItem = ['properties.product_id', 'properties.sku', 'properties.name', 'product_id', 'sku'];

const trackOutputs: readonly Output[] = [
  {
    kind: 'orders',
    where: silently('event', orderEvents),
    each: { list: 'properties.products' },
    isLineEach: true,
    fields: {
      ...trackWho,
      order_id: ['properties.order_id', 'properties.orderId'],
      item_id: ['@product_id', '@sku', '@id', '@name'],
      title: '@name',
      quantity: ['@quantity', { constant: '1' }],
      unit_price: '@price',
      currency: 'properties.currency',
      coupon_code: ['properties.coupon', '@coupon'],
      shipping: 'properties.shipping',
      tax: 'properties.tax',
      order_discount: 'properties.discount',
      subtotal: 'properties.subtotal',
    },
  },
  {
    kind: 'refunds',
    where: silently('event', refundEvents),
    fields: {
      refund_id: messageId,
      order_id: 'properties.order_id',
      occurred_at: trackTime,
      amount: ['properties.total', 'properties.value', 'properties.revenue'],
    },
  },
  {
    kind: 'refunds',
    where: silently('event', cancelEvents),
    fields: {
      refund_id: messageId,
      order_id: ['properties.order_id', 'properties.orderId'],
      occurred_at: trackTime,
      reason: { constant: 'cancelled' },
    },
  },
  {
    kind: 'events',
    where: [
      { of: 'event', notIn: [...orderEvents, ...refundEvents, ...cancelEvents, ...Object.keys(trackOthers)] },
      ...only('event', trackEvents),
    ],
    fields: { ...trackWho, event_id: messageId, type: { of: 'event', values: trackEvents }, item_id: trackItem },
  },
  {
    kind: 'events',
    where: silently('event', Object.keys(trackOthers)),
    fields: { ...trackWho, event_id: messageId, type: { of: 'event', values: trackOthers }, query: 'properties.query' },
  },
];

const segment: Preset = {
  platform: 'segment',
  title: 'calls of Segment (ecommerce events, version 2)',
  needs: ['event', 'type', 'properties', 'anonymousId|userId', 'messageId|timestamp'],
  tells: ['messageId', 'context', 'integrations'],
  outputs: trackOutputs,
};

/** Its events by the same names, whose time and person lie among their properties. */
const mixpanel: Preset = {
  ...segment,
  platform: 'mixpanel',
  title: 'events of Mixpanel',
  needs: ['event', 'properties.time', 'properties.distinct_id'],
  tells: ['properties.$insert_id', 'properties.$device_id', 'properties.mp_lib', 'properties.$city'],
};

const rudderstack: Preset = {
  ...segment,
  platform: 'rudderstack',
  title: 'calls of RudderStack',
  needs: ['event', 'type', 'properties', 'anonymousId|userId', 'rudderId|request_ip|originalTimestamp'],
  tells: ['rudderId', 'request_ip', 'originalTimestamp', 'channel', 'messageId'],
};

const klaviyoEvents = { 'viewed product': 'view', 'added to cart': 'cart_add', 'clicked product': 'click' };
const metric: Source = [
  'event',
  'event_name',
  'metric.name',
  'attributes.metric_name',
  'of_metric.attributes.name',
  'metric',
  'Event',
  'Metric',
];
const klaviyoWho: Source = [
  'customer_properties.$email',
  'customer_properties.email',
  'profile.email',
  'person.email',
  'attributes.profile.email',
  'relationships.profile.data.id',
  'email',
];
const klaviyoTime: Source = ['time', 'attributes.datetime', 'attributes.timestamp', 'datetime', 'timestamp'];
const klaviyoPaths = ['properties', 'event_properties', 'attributes.event_properties'];

const klaviyoRefundMetrics = ['refunded order', 'order refunded'];
const klaviyoCancelMetrics = ['cancelled order', 'canceled order', 'order cancelled', 'order canceled'];
const klaviyoOrderMetrics = ['placed order', 'order placed', 'ordered', 'new order', 'purchase'];

function klaviyo(path: string): Preset {
  const orderId = [`${path}.OrderId`, `${path}.OrderID`, `${path}.$event_id`, `${path}.order_id`, 'id'];
  const refund = (metrics: readonly string[], more: Output['fields']): Output => ({
    kind: 'refunds',
    where: silently(metric, metrics),
    fields: {
      refund_id: ['id', 'uuid', { parts: [orderId, metric], by: '-' }],
      order_id: orderId,
      occurred_at: klaviyoTime,
      ...more,
    },
  });
  return {
    platform: 'klaviyo',
    title: 'events of Klaviyo',
    needs: [
      `${path}.Items|${path}.ProductID|${path}.ProductName`,
      'event|event_name|metric.name|attributes.metric_name|metric|relationships.metric.data.id',
    ],
    tells: ['customer_properties.$email', `${path}.$value`, 'attributes.metric_id'],
    // The API has the names of metrics beside the events.
    joins: [{ has: ['type', 'id', 'attributes.name'], on: 'relationships.metric.data.id', key: 'id', as: 'of_metric' }],
    outputs: [
      {
        kind: 'orders',
        each: { list: `${path}.Items` },
        isLineEach: true,
        where: silently(metric, klaviyoOrderMetrics),
        fields: {
          order_id: orderId,
          item_id: ['@SKU', '@ProductID', '@ProductName'],
          title: '@ProductName',
          quantity: ['@Quantity', { constant: '1' }],
          unit_price: ['@ItemPrice', '@Price'],
          occurred_at: klaviyoTime,
          customer_id: klaviyoWho,
          coupon_code: `${path}.DiscountCode`,
          currency: [`${path}.$value_currency`, `${path}.currency`, `${path}.$currency_code`],
        },
      },
      refund(klaviyoRefundMetrics, { amount: `${path}.$value` }),
      refund(klaviyoCancelMetrics, { reason: { constant: 'cancelled' } }),
      {
        kind: 'events',
        where: [
          { of: metric, notIn: [...klaviyoOrderMetrics, ...klaviyoRefundMetrics, ...klaviyoCancelMetrics] },
          ...only(metric, klaviyoEvents),
        ],
        fields: {
          event_id: [
            `${path}.$event_id`,
            'id',
            'uuid',
            { parts: [klaviyoTime, metric, klaviyoWho, `${path}.ProductID`], by: '-', isHashed: true },
          ],
          type: { of: metric, values: klaviyoEvents },
          occurred_at: klaviyoTime,
          customer_id: klaviyoWho,
          item_id: [`${path}.SKU`, `${path}.ProductID`, `${path}.ProductName`],
        },
      },
    ],
  };
}

const klaviyoProfiles: Preset = {
  platform: 'klaviyo',
  title: 'profiles of Klaviyo',
  needs: ['Email', 'Klaviyo ID'],
  tells: ['First Name', 'Last Name', 'Email Marketing Consent', 'Phone Number'],
  outputs: [
    {
      kind: 'customers',
      where: [{ of: 'Email', filled: true, reason: say('file.no-profile-address', {}) }],
      fields: {
        customer_id: 'Email',
        'attributes.country': 'Country',
        'attributes.city': 'City',
        'attributes.accepts_marketing': 'Email Marketing Consent',
      },
    },
  ],
};

export const behaviour: readonly Preset[] = [
  mixpanel,
  ga4,
  segment,
  rudderstack,
  ...klaviyoPaths.map(klaviyo),
  klaviyoProfiles,
];
