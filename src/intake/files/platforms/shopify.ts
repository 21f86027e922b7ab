import { say } from '../../../sentences/index.ts';
import type { Preset } from './preset.ts';

const channels = { web: 'web', pos: 'store', iphone: 'app', android: 'app', shopify_draft_order: 'phone' };

/** Orders (CSV of the admin), of which an order's first row alone has what is of the whole order. */
const orders: Preset = {
  platform: 'shopify',
  title: 'orders of the Shopify admin',
  needs: ['Name', 'Financial Status', 'Lineitem quantity', 'Lineitem name', 'Lineitem price'],
  tells: [
    'Lineitem sku',
    'Created at',
    'Paid at',
    'Fulfillment Status',
    'Refunded Amount',
    'Accepts Marketing',
    'Vendor',
  ],
  outputs: [
    {
      kind: 'orders',
      continued: true,
      isLineEach: true,
      fields: {
        order_id: 'Name',
        item_id: ['Lineitem sku', 'Lineitem name'],
        title: 'Lineitem name',
        quantity: 'Lineitem quantity',
        unit_price: 'Lineitem price',
        line_discount: 'Lineitem discount',
        order_discount: 'Discount Amount',
        subtotal: 'Subtotal',
        occurred_at: ['Created at', 'Processed at', 'Paid at'],
        customer_id: ['Email', 'Phone', 'Billing Phone'],
        currency: 'Currency',
        country: ['Shipping Country', 'Billing Country'],
        coupon_code: 'Discount Code',
        shipping: 'Shipping',
        tax: 'Taxes',
        channel: { of: 'Source', values: channels },
        payment_status: 'Financial Status',
        cancelled_at: 'Cancelled at',
        refunded_amount: 'Refunded Amount',
        updated_at: ['Updated at'],
      },
    },
  ],
};

/** An order of the API, as files have it and as it is delivered: by the same ids it is the same. */
export const shopifyOrder = {
  order_id: ['name', 'id'],
  item_id: ['@sku', '@variant_id', '@product_id', '@title'],
  title: ['@name', '@title'],
  occurred_at: ['created_at', 'processed_at'],
  updated_at: 'updated_at',
  customer_id: ['email', 'customer.email', 'contact_email', 'customer.id', 'phone'],
  channel: { of: 'source_name', values: channels },
} as const;

const adminJson: Preset = {
  platform: 'shopify',
  title: 'orders of the Shopify API',
  needs: ['line_items', 'financial_status', 'created_at'],
  tells: ['order_number', 'total_price', 'subtotal_price', 'source_name', 'customer.id', 'refunds'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'line_items' },
      isLineEach: true,
      fields: {
        ...shopifyOrder,
        line_id: '@id',
        quantity: '@quantity',
        unit_price: '@price',
        line_discount: '@total_discount',
        order_discount: 'total_discounts',
        subtotal: 'subtotal_price',
        currency: 'currency',
        country: ['shipping_address.country_code', 'billing_address.country_code'],
        coupon_code: 'discount_codes.0.code',
        shipping: 'total_shipping_price_set.shop_money.amount',
        tax: 'total_tax',
        payment_status: 'financial_status',
        cancelled_at: 'cancelled_at',
        is_test: 'test',
      },
    },
  ],
};

const products: Preset = {
  platform: 'shopify',
  title: 'products of the Shopify admin',
  needs: ['Handle', 'Title', 'Variant Price|Price'],
  tells: [
    'Vendor',
    'Type',
    'Tags',
    'Variant SKU',
    'Variant Inventory Qty',
    'Option1 Name',
    'Image Src',
    'Published',
    'Status',
  ],
  outputs: [
    {
      kind: 'items',
      where: [{ of: ['Variant Price', 'Price', 'Variant SKU'], filled: true, reason: say('file.other-picture', {}) }],
      fields: {
        item_id: ['Variant SKU', 'SKU', 'Handle'],
        title: ['Title'],
        category: ['Product Category', 'Type'],
        brand: 'Vendor',
        price: ['Variant Price', 'Price'],
        list_price: ['Variant Compare At Price', 'Compare-at price'],
        cost: ['Cost per item'],
        stock: ['Variant Inventory Qty', 'Inventory quantity'],
        hidden: { of: ['Status'], values: { active: 'false', draft: 'true', archived: 'true' } },
        description: 'Body (HTML)',
        image_url: ['Variant Image', 'Image Src'],
        gtin: 'Variant Barcode',
      },
    },
  ],
};

/** Products of the API, of which each variant is an item. */
const productsJson: Preset = {
  platform: 'shopify',
  title: 'products of the Shopify API',
  needs: ['title', 'variants', 'variants.price', 'handle|vendor|product_type'],
  tells: ['variants.sku', 'variants.inventory_quantity', 'body_html', 'images', 'status', 'options'],
  outputs: [
    {
      kind: 'items',
      each: { list: 'variants' },
      fields: {
        item_id: ['@sku', '@id'],
        title: 'title',
        category: 'product_type',
        brand: 'vendor',
        price: '@price',
        list_price: '@compare_at_price',
        stock: '@inventory_quantity',
        hidden: { of: 'status', values: { active: 'false', draft: 'true', archived: 'true' } },
        description: 'body_html',
        image_url: ['image.src', 'images.0.src'],
        gtin: '@barcode',
        updated_at: ['@updated_at', 'updated_at'],
      },
    },
  ],
};

const customers: Preset = {
  platform: 'shopify',
  title: 'customers of the Shopify admin',
  needs: ['Email', 'First Name', 'Total Orders|Orders Count', 'Total Spent'],
  tells: [
    'Customer ID',
    'Accepts Email Marketing',
    'Accepts Marketing',
    'Default Address Country Code',
    'Tags',
    'Tax Exempt',
  ],
  outputs: [
    {
      kind: 'customers',
      where: [{ of: ['Email', 'Phone'], filled: true, reason: say('file.no-address', {}) }],
      fields: {
        customer_id: ['Email', 'Phone'],
        'attributes.country': ['Default Address Country Code', 'Country Code', 'Country'],
        'attributes.city': ['Default Address City', 'City'],
        'attributes.accepts_marketing': ['Accepts Email Marketing', 'Accepts Marketing'],
      },
    },
  ],
};

export const shopify: readonly Preset[] = [orders, adminJson, products, productsJson, customers];
