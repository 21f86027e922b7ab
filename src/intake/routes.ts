import { cutPage, readCursor } from '../formats/cursor.ts';
import { type Handlers, listOf, pageOf } from '../http/index.ts';
import { type KeyRing, speakFor } from '../keys/index.ts';
import { dayMs } from '../shop/days.ts';
import { fromMinor, trimPrice } from '../shop/money.ts';
import { isoTime } from './batch/upsert-rules.ts';
import { whyNotForSale } from './catalogue/for-sale.ts';
import { categoriesOf } from './catalogue/item-parts.ts';
import type { StoredItem } from './catalogue/stored-item.ts';
import { tidyPage } from './events/page-of-browser.ts';
import type { CustomerFacts } from './fact-queries/customers/store.ts';
import type { OrderFacts } from './fact-queries/orders/store.ts';
import type { CostRow, FigureQuery, MarketFigureRow } from './figures/store.ts';
import type { StoredImport } from './imports/import-types.ts';
import { previewOptions, toPreview } from './imports/preview/routes.ts';
import { uploadOptions } from './imports/upload/routes.ts';
import type { Intake } from './intake.ts';
import type { QuarantinedByRule, QuarantinedRow } from './quarantine/rows.ts';
import type {
  CostElement,
  CustomerElement,
  EventElement,
  ItemElement,
  MarketFigureElement,
  OrderElement,
  RefundElement,
} from './request-elements.ts';
import type { ListedItem } from './search/store.ts';

type IntakeOperation =
  | 'upsertItems'
  | 'listItems'
  | 'getItem'
  | 'upsertCustomers'
  | 'getCustomer'
  | 'eraseCustomer'
  | 'recordEvents'
  | 'recordOrders'
  | 'getOrder'
  | 'recordRefunds'
  | 'recordCosts'
  | 'listCosts'
  | 'recordMarketFigures'
  | 'listMarketFigures'
  | 'listImports'
  | 'importFile'
  | 'previewImport'
  | 'getImport'
  | 'listQuarantine'
  | 'countQuarantine'
  | 'redriveQuarantine';

/** What of a batch is not told to be malformed has the contract's form: cleaning judges it, not the routes. */
export function intakeRoutes(
  intake: Intake,
  { minorDigits, keys, clock }: { minorDigits: number; keys: KeyRing; clock: () => Date },
): Pick<Handlers, IntakeOperation> {
  return {
    upsertItems: async ({ body, malformed }) => ({
      json: await intake.upsertItems(body.items as ItemElement[], malformed),
    }),
    async listItems({ parameters }) {
      const { page, next, now } = await intake.listItems(parameters);
      return {
        json: listOf(
          page.map((item) => toListedItem(item, now, minorDigits)),
          next,
          now,
        ),
      };
    },
    getItem: async ({ parameters }) => ({ json: toItem(await intake.readItem(parameters.item_id)) }),
    upsertCustomers: async ({ body, malformed }) => ({
      json: await intake.upsertCustomers(body.customers as CustomerElement[], malformed),
    }),
    getCustomer: async ({ parameters }) => ({
      json: toCustomer(await intake.readCustomer(parameters.customer_id), minorDigits),
    }),
    async eraseCustomer({ parameters }) {
      const erasure = await intake.eraseCustomer(parameters.customer_id);
      return {
        json: {
          customer_id: erasure.customerId,
          erased_events: erasure.erasedEvents,
          anonymised_orders: erasure.anonymisedOrders,
          erased_quarantine_rows: erasure.erasedQuarantineRows,
        },
      };
    },
    async recordEvents({ body, malformed, key, browser }) {
      const named = speakFor(keys, key, body.events as EventElement[], clock(), '/events');
      const events = named.map((event) => tidyPage(event, key.isPublishable ? browser : undefined));
      return { json: await intake.recordEvents(events, malformed) };
    },
    recordOrders: async ({ body, malformed }) => ({
      json: await intake.recordOrders(body.orders as OrderElement[], malformed),
    }),
    getOrder: async ({ parameters }) => ({ json: toOrder(await intake.readOrder(parameters.order_id), minorDigits) }),
    recordRefunds: async ({ body, malformed }) => ({
      json: await intake.recordRefunds(body.refunds as RefundElement[], malformed),
    }),
    recordCosts: async ({ body, malformed }) => ({
      json: await intake.recordCosts(body.costs as CostElement[], malformed),
    }),
    async listCosts({ parameters }) {
      const found = await intake.listCosts(figureQuery(parameters));
      const { page, next } = cutPage(found, parameters.limit, ({ day, key }) => [dayNumber(day), key]);
      return {
        json: listOf(
          page.map((cost) => toCost(cost, minorDigits)),
          next,
        ),
      };
    },
    recordMarketFigures: async ({ body, malformed }) => ({
      json: await intake.recordMarketFigures(body.market_figures as MarketFigureElement[], malformed),
    }),
    async listMarketFigures({ parameters }) {
      const { from, to, ...rest } = parameters;
      const months = { from: from && `${from}-01`, to: to && `${to}-01` };
      const found = await intake.listMarketFigures(figureQuery({ ...rest, ...months }));
      const { page, next } = cutPage(found, parameters.limit, ({ month, key }) => [dayNumber(month), key]);
      return { json: listOf(page.map(toMarketFigure), next) };
    },

    listImports: async ({ parameters }) => ({
      json: await pageOf(parameters, intake.listImports, ({ importId }) => importId, toImport),
    }),
    importFile: async ({ parameters, upload }) => ({
      status: 202,
      json: toImport(await intake.importUpload(upload!.chunks, uploadOptions(parameters, upload!.mediaType))),
    }),
    previewImport: async ({ body }) => ({ json: toPreview(await intake.preview(previewOptions(body))) }),
    getImport: async ({ parameters }) => ({ json: toImport(await intake.readImport(Number(parameters.import_id))) }),
    async listQuarantine({ parameters }) {
      const { rule } = parameters;
      const read = (limit: number, before?: number) => intake.listQuarantine({ rule, limit, before });
      return { json: await pageOf(parameters, read, ({ quarantineId }) => quarantineId, toQuarantined) };
    },
    async countQuarantine() {
      const counted = await intake.countQuarantine();
      return { json: listOf(counted.map(toQuarantinedByRule)) };
    },
    async redriveQuarantine({ body: { rule, import_id } }) {
      return {
        json: await intake.redrive({ rule, importId: import_id === undefined ? undefined : Number(import_id) }),
      };
    },
  };
}

/** The last day of 2199, after which there is none. */
const latestDay = Date.UTC(2199, 11, 31) / dayMs;

/** A day as a number of a cursor. */
function dayNumber(day: string): number {
  return Date.parse(day) / dayMs;
}

/** One row more than a page, to see whether there is another. */
function figureQuery({ from, to, limit, cursor }: { from?: string; to?: string; limit: number; cursor?: string }) {
  const last = readCursor(cursor, 2);
  const before = last && {
    day: new Date(Math.min(last[0], latestDay) * dayMs).toISOString().slice(0, 10),
    key: last[1],
  };
  return { from, to, limit: limit + 1, before } satisfies FigureQuery;
}

function toCost(cost: CostRow, minorDigits: number) {
  return {
    day: cost.day,
    channel: cost.channel || null,
    campaign: cost.campaign || null,
    amount: fromMinor(cost.amountMinor, minorDigits),
    impressions: cost.impressions,
    clicks: cost.clicks,
  };
}

function toMarketFigure({ month, category, measure, whose, value, source }: MarketFigureRow) {
  return {
    month: month.slice(0, 7),
    category: category || null,
    measure: measure as MarketFigureElement['measure'],
    whose,
    value,
    source,
  };
}

function toItem(item: StoredItem) {
  return {
    item_id: item.itemId,
    title: item.title,
    url: item.url,
    image_url: item.imageUrl,
    description: item.description,
    category: item.category,
    categories: categoriesOf(item),
    brand: item.brand,
    gtin: item.gtin,
    parent_id: item.parentId,
    options: item.options,
    texts: item.texts,
    markets: item.markets,
    price: item.price,
    list_price: item.listPrice,
    cost: item.cost,
    stock: item.stock,
    hidden: item.hidden,
    available_from: isoTime(item.availableFrom),
    available_until: isoTime(item.availableUntil),
    attributes: item.attributes as Record<string, never>,
    embedding_length: item.embedding?.length ?? null,
    provisional: item.provisional,
    is_product: item.isProduct,
    updated_at: isoTime(item.updatedAt),
  };
}

function toListedItem(item: ListedItem, now: Date, minorDigits: number) {
  const money = (price: string | null) => price && trimPrice(price, minorDigits);
  return {
    item_id: item.itemId,
    title: item.title,
    category: item.category,
    brand: item.brand,
    price: money(item.price),
    list_price: money(item.listPrice),
    stock: item.stock,
    hidden: item.hidden,
    provisional: item.provisional,
    is_product: item.isProduct,
    why_not_for_sale: whyNotForSale(item, now.getTime()) ?? null,
  };
}

function toCustomer(customer: CustomerFacts, minorDigits: number) {
  return {
    customer_id: customer.customerId,
    attributes: customer.attributes as Record<string, never>,
    profiling_allowed: customer.profilingAllowed,
    registered_at: customer.registeredAt?.toISOString() ?? null,
    known_since: customer.createdAt.toISOString(),
    updated_at: customer.updatedAt?.toISOString() ?? null,
    orders: customer.orders,
    cancelled_orders: customer.cancelledOrders,
    spent: fromMinor(customer.spentMinor - customer.givenBackMinor, minorDigits),
    given_back: fromMinor(customer.givenBackMinor, minorDigits),
    first_order_at: customer.firstOrderAt?.toISOString() ?? null,
    last_order_at: customer.lastOrderAt?.toISOString() ?? null,
  };
}

function toOrder(order: OrderFacts, minorDigits: number) {
  const money = (minor: number) => fromMinor(minor, minorDigits);
  const told = (minor: number | null) => (minor === null ? null : money(minor));
  const price = (text: string | null) => text && trimPrice(text, minorDigits);
  const time = (at: string) => new Date(at).toISOString();
  return {
    order_id: order.orderId,
    customer_id: order.customerId,
    occurred_at: order.occurredAt.toISOString(),
    received_at: order.receivedAt.toISOString(),
    channel: order.channel,
    store: order.store,
    status: order.status as 'placed' | null,
    total: money(order.totalMinor),
    shipping: told(order.shippingMinor),
    tax: told(order.taxMinor),
    payment_fee: told(order.paymentFeeMinor),
    fees: told(order.feesMinor),
    updated_at: order.updatedAt?.toISOString() ?? null,
    lines: order.lines.map(({ amount_minor, given_back_minor, unit_price, list_price, ...line }) => ({
      ...line,
      unit_price: trimPrice(unit_price, minorDigits),
      list_price: price(list_price),
      amount: money(amount_minor),
      given_back_amount: money(given_back_minor),
    })),
    statuses: order.statuses.map(({ status, occurred_at }) => ({
      status: status as 'placed',
      occurred_at: time(occurred_at),
    })),
    refunds: order.refunds.map(
      ({ refund_id, occurred_at, amount_minor, shipping_minor, fees_minor, unlinked_minor }) => ({
        refund_id,
        occurred_at: time(occurred_at),
        amount: money(amount_minor),
        shipping: money(shipping_minor),
        fees: money(fees_minor),
        unlinked: money(unlinked_minor),
      }),
    ),
    versions: order.versions.map(({ version, updated_at, replaced_at, content }) => ({
      version,
      updated_at: updated_at && time(updated_at),
      replaced_at: time(replaced_at),
      occurred_at: time(content.occurred_at),
      total: money(content.total_minor),
      shipping: told(content.shipping_minor),
      fees: told(content.fees_minor),
      lines: content.lines.map(({ item_id, quantity, unit_price, amount_minor, coupon_code }) => ({
        ...{ item_id, quantity, coupon_code },
        unit_price: trimPrice(unit_price, minorDigits),
        amount: money(amount_minor),
      })),
      statuses: content.statuses.map(({ status, occurred_at }) => ({
        status: status as 'placed',
        occurred_at: time(occurred_at),
      })),
    })),
  };
}

function toImport(record: StoredImport) {
  return {
    import_id: String(record.importId),
    kind: record.kind,
    file: record.file,
    status: record.status,
    started_at: record.startedAt.toISOString(),
    finished_at: record.finishedAt?.toISOString() ?? null,
    report: record.report,
    progress: record.progress && {
      stage: record.progress.stage,
      rows: record.progress.rows,
      bytes_read: record.progress.bytesRead,
      bytes_total: record.progress.bytesTotal,
    },
    problem: record.problem,
  };
}

function toQuarantinedByRule({ rule, rows, firstReceivedAt, lastReceivedAt }: QuarantinedByRule) {
  return {
    rule,
    rows,
    first_received_at: firstReceivedAt.toISOString(),
    last_received_at: lastReceivedAt.toISOString(),
  };
}

function toQuarantined(row: QuarantinedRow) {
  return {
    quarantine_id: String(row.quarantineId),
    kind: row.kind,
    rules: row.rules,
    raw: row.raw as Record<string, never>,
    received_at: row.receivedAt.toISOString(),
    import_id: row.importId === null ? null : String(row.importId),
    row: row.rowNumber,
    faults: row.faults,
  };
}
