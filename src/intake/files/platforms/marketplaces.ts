import { say } from '../../../sentences/index.ts';
import type { Output } from '../understanding/plan.ts';
import type { Preset } from './preset.ts';

/** "All orders": item-price is of all pieces, before what a promotion took off. */
const amazonOrders: Preset = {
  platform: 'amazon',
  title: 'all orders of Amazon',
  needs: ['amazon-order-id', 'purchase-date', 'order-status', 'sku', 'quantity', 'item-price'],
  tells: [
    'merchant-order-id',
    'last-updated-date',
    'asin',
    'item-status',
    'currency',
    'item-promotion-discount',
    'ship-country',
    'fulfillment-channel',
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'amazon-order-id',
        item_id: ['sku', 'asin'],
        title: 'product-name',
        quantity: 'quantity',
        gross_amount: 'item-price',
        line_discount: 'item-promotion-discount',
        line_shipping: 'shipping-price',
        occurred_at: 'purchase-date',
        updated_at: 'last-updated-date',
        currency: 'currency',
        country: 'ship-country',
        customer_id: ['buyer-email'],
        channel: { constant: 'marketplace' },
        status: 'order-status',
      },
    },
  ],
};

/** Orders report, and what has to be shipped. */
const amazonItems: Preset = {
  platform: 'amazon',
  title: 'the orders report of Amazon',
  needs: ['order-id', 'order-item-id', 'purchase-date', 'sku', 'quantity-purchased', 'item-price'],
  tells: ['payments-date', 'buyer-email', 'buyer-name', 'currency', 'item-tax', 'shipping-price'],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'order-id',
        line_id: 'order-item-id',
        item_id: 'sku',
        title: 'product-name',
        quantity: 'quantity-purchased',
        gross_amount: 'item-price',
        line_discount: 'item-promotion-discount',
        line_shipping: 'shipping-price',
        occurred_at: ['purchase-date', 'payments-date'],
        currency: 'currency',
        country: 'ship-country',
        customer_id: ['buyer-email', 'buyer-name'],
        channel: { constant: 'marketplace' },
      },
    },
  ],
};

const principal = (type: string): Output['where'] => [
  { of: 'transaction-type', in: [type] },
  { of: 'amount-description', in: ['Principal'], reason: say('file.fees', {}) },
];

/** The settlement (version 2): money by what it is for; goods are its principal. */
const amazonSettlement: Preset = {
  platform: 'amazon',
  title: 'a settlement of Amazon',
  needs: ['settlement-id', 'transaction-type', 'order-id', 'amount-type', 'amount-description', 'amount', 'sku'],
  tells: ['posted-date', 'quantity-purchased', 'marketplace-name', 'order-item-code'],
  outputs: [
    {
      kind: 'orders',
      where: principal('Order'),
      isLineEach: true,
      fields: {
        order_id: 'order-id',
        line_id: 'order-item-code',
        item_id: 'sku',
        quantity: ['quantity-purchased', { constant: '1' }],
        line_amount: 'amount',
        occurred_at: ['posted-date-time', 'posted-date'],
        channel: { constant: 'marketplace' },
      },
    },
    {
      kind: 'refunds',
      where: principal('Refund'),
      fields: {
        refund_id: { parts: ['order-id', 'sku', 'posted-date'], by: '-' },
        order_id: 'order-id',
        occurred_at: ['posted-date-time', 'posted-date'],
        amount: 'amount',
      },
    },
  ],
};

/** The report of transactions: sales and refunds by their type, among fees and transfers. */
const amazonTransactions: Preset = {
  platform: 'amazon',
  title: 'transactions of Amazon (date range)',
  needs: ['date/time', 'settlement id', 'type', 'order id', 'sku', 'product sales'],
  tells: ['promotional rebates', 'selling fees', 'fba fees', 'shipping credits'],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'type', in: ['Order'] }],
      isLineEach: true,
      fields: {
        order_id: 'order id',
        item_id: 'sku',
        title: 'description',
        quantity: 'quantity',
        gross_amount: 'product sales',
        line_discount: 'promotional rebates',
        line_shipping: 'shipping credits',
        occurred_at: 'date/time',
        channel: { constant: 'marketplace' },
      },
    },
    {
      kind: 'refunds',
      where: [
        { of: 'type', in: ['Refund', 'Order'], reason: say('file.fees', {}) },
        { of: 'type', notIn: ['Order'] },
      ],
      fields: {
        refund_id: { parts: ['order id', 'sku', 'date/time'], by: '-' },
        order_id: 'order id',
        occurred_at: 'date/time',
        amount: 'product sales',
      },
    },
  ],
};

/** Seller Hub: of an order of several goods the first row is the order's own. */
const ebay: Preset = {
  platform: 'ebay',
  title: 'orders of eBay (Seller Hub)',
  needs: ['Order Number', 'Item Title', 'Quantity', 'Sold For', 'Sale Date'],
  tells: [
    'Sales Record Number',
    'Buyer Username',
    'Item Number',
    'Custom Label',
    'Total Price',
    'Shipping And Handling',
    'Paid On Date',
    'Transaction ID',
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      mayPriceLines: true,
      fields: {
        order_id: 'Order Number',
        line_id: 'Transaction ID',
        item_id: ['Custom Label', 'Item Number', 'Item Title'],
        title: 'Item Title',
        quantity: 'Quantity',
        unit_price: 'Sold For',
        order_total: 'Total Price',
        shipping: 'Shipping And Handling',
        tax: ['Seller Collected Tax'],
        occurred_at: ['Sale Date', 'Paid On Date'],
        customer_id: ['Buyer Username', 'Buyer Email'],
        country: ['Ship To Country', 'Buyer Country'],
        channel: { constant: 'marketplace' },
      },
    },
  ],
};

const etsyItems: Preset = {
  platform: 'etsy',
  title: 'sold order items of Etsy',
  dateOrder: 'mdy',
  needs: ['Sale Date', 'Item Name', 'Quantity', 'Price', 'Order ID'],
  tells: [
    'Buyer',
    'Transaction ID',
    'Listing ID',
    'Item Total',
    'Coupon Code',
    'Discount Amount',
    'Order Shipping',
    'Date Paid',
    'SKU',
    'Currency',
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'Order ID',
        line_id: 'Transaction ID',
        item_id: ['SKU', 'Listing ID', 'Item Name'],
        title: 'Item Name',
        quantity: 'Quantity',
        unit_price: 'Price',
        line_discount: 'Discount Amount',
        shipping: 'Order Shipping',
        occurred_at: ['Sale Date', 'Date Paid'],
        customer_id: ['Buyer', 'Ship Name'],
        country: 'Ship Country',
        coupon_code: 'Coupon Code',
        currency: 'Currency',
        channel: { constant: 'marketplace' },
      },
    },
  ],
};

const etsyOrders: Preset = {
  platform: 'etsy',
  title: 'sold orders of Etsy',
  dateOrder: 'mdy',
  needs: ['Sale Date', 'Order ID', 'Order Value', 'Order Total', 'Number of Items'],
  tells: ['Buyer User ID', 'Full Name', 'Discount Amount', 'Shipping', 'Sales Tax', 'Currency', 'Status'],
  outputs: [
    {
      kind: 'orders',
      fields: {
        order_id: 'Order ID',
        occurred_at: 'Sale Date',
        goods_total: 'Order Value',
        order_discount: 'Discount Amount',
        shipping: 'Shipping',
        customer_id: ['Buyer User ID', 'Buyer', 'Full Name'],
        country: 'Ship Country',
        coupon_code: 'Coupon Code',
        currency: 'Currency',
        status: 'Status',
        channel: { constant: 'marketplace' },
      },
    },
  ],
};

const merchantFields = {
  item_id: 'id',
  title: 'title',
  url: 'link',
  image_url: ['image_link', 'image link'],
  description: 'description',
  category: ['product_type', 'product type', 'google_product_category', 'google product category'],
  brand: 'brand',
  gtin: 'gtin',
  parent_id: ['item_group_id', 'item group id'],
  price: ['sale_price', 'sale price', 'price'],
  list_price: 'price',
  in_stock: {
    of: ['availability'],
    values: {
      ...{ out_of_stock: 'false', 'out of stock': 'false' },
      ...{ in_stock: 'true', 'in stock': 'true', preorder: 'true', backorder: 'true' },
    },
  },
} as const;

/** A feed of Google Merchant Center, XML or text. */
const merchant: Preset = {
  platform: 'google-merchant',
  title: 'a catalogue for Google Merchant Center',
  needs: ['id', 'title', 'link', 'price', 'availability|image_link|image link|description'],
  tells: [
    'image_link',
    'availability',
    'brand',
    'gtin',
    'condition',
    'google_product_category',
    'product_type',
    'item_group_id',
    'mpn',
  ],
  outputs: [{ kind: 'items', fields: merchantFields }],
};

/** Orders of Rakuten (RMS), a line a row; their state is a number. */
const rakuten: Preset = {
  platform: 'rakuten',
  title: 'orders of Rakuten Ichiba (RMS)',
  needs: ['注文番号', '商品管理番号|商品番号', '単価', '個数', 'ステータス|注文ステータス'],
  tells: ['注文日時', '商品明細ID', '注文者メールアドレス', '請求金額', '送料合計', 'サブステータスID', 'SKU管理番号'],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: '注文番号',
        line_id: '商品明細ID',
        item_id: ['商品番号', '商品管理番号', 'SKU管理番号', '商品名'],
        title: '商品名',
        quantity: '個数',
        unit_price: '単価',
        occurred_at: ['注文日時', '注文日'],
        time_of_day: '注文時間',
        customer_id: ['注文者メールアドレス', '注文者電話番号'],
        shipping: ['送料合計', '送料'],
        payment_fee: ['代引料合計', '代引料'],
        status: {
          of: ['注文ステータス', 'ステータス'],
          values: {
            ...{ 100: 'pending', 200: 'processing', 300: 'awaiting shipment', 400: 'processing', 500: 'shipped' },
            ...{ 600: 'shipped', 700: 'complete', 800: 'cancelled', 900: 'cancelled' },
          },
        },
      },
    },
  ],
};

export const marketplaces: readonly Preset[] = [
  amazonOrders,
  amazonItems,
  amazonSettlement,
  amazonTransactions,
  ebay,
  etsyItems,
  etsyOrders,
  merchant,
  rakuten,
];
