import { say } from '../../../sentences/index.ts';
import type { Preset } from './preset.ts';

/** Platforms of an API alone, whose amounts are whole numbers of the smallest coins or whose orders lie apart from their lines. */

/** GraphQL of Vendure: orders that are placed, from the admin API. */
const vendure: Preset = {
  platform: 'vendure',
  title: 'orders of Vendure',
  needs: [
    'code',
    'state',
    'lines',
    'lines.productVariant.sku|lines.productVariant.id',
    'lines.quantity',
    'orderPlacedAt|createdAt',
  ],
  tells: [
    'lines.linePriceWithTax',
    'lines.unitPriceWithTax',
    'lines.proratedLinePriceWithTax',
    'currencyCode',
    'totalWithTax',
    'shippingWithTax',
  ],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: 'active', notIn: ['true'], reason: say('file.basket', {}) }],
      each: { list: 'lines' },
      isLineEach: true,
      isMinor: true,
      fields: {
        order_id: ['code', 'id'],
        line_id: '@id',
        item_id: ['@productVariant.sku', '@productVariant.id', '@productVariant.name'],
        title: '@productVariant.name',
        quantity: '@quantity',
        line_amount: ['@proratedLinePriceWithTax', '@discountedLinePriceWithTax', '@linePriceWithTax', '@linePrice'],
        unit_price: ['@unitPriceWithTax', '@unitPrice'],
        occurred_at: ['orderPlacedAt', 'createdAt'],
        updated_at: 'updatedAt',
        customer_id: ['customer.id', 'customer.emailAddress'],
        currency: 'currencyCode',
        country: ['shippingAddress.countryCode', 'billingAddress.countryCode'],
        coupon_code: 'couponCodes.0',
        shipping: ['shippingWithTax', 'shipping'],
        status: 'state',
        refunded_amount: { sumOf: 'payments.*.refunds.*.total' },
      },
    },
  ],
};

/** The admin API of Sylius, as JSON-LD or plain. */
const sylius: Preset = {
  platform: 'sylius',
  title: 'orders of Sylius',
  needs: ['number', 'checkoutCompletedAt|createdAt', 'items', 'items.unitPrice', 'items.variant', 'paymentState|state'],
  tells: ['tokenValue', 'currencyCode', 'localeCode', 'itemsTotal', 'shippingState', 'orderPromotionTotal'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'items' },
      isLineEach: true,
      isMinor: true,
      fields: {
        order_id: ['number', 'tokenValue', 'id'],
        line_id: '@id',
        item_id: ['@variant.code', '@variant', '@productName'],
        title: ['@productName', '@variantName'],
        quantity: '@quantity',
        line_amount: '@total',
        unit_price: '@unitPrice',
        occurred_at: ['checkoutCompletedAt', 'createdAt'],
        updated_at: 'updatedAt',
        customer_id: ['customer.email', 'customer.id', 'customer'],
        currency: 'currencyCode',
        coupon_code: ['promotionCoupon.code'],
        shipping: 'shippingTotal',
        order_total: 'total',
        status: 'state',
        payment_status: 'paymentState',
      },
    },
  ],
};

/** Details of orders of VTEX. */
const vtex: Preset = {
  platform: 'vtex',
  title: 'orders of VTEX',
  needs: ['orderId', 'creationDate', 'items', 'items.sellingPrice|items.price', 'totals|value'],
  tells: [
    'sequence',
    'marketplaceOrderId',
    'clientProfileData.email',
    'storePreferencesData.currencyCode',
    'items.refId',
    'origin',
  ],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'items' },
      isLineEach: true,
      isMinor: true,
      fields: {
        order_id: 'orderId',
        line_id: '@uniqueId',
        item_id: ['@refId', '@id', '@productId', '@name'],
        title: '@name',
        quantity: '@quantity',
        unit_price: ['@sellingPrice', '@price'],
        list_price: '@listPrice',
        occurred_at: 'creationDate',
        updated_at: ['lastChange', 'lastChangeDate'],
        customer_id: ['clientProfileData.userProfileId', 'clientProfileData.email'],
        currency: 'storePreferencesData.currencyCode',
        coupon_code: 'marketingData.coupon',
        status: 'status',
      },
    },
  ],
};

/** The orders API of Square. An order without a payment is open still. */
const squareOrders: Preset = {
  platform: 'square',
  title: 'orders of the Square API',
  needs: ['id', 'location_id', 'line_items', 'line_items.base_price_money', 'state'],
  tells: ['created_at', 'total_money.amount', 'tenders', 'net_amounts', 'source.name', 'customer_id'],
  outputs: [
    {
      kind: 'orders',
      each: { list: 'line_items' },
      isLineEach: true,
      isMinor: true,
      fields: {
        order_id: 'id',
        line_id: '@uid',
        item_id: ['@catalog_object_id', '@name'],
        title: '@name',
        quantity: '@quantity',
        unit_price: '@base_price_money',
        gross_amount: '@gross_sales_money',
        line_discount: '@total_discount_money',
        occurred_at: ['created_at', 'closed_at'],
        updated_at: 'updated_at',
        customer_id: 'customer_id',
        store: 'location_id',
        tax: 'total_tax_money',
        status: {
          of: 'state',
          values: { completed: 'completed', canceled: 'cancelled', open: 'unpaid', draft: 'draft' },
        },
        refunded_amount: { sumOf: 'refunds.*.amount_money' },
      },
    },
  ],
};

/** Rows of a bulk operation of Shopify's GraphQL API: what belongs to an order stands below it. */
const shopifyBulk: Preset = {
  platform: 'shopify',
  title: 'a bulk operation of the Shopify API',
  needs: ['__parentId', 'id', 'name', 'createdAt', 'quantity'],
  tells: ['displayFinancialStatus', 'originalUnitPriceSet', 'discountedTotalSet', 'sku', 'title', 'email', 'updatedAt'],
  outputs: [
    {
      kind: 'orders',
      where: [{ of: ['name', 'quantity'], filled: true, reason: say('file.no-line', {}) }],
      continued: true,
      isLineEach: true,
      fields: {
        order_id: 'name',
        item_id: ['sku', 'variant.sku', 'variant.id', 'product.id', 'title'],
        title: 'title',
        quantity: ['quantity', 'currentQuantity'],
        line_amount: 'discountedTotalSet',
        unit_price: ['originalUnitPriceSet', 'discountedUnitPriceSet', 'originalUnitPrice'],
        occurred_at: ['createdAt', 'processedAt'],
        updated_at: 'updatedAt',
        customer_id: ['email', 'customer.email', 'customer.id'],
        currency: 'currencyCode',
        shipping: 'totalShippingPriceSet',
        tax: 'totalTaxSet',
        cancelled_at: 'cancelledAt',
        payment_status: 'displayFinancialStatus',
        refunded_amount: 'totalRefundedSet',
        is_test: 'test',
      },
    },
  ],
};

export const headless: readonly Preset[] = [vendure, sylius, vtex, squareOrders, shopifyBulk];
