import { say } from '../../../sentences/index.ts';
import type { Preset } from './preset.ts';

/** The grid of orders (Sales > Orders > Export): an order a row, without its goods. */
const magentoGrid: Preset = {
  platform: 'magento',
  title: 'the grid of orders of Magento 2',
  needs: ['ID', 'Purchase Point', 'Purchase Date', 'Grand Total (Base)', 'Status'],
  tells: [
    'Bill-to Name',
    'Ship-to Name',
    'Grand Total (Purchased)',
    'Customer Email',
    'Subtotal',
    'Shipping and Handling',
    'Total Refunded',
  ],
  outputs: [
    {
      kind: 'orders',
      fields: {
        order_id: 'ID',
        occurred_at: 'Purchase Date',
        goods_total: 'Subtotal',
        order_total: ['Grand Total (Base)', 'Grand Total (Purchased)'],
        shipping: ['Shipping and Handling'],
        customer_id: ['Customer Email', 'Customer Name', 'Bill-to Name'],
        status: 'Status',
        refunded_amount: 'Total Refunded',
      },
    },
  ],
};

const magentoOrders: Preset = {
  platform: 'magento',
  title: 'orders of the Magento 2 API',
  needs: ['increment_id', 'items', 'items.qty_ordered', 'created_at'],
  tells: ['items.row_total', 'base_grand_total', 'order_currency_code', 'customer_email', 'customer_is_guest', 'state'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'items' },
      // A configurable product and what was chosen of it are two lines, of which the first has the price.
      lineWhere: [{ of: '@parent_item_id', filled: false }],
      isLineEach: true,
      fields: {
        order_id: 'increment_id',
        line_id: '@item_id',
        item_id: ['@sku', '@product_id'],
        title: '@name',
        quantity: '@qty_ordered',
        gross_amount: '@row_total',
        line_discount: '@discount_amount',
        line_refunded_quantity: '@qty_refunded',
        line_refunded_amount: '@amount_refunded',
        occurred_at: 'created_at',
        updated_at: 'updated_at',
        customer_id: ['customer_id', 'customer_email'],
        currency: ['order_currency_code', 'base_currency_code'],
        country: 'billing_address.country_id',
        coupon_code: 'coupon_code',
        shipping: 'shipping_amount',
        tax: 'tax_amount',
        status: ['status', 'state'],
        zone: 'store_timezone',
      },
    },
  ],
};

/** Tables `sales_order_item` and `sales_order`, or both as one. */
const magentoTables: Preset = {
  platform: 'magento',
  title: 'lines of orders of Magento 2, with the table of orders',
  needs: ['item_id', 'order_id|increment_id', 'sku', 'qty_ordered', 'row_total'],
  tells: ['parent_item_id', 'product_type', 'discount_amount', 'qty_refunded', 'qty_invoiced', 'base_price'],
  joins: [
    { has: ['entity_id', 'increment_id', 'state', 'status', 'base_grand_total'], on: 'order_id', key: 'entity_id' },
  ],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'parent_item_id', filled: false, reason: say('file.chosen-of-product', {}) }],
      isLineEach: true,
      fields: {
        order_id: ['increment_id', 'order_id'],
        line_id: 'item_id',
        item_id: 'sku',
        title: 'name',
        quantity: 'qty_ordered',
        gross_amount: 'row_total',
        line_discount: 'discount_amount',
        line_refunded_quantity: 'qty_refunded',
        line_refunded_amount: 'amount_refunded',
        occurred_at: 'created_at',
        updated_at: 'updated_at',
        customer_id: ['customer_id', 'customer_email'],
        currency: ['order_currency_code', 'base_currency_code'],
        shipping: 'shipping_amount',
        coupon_code: 'coupon_code',
        status: ['status', 'state'],
      },
    },
  ],
};

const magentoProducts: Preset = {
  platform: 'magento',
  title: 'products of Magento 2',
  needs: ['sku', 'attribute_set_code', 'product_type', 'name', 'price'],
  tells: ['categories', 'special_price', 'qty', 'url_key', 'base_image', 'visibility', 'product_online'],
  outputs: [
    {
      kind: 'items',
      where: [{ of: 'store_view_code', filled: false, reason: say('file.other-view', {}) }],
      fields: {
        item_id: 'sku',
        title: 'name',
        category: 'categories',
        price: ['special_price', 'price'],
        list_price: 'price',
        cost: 'cost',
        stock: 'qty',
        hidden: { of: 'product_online', values: { '1': 'false', '2': 'true', '0': 'true' } },
        brand: ['manufacturer', 'brand'],
        description: ['short_description', 'description'],
      },
    },
  ],
};

const prestaStates = {
  '1': 'awaiting',
  '2': 'paid',
  '3': 'processing',
  '4': 'shipped',
  '5': 'delivered',
  '6': 'cancelled',
  '7': 'refunded',
  '8': 'failed',
  '9': 'paid',
  '10': 'awaiting',
  '11': 'paid',
  '12': 'awaiting',
  '13': 'awaiting',
  '14': 'awaiting',
};

/** The list of orders (Orders > Export), in the language of the back office: an order a row, without its goods. */
const prestaGrid: Preset = {
  platform: 'prestashop',
  title: 'the list of orders of PrestaShop',
  needs: [
    'ID',
    'Reference|Référence|Referencia|Riferimento|Referentie|Indeks|Referência|Bestell-Nr.|Referenz|Kod referencyjny',
    'Total|Totale|Gesamt|Totaal|Razem|Łącznie|Suma|Gesamtsumme',
    'Status|État|Estado|Stato|Etat|Stan',
    'Date|Fecha|Data|Datum',
  ],
  tells: [
    'New client',
    'Nouveau client',
    'Nuevo cliente',
    'Nuovo cliente',
    'Payment',
    'Paiement',
    'Pago',
    'Pagamento',
    'Zahlung',
    'Płatność',
    'Delivery',
    'Livraison',
    'Entrega',
    'Consegna',
    'Customer',
    'Client',
    'Cliente',
  ],
  outputs: [
    {
      kind: 'orders',
      fields: {
        order_id: [
          'Reference',
          'Référence',
          'Referencia',
          'Riferimento',
          'Referentie',
          'Indeks',
          'Referência',
          'Referenz',
          'ID',
        ],
        occurred_at: ['Date', 'Fecha', 'Data', 'Datum'],
        order_total: ['Total', 'Totale', 'Gesamt', 'Totaal', 'Razem', 'Łącznie', 'Suma', 'Gesamtsumme'],
        customer_id: ['Customer', 'Client', 'Cliente', 'Kunde', 'Klant', 'Klient'],
        country: ['Delivery', 'Livraison', 'Entrega', 'Consegna', 'Lieferung', 'Levering', 'Dostawa'],
        status: ['Status', 'État', 'Estado', 'Stato', 'Etat', 'Stan'],
      },
    },
  ],
};

/** Tables `ps_order_detail` and `ps_orders`, or a query that joins them. */
const prestaLines: Preset = {
  platform: 'prestashop',
  title: 'lines of orders of PrestaShop',
  needs: ['id_order', 'product_name', 'product_quantity', 'product_price|unit_price_tax_incl|total_price_tax_incl'],
  tells: [
    'id_order_detail',
    'product_reference',
    'product_id',
    'product_quantity_refunded',
    'id_shop',
    'date_add',
    'id_customer',
    'current_state',
  ],
  joins: [{ has: ['id_order', 'id_customer', 'date_add'], on: 'id_order', key: 'id_order' }],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'valid', notIn: ['0'], reason: say('file.not-paid', {}) }],
      isLineEach: true,
      fields: {
        order_id: ['id_order'],
        line_id: 'id_order_detail',
        item_id: ['product_reference', 'product_attribute_id', 'product_id', 'product_name'],
        title: 'product_name',
        quantity: 'product_quantity',
        line_amount: 'total_price_tax_incl',
        occurred_at: ['date_add', 'order_date', 'invoice_date'],
        updated_at: ['date_upd'],
        customer_id: ['id_customer', 'email'],
        currency: ['iso_code', 'currency'],
        shipping: ['total_shipping_tax_incl', 'total_shipping'],
        status: [{ of: 'current_state', values: prestaStates }, 'order_state', 'state_name', 'status'],
        line_refunded_quantity: 'product_quantity_refunded',
      },
    },
  ],
};

/** Orders of the webservice, with their rows as associations. */
const prestashopApi: Preset = {
  platform: 'prestashop',
  title: 'orders of the PrestaShop webservice',
  needs: ['reference', 'current_state', 'date_add', 'associations.order_rows'],
  tells: ['id_customer', 'total_paid', 'total_products_wt', 'total_shipping', 'date_upd', 'module'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'associations.order_rows' },
      isLineEach: true,
      fields: {
        order_id: ['id', 'reference'],
        line_id: '@id',
        item_id: ['@product_reference', '@product_attribute_id', '@product_id', '@product_name'],
        title: '@product_name',
        quantity: '@product_quantity',
        unit_price: ['@unit_price_tax_incl', '@product_price'],
        occurred_at: 'date_add',
        updated_at: 'date_upd',
        customer_id: 'id_customer',
        shipping: ['total_shipping_tax_incl', 'total_shipping'],
        order_discount: ['total_discounts_tax_incl', 'total_discounts'],
        order_total: ['total_paid_tax_incl', 'total_paid'],
        status: { of: 'current_state', values: prestaStates },
      },
    },
  ],
};

/** An order of the API, as files have it and as it is delivered: by the same ids it is the same. */
export const medusaOrder = {
  order_id: ['display_id', 'id'],
  line_id: '@id',
  item_id: ['@variant_sku', '@variant.sku', '@sku', '@variant_id', '@product_id', '@title'],
  title: ['@product_title', '@title'],
  quantity: ['@quantity', '@detail.quantity'],
  unit_price: '@unit_price',
  line_discount: '@discount_total',
  occurred_at: 'created_at',
  customer_id: ['email', 'customer.email', 'customer_id'],
  currency: ['currency_code', 'region.currency_code'],
  country: ['shipping_address.country_code', 'billing_address.country_code'],
  shipping: 'shipping_total',
  payment_status: 'payment_status',
  cancelled_at: 'canceled_at',
  refunded_amount: [
    'refunded_total',
    'summary.refunded_total',
    { sumOf: 'payment_collections.*.payments.*.refunds.*.amount' },
    { sumOf: 'refunds.*.amount' },
  ],
} as const;

const medusa1: Preset = {
  platform: 'medusa',
  title: 'orders of Medusa 1 (amounts in the smallest coins)',
  needs: ['display_id', 'items', 'items.unit_price', 'created_at'],
  tells: [
    'cart_id',
    'region_id',
    'payment_status',
    'fulfillment_status',
    'currency_code',
    'items.variant.sku',
    'tax_rate',
  ],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'items' },
      isLineEach: true,
      isMinor: true,
      fields: { ...medusaOrder, updated_at: 'updated_at' },
    },
  ],
};

const medusa2: Preset = {
  platform: 'medusa',
  title: 'orders of Medusa 2',
  needs: [
    'display_id',
    'items',
    'items.unit_price',
    'created_at',
    '=summary|=version|=items.variant_sku|=items.raw_unit_price|=items.detail',
  ],
  tells: ['summary', 'version', 'payment_status', 'currency_code', 'items.variant_sku', 'items.product_title', 'email'],
  outputs: [
    { kind: 'orders', each: { list: 'items' }, isLineEach: true, fields: { ...medusaOrder, updated_at: 'updated_at' } },
  ],
};

/** The export of the admin of Medusa 1: an order a row, without its goods. */
const medusaList: Preset = {
  platform: 'medusa',
  title: 'the list of orders of Medusa 1',
  needs: ['Order_ID|Order ID', 'Display_ID|Display ID', 'Date', 'Payment Status', 'Total'],
  tells: ['Customer Email', 'Fulfillment Status', 'Subtotal', 'Shipping Total', 'Refunded Total', 'Currency Code'],
  outputs: [
    {
      kind: 'orders',
      isMinor: true,
      fields: {
        order_id: ['Display_ID', 'Display ID'],
        occurred_at: 'Date',
        order_total: 'Total',
        shipping: 'Shipping Total',
        customer_id: ['Customer Email', 'Customer ID'],
        currency: 'Currency Code',
        payment_status: 'Payment Status',
        status: {
          of: 'Order status',
          values: { canceled: 'cancelled', archived: 'completed', completed: 'completed', pending: 'completed' },
        },
        refunded_amount: 'Refunded Total',
      },
    },
  ],
};

/** Public tables of Olist: lines with their orders, customers and products. */
const olist: Preset = {
  platform: 'olist',
  title: 'order items of Olist, with the tables beside',
  needs: ['order_id', 'order_item_id', 'product_id', 'price', 'freight_value'],
  tells: ['seller_id', 'shipping_limit_date'],
  joins: [
    { has: ['order_id', 'customer_id', 'order_status', 'order_purchase_timestamp'], on: 'order_id', key: 'order_id' },
    { has: ['customer_id', 'customer_unique_id'], on: 'customer_id', key: 'customer_id' },
    { has: ['product_id', 'product_category_name'], on: 'product_id', key: 'product_id' },
    {
      has: ['product_category_name', 'product_category_name_english'],
      on: 'product_category_name',
      key: 'product_category_name',
    },
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'order_id',
        line_id: 'order_item_id',
        item_id: 'product_id',
        title: ['product_category_name_english', 'product_category_name'],
        quantity: { constant: '1' },
        unit_price: 'price',
        line_shipping: 'freight_value',
        occurred_at: 'order_purchase_timestamp',
        customer_id: ['customer_unique_id', 'customer_id'],
        status: 'order_status',
      },
    },
  ],
};

/** Orders of VirtueMart, a line a row; its states are letters. */
const virtuemart: Preset = {
  platform: 'virtuemart',
  title: 'orders of VirtueMart, a line a row',
  needs: [
    'order_number|virtuemart_order_id',
    'order_status',
    'order_item_name|order_item_sku',
    'product_quantity',
    'product_final_price|product_item_price',
  ],
  tells: ['virtuemart_user_id', 'created_on', 'order_total', 'order_shipment', 'modified_on'],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: ['order_number', 'virtuemart_order_id'],
        line_id: 'virtuemart_order_item_id',
        item_id: ['order_item_sku', 'virtuemart_product_id', 'order_item_name'],
        title: 'order_item_name',
        quantity: 'product_quantity',
        unit_price: ['product_final_price', 'product_item_price'],
        occurred_at: 'created_on',
        updated_at: 'modified_on',
        customer_id: ['virtuemart_user_id', 'email'],
        currency: 'order_currency',
        shipping: 'order_shipment',
        coupon_code: 'coupon_code',
        status: {
          of: 'order_status',
          values: {
            ...{
              p: 'pending',
              u: 'pending',
              c: 'paid',
              s: 'shipped',
              f: 'completed',
              x: 'cancelled',
              d: 'denied',
              r: 'refunded',
            },
          },
        },
      },
    },
  ],
};

/** Tables of OpenCart: the products of orders, with the orders beside. The numbers of states are those that it comes with. */
const opencart: Preset = {
  platform: 'opencart',
  title: 'products of the orders of OpenCart, with the orders beside',
  needs: ['order_product_id', 'order_id', 'product_id', 'model', 'quantity', 'price'],
  tells: ['reward', 'name', 'total', 'tax'],
  joins: [{ has: ['order_id', 'order_status_id', 'date_added', 'customer_id'], on: 'order_id', key: 'order_id' }],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'order_id',
        line_id: 'order_product_id',
        item_id: ['model', 'product_id', 'name'],
        title: 'name',
        quantity: 'quantity',
        unit_price: 'price',
        occurred_at: 'date_added',
        updated_at: 'date_modified',
        customer_id: 'customer_id',
        currency: 'currency_code',
        country: ['shipping_country', 'payment_country'],
        status: {
          of: 'order_status_id',
          values: {
            ...{
              0: 'abandoned',
              1: 'pending',
              2: 'processing',
              3: 'shipped',
              5: 'complete',
              7: 'canceled',
              8: 'denied',
            },
            ...{
              9: 'canceled',
              10: 'failed',
              11: 'refunded',
              12: 'refunded',
              13: 'chargeback',
              14: 'expired',
              15: 'processed',
            },
            16: 'voided',
          },
        },
      },
    },
  ],
};

/** Orders with their goods, as columns of the tables oxorder and oxorderarticles are called. */
const oxid: Preset = {
  platform: 'oxid',
  title: 'orders of OXID eShop',
  needs: ['OXORDERNR', 'OXORDERDATE', 'OXARTNUM', 'OXAMOUNT', 'OXBPRICE|OXBRUTPRICE'],
  tells: [
    'OXBILLEMAIL',
    'OXUSERID',
    'OXTITLE',
    'OXDELCOST',
    'OXVOUCHERDISCOUNT',
    'OXSTORNO',
    'OXPAID',
    'OXTOTALORDERSUM',
  ],
  outputs: [
    {
      kind: 'orders',
      isLineEach: true,
      fields: {
        order_id: 'OXORDERNR',
        item_id: 'OXARTNUM',
        title: 'OXTITLE',
        quantity: 'OXAMOUNT',
        unit_price: 'OXBPRICE',
        gross_amount: 'OXBRUTPRICE',
        order_discount: 'OXVOUCHERDISCOUNT',
        order_total: 'OXTOTALORDERSUM',
        shipping: 'OXDELCOST',
        currency: 'OXCURRENCY',
        occurred_at: 'OXORDERDATE',
        customer_id: ['OXBILLEMAIL', 'OXUSERID'],
        coupon_code: 'OXVOUCHERNR',
        status: { of: 'OXSTORNO', values: { '1': 'cancelled' } },
      },
    },
  ],
};

export const openSource: readonly Preset[] = [
  magentoGrid,
  magentoOrders,
  magentoTables,
  magentoProducts,
  prestaGrid,
  prestaLines,
  medusa1,
  medusa2,
  medusaList,
  olist,
  prestashopApi,
  virtuemart,
  opencart,
  oxid,
];
