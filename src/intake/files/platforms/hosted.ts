import { say } from '../../../sentences/index.ts';
import type { Preset } from './preset.ts';

/** As Shopify: an order's first row alone has what is of the whole order. */
const squarespace: Preset = {
  platform: 'squarespace',
  title: 'orders of Squarespace',
  needs: ['Order ID', 'Email', 'Financial Status', 'Lineitem quantity', 'Lineitem name', 'Lineitem price'],
  tells: ['Amount Refunded', 'Lineitem variant', 'Channel Name', 'Created at', 'Paid at', 'Discount Code'],
  outputs: [
    {
      kind: 'orders',
      continued: true,
      isLineEach: true,
      fields: {
        order_id: 'Order ID',
        item_id: ['Lineitem sku', 'Lineitem name'],
        title: 'Lineitem name',
        quantity: 'Lineitem quantity',
        unit_price: 'Lineitem price',
        order_discount: 'Discount Amount',
        occurred_at: ['Created at', 'Paid at'],
        customer_id: 'Email',
        currency: 'Currency',
        country: ['Shipping Country', 'Billing Country'],
        coupon_code: 'Discount Code',
        shipping: 'Shipping',
        tax: 'Taxes',
        payment_status: 'Financial Status',
        cancelled_at: 'Cancelled at',
        refunded_amount: 'Amount Refunded',
      },
    },
  ],
};

const squarespaceApi: Preset = {
  platform: 'squarespace',
  title: 'orders of the Squarespace API',
  needs: ['orderNumber', 'createdOn', 'lineItems', 'lineItems.unitPricePaid.value'],
  tells: ['customerEmail', 'fulfillmentStatus', 'testmode', 'grandTotal.value', 'refundedTotal.value'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'lineItems' },
      isLineEach: true,
      fields: {
        order_id: 'orderNumber',
        line_id: '@id',
        item_id: ['@sku', '@variantId', '@productId', '@productName'],
        title: '@productName',
        quantity: '@quantity',
        unit_price: '@unitPricePaid.value',
        currency: '@unitPricePaid.currency',
        occurred_at: 'createdOn',
        customer_id: ['customerEmail', 'customerId'],
        country: ['shippingAddress.countryCode', 'billingAddress.countryCode'],
        shipping: 'shippingTotal.value',
        order_discount: 'discountTotal.value',
        order_total: 'grandTotal.value',
        tax: 'taxTotal.value',
        updated_at: 'modifiedOn',
        is_test: 'testmode',
        refunded_amount: 'refundedTotal.value',
        status: { of: 'fulfillmentStatus', values: { canceled: 'cancelled' } },
      },
    },
  ],
};

/** `Product Details` holds all lines of an order. */
const bigcommerce: Preset = {
  platform: 'bigcommerce',
  title: 'orders of BigCommerce',
  needs: ['Order ID', 'Order Date', 'Order Status', 'Product Details'],
  tells: [
    'Customer ID',
    'Customer Email',
    'Subtotal (inc tax)',
    'Order Total (inc tax)',
    'Shipping Cost (inc tax)',
    'Order Currency Code',
    'Payment Method',
  ],
  outputs: [
    {
      kind: 'orders',
      each: { packed: 'Product Details', as: 'pairs-by-comma' },
      isLineEach: true,
      discountInTotal: true,
      fields: {
        order_id: 'Order ID',
        item_id: ['@product_sku', '@product_id', '@product_name'],
        title: '@product_name',
        quantity: ['@product_qty', '@product_quantity'],
        line_amount: '@product_total_price',
        occurred_at: 'Order Date',
        time_of_day: 'Order Time',
        customer_id: ['Customer Email', 'Customer ID', 'Customer Name'],
        currency: ['Order Currency Code', 'Currency Code'],
        country: ['Shipping Country', 'Billing Country'],
        coupon_code: 'Coupon Details',
        shipping: ['Shipping Cost (inc tax)', 'Shipping Cost (ex tax)'],
        payment_fee: ['Handling Cost (inc tax)', 'Handling Cost (ex tax)'],
        tax: 'Tax Total',
        order_total: ['Order Total (inc tax)', 'Order Total (ex tax)'],
        status: 'Order Status',
        refunded_amount: 'Refund Amount',
      },
    },
  ],
};

/** Items of Square's reports: amounts are of the whole line; what came back has pieces below zero. */
const square: Preset = {
  platform: 'square',
  title: 'item sales of Square',
  needs: ['Date', 'Time', 'Item', 'Qty', 'Net Sales', 'Transaction ID'],
  tells: [
    'Time Zone',
    'Category',
    'Price Point Name',
    'SKU',
    'Gross Sales',
    'Discounts',
    'Payment ID',
    'Event Type',
    'Location',
    'Customer ID',
  ],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'Event Type', notIn: ['cancellation', 'no sale'], reason: say('file.no-sale', {}) }],
      isLineEach: true,
      fields: {
        order_id: 'Transaction ID',
        item_id: ['SKU', 'Token', 'Item'],
        title: 'Item',
        quantity: 'Qty',
        line_amount: 'Net Sales',
        list_amount: 'Gross Sales',
        occurred_at: 'Date',
        time_of_day: 'Time',
        customer_id: ['Customer ID', 'Customer Reference ID', 'Customer Name'],
        store: 'Location',
        channel: { constant: 'store' },
      },
    },
  ],
};

const wix: Preset = {
  platform: 'wix',
  title: 'orders of Wix',
  needs: ['Order number', 'Date created', 'Item', 'Qty|Quantity', 'Price', 'Payment status'],
  tells: [
    'Contact email',
    'Total order quantity',
    'Variant',
    'SKU',
    'Quantity refunded',
    'Refunded amount',
    'Net amount',
  ],
  outputs: [
    {
      kind: 'orders',
      continued: true,
      isLineEach: true,
      discountInTotal: true,
      fields: {
        order_id: 'Order number',
        item_id: ['SKU', 'Item'],
        title: 'Item',
        quantity: ['Qty', 'Quantity'],
        unit_price: 'Price',
        occurred_at: 'Date created',
        time_of_day: 'Time',
        customer_id: ['Contact email', 'Recipient name'],
        currency: 'Currency',
        country: ['Delivery country', 'Billing country'],
        coupon_code: 'Coupon code',
        shipping: 'Shipping rate',
        tax: 'Total tax',
        fees: 'Additional fees',
        order_total: 'Total',
        payment_status: 'Payment status',
        refunded_amount: 'Refunded amount',
      },
    },
  ],
};

const payPalSales = [
  ...[
    'Website Payment',
    'Express Checkout Payment',
    'Mobile Payment',
    'General Payment',
    'Payment',
    'Web Accept Payment Received',
  ],
  ...[
    'eBay Auction Payment',
    'PreApproved Payment Bill User Payment',
    'Subscription Payment',
    'Shopping Cart Payment Received',
  ],
  ...['Tax collected by partner', 'PayPal Here Payment', 'Payment Received', 'Point of Sale Payment'],
];
const payPalRefunds = ['Payment Refund', 'Payment Reversal', 'Refund', 'Chargeback'];
const ofPayPal = [...payPalSales, ...payPalRefunds];
const isDone = { of: 'Status', in: ['Completed', 'Partially Refunded', 'Refunded'], reason: say('file.not-paid', {}) };

/** Activity: payments and what came back of them, among withdrawals, fees and conversions. A payment is of the goods it names first. */
const payPal: Preset = {
  platform: 'paypal',
  title: 'activity of PayPal',
  needs: ['Date', 'Type', 'Status', 'Gross', 'Net', 'Transaction ID', 'Reference Txn ID'],
  tells: ['Time', 'TimeZone', 'Fee', 'From Email Address', 'Item Title', 'Balance', 'Invoice Number'],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'Type', in: payPalSales }, isDone],
      isLineEach: true,
      fields: {
        order_id: 'Transaction ID',
        item_id: ['Item ID', 'Item Title'],
        title: 'Item Title',
        order_total: 'Gross',
        shipping: ['Shipping and Handling Amount', 'Shipping and Handling'],
        currency: 'Currency',
        occurred_at: 'Date',
        time_of_day: 'Time',
        customer_id: ['From Email Address', 'Name'],
      },
    },
    {
      kind: 'refunds',
      where: [
        { of: 'Type', in: ofPayPal, reason: say('file.no-sale', {}) },
        { of: 'Type', notIn: payPalSales },
        { of: 'Reference Txn ID', filled: true, reason: say('file.no-sale', {}) },
      ],
      fields: {
        refund_id: 'Transaction ID',
        order_id: 'Reference Txn ID',
        occurred_at: 'Date',
        amount: 'Gross',
      },
    },
  ],
};

export const hosted: readonly Preset[] = [squarespace, squarespaceApi, bigcommerce, square, wix, payPal];
