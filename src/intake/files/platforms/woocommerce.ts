import { say } from '../../../sentences/index.ts';
import type { Preset } from './preset.ts';

const updated = ['date_modified', 'modified_date', 'order_modified', 'date_updated', 'updated_at'];

/** A line a row, as the order export plugins write it (WooCommerce Customer/Order/Coupon Export, "one row per item"). */
const lines: Preset = {
  platform: 'woocommerce',
  title: 'orders of WooCommerce, a line a row',
  needs: ['order_id', 'status', 'item_name', 'item_quantity', 'item_total'],
  tells: [
    'order_number',
    'item_sku',
    'item_subtotal',
    'item_refunded',
    'billing_email',
    'order_currency',
    'item_product_id',
    'shipping_total',
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: ['order_number', 'order_id'],
        line_id: 'item_id',
        item_id: ['item_sku', 'item_variation_id', 'item_product_id', 'item_name'],
        title: 'item_name',
        quantity: 'item_quantity',
        line_amount: 'item_total',
        list_amount: 'item_subtotal',
        occurred_at: ['date', 'order_date', 'date_created'],
        customer_id: ['customer_id', 'customer_user', 'billing_email'],
        currency: 'order_currency',
        country: ['shipping_country', 'billing_country'],
        coupon_code: ['coupon_code', 'coupons'],
        shipping: 'shipping_total',
        tax: ['tax_total', 'order_tax'],
        status: 'status',
        line_refunded_amount: 'item_refunded',
        line_refunded_quantity: 'item_refunded_qty',
        updated_at: updated,
      },
    },
  ],
};

const packedFields = {
  order_id: ['order_number', 'order_id', 'Order Number', 'Order ID'],
  item_id: ['@sku', '@variation_id', '@product_id', '@name'],
  title: ['@name', '@product_name'],
  quantity: ['@quantity', '@qty'],
  line_amount: ['@total', '@line_total'],
  list_amount: ['@sub_total', '@subtotal', '@line_subtotal'],
  unit_price: ['@item_price', '@unit_price'],
  line_refunded_amount: ['@refunded', '@refund'],
  line_refunded_quantity: ['@refunded_qty'],
  occurred_at: ['order_date', 'date', 'date_created', 'Order Date'],
  updated_at: updated,
  customer_id: [
    'customer_id',
    'customer_user',
    'customer_email',
    'billing_email',
    'Customer User ID',
    'Email (Billing)',
  ],
  currency: ['order_currency', 'currency', 'Order Currency'],
  country: ['shipping_country', 'billing_country', 'Country Code (Billing)'],
  coupon_code: ['coupon_code', 'Coupon Code'],
  shipping: ['shipping_total', 'order_shipping', 'Order Shipping Amount'],
  tax: ['tax_total', 'order_tax'],
  status: ['status', 'order_status', 'Order Status'],
} as const;

/** Order export of WebToffee: `line_item_1` and so on, each `name:…|sku:…|quantity:…|total:…`. */
const packed: Preset = {
  platform: 'woocommerce',
  title: 'orders of WooCommerce, lines packed into columns',
  needs: ['order_number|order_id', 'line_item_1', 'order_date|date|date_created', 'status|order_status'],
  tells: ['billing_email', 'order_currency', 'shipping_total', 'order_total', 'payment_method'],
  outputs: [
    {
      kind: 'orders',
      each: { packed: 'line_item_*', as: 'pairs-by-bar' },
      isLineEach: true,
      fields: {
        ...packedFields,
        refunded_amount: ['refund_total', 'total_refunded', { sumOf: 'refund_items.*.amount' }],
      },
    },
  ],
};

/** Order export of SkyVerge, one order a row: `line_items` holds all lines, parted by `;`. */
const packedTogether: Preset = {
  ...packed,
  title: 'orders of WooCommerce, lines packed into one column',
  needs: [
    'order_number|order_id',
    'line_items',
    'order_date|date|date_created',
    'status|order_status',
    'billing_email|customer_id|billing_first_name',
  ],
  outputs: [
    {
      kind: 'orders',
      each: { packed: 'line_items', as: 'pairs-by-bar' },
      isLineEach: true,
      fields: { ...packedFields, refunded_amount: ['refunded_total', 'refund_total', 'total_refunded'] },
    },
  ],
};

/** "Advanced Order Export for WooCommerce" with its own headings. */
const advanced: Preset = {
  platform: 'woocommerce',
  title: 'orders of WooCommerce (Advanced Order Export)',
  needs: [
    'Order Number|Order ID',
    'Order Status',
    'Order Date',
    'Item Name|Product Name|Name',
    'Quantity|Quantity (- Refund)|Qty',
  ],
  tells: [
    'Item Cost',
    'SKU',
    'Item #',
    'Order Total Amount',
    'Order Shipping Amount',
    'Email (Billing)',
    'Cart Discount Amount',
    'Order Refund Amount',
    'Payment Method Title',
    'Customer Note',
  ],
  outputs: [
    {
      kind: 'orders',
      continued: true,
      isLineEach: true,
      fields: {
        order_id: ['Order Number', 'Order ID'],
        item_id: ['SKU', 'Variation ID', 'Product Id', 'Item Name', 'Product Name', 'Name'],
        title: ['Item Name', 'Product Name', 'Name'],
        quantity: ['Quantity', 'Quantity (- Refund)', 'Qty'],
        unit_price: ['Item Cost', 'Product Current Price'],
        line_amount: ['Order Line Total', 'Item Total', 'Order Line (w/o tax)', 'Order Line Subtotal'],
        occurred_at: ['Order Date', 'Paid Date', 'Completed Date'],
        customer_id: ['Customer User ID', 'Email (Billing)', 'User ID'],
        currency: ['Order Currency', 'Currency'],
        country: ['Country Code (Shipping)', 'Country Code (Billing)', 'Country Name (Billing)'],
        coupon_code: ['Coupon Code', 'Coupons'],
        shipping: 'Order Shipping Amount',
        tax: 'Order Total Tax Amount',
        status: 'Order Status',
        refunded_amount: 'Order Refund Amount',
        updated_at: ['Last Updated', 'Modified Date', 'Order Modified Date'],
      },
    },
  ],
};

const rest: Preset = {
  platform: 'woocommerce',
  title: 'orders of the WooCommerce API',
  needs: ['line_items', 'status', 'date_created', 'billing'],
  tells: ['date_created_gmt', 'customer_id', 'order_key', 'shipping_lines', 'refunds', 'coupon_lines'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'line_items' },
      isLineEach: true,
      fields: {
        order_id: ['number', 'id'],
        line_id: '@id',
        item_id: ['@sku', '@variation_id', '@product_id', '@name'],
        title: '@name',
        quantity: '@quantity',
        line_amount: '@total',
        list_amount: '@subtotal',
        occurred_at: ['date_created', 'date_paid'],
        customer_id: ['customer_id', 'billing.email'],
        currency: 'currency',
        country: ['shipping.country', 'billing.country'],
        coupon_code: 'coupon_lines.0.code',
        shipping: 'shipping_total',
        tax: 'total_tax',
        status: 'status',
        refunded_amount: { sumOf: 'refunds.*.total' },
        updated_at: 'date_modified',
      },
    },
  ],
};

const products: Preset = {
  platform: 'woocommerce',
  title: 'products of WooCommerce',
  needs: ['ID', 'SKU', 'Name', 'Regular price'],
  tells: [
    'Type',
    'Published',
    'Categories',
    'Sale price',
    'In stock?',
    'Stock',
    'Tax status',
    'Images',
    'Parent',
    'Short description',
  ],
  outputs: [
    {
      kind: 'items',
      where: [{ of: 'Type', notIn: ['grouped'], reason: say('file.product-group', {}) }],
      fields: {
        item_id: ['SKU', 'ID'],
        title: 'Name',
        category: 'Categories',
        price: ['Sale price', 'Regular price'],
        list_price: 'Regular price',
        stock: ['Stock', 'stock_quantity'],
        hidden: { of: 'Published', values: { '1': 'false', '0': 'true', '-1': 'true', true: 'false', false: 'true' } },
        brand: 'Brands',
        description: ['Short description', 'Description'],
        image_url: 'Images',
        gtin: ['GTIN, UPC, EAN, or ISBN'],
      },
    },
  ],
};

export const woocommerce: readonly Preset[] = [lines, packed, packedTogether, advanced, rest, products];
