import { type Handlers, pageOf } from '../http/index.ts';
import { isoTime } from './batch/upsert-rules.ts';
import type { StoredItem } from './catalogue/apply-item.ts';
import type { StoredImport } from './imports/import-types.ts';
import type { Intake } from './intake.ts';
import type { QuarantinedRow } from './quarantine/rows.ts';
import type { CustomerElement, EventElement, ItemElement, OrderElement, RefundElement } from './request-elements.ts';

type IntakeOperation =
  | 'upsertItems'
  | 'getItem'
  | 'upsertCustomers'
  | 'eraseCustomer'
  | 'recordEvents'
  | 'recordOrders'
  | 'recordRefunds'
  | 'listImports'
  | 'getImport'
  | 'listQuarantine'
  | 'redriveQuarantine';

/** What of a batch is not told to be malformed has the contract's form: cleaning judges it, not the routes. */
export function intakeRoutes(intake: Intake): Pick<Handlers, IntakeOperation> {
  return {
    upsertItems: async ({ body, malformed }) => ({
      json: await intake.upsertItems(body.items as ItemElement[], malformed),
    }),
    getItem: async ({ parameters }) => ({ json: toItem(await intake.readItem(parameters.item_id)) }),
    upsertCustomers: async ({ body, malformed }) => ({
      json: await intake.upsertCustomers(body.customers as CustomerElement[], malformed),
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
    recordEvents: async ({ body, malformed }) => ({
      json: await intake.recordEvents(body.events as EventElement[], malformed),
    }),
    recordOrders: async ({ body, malformed }) => ({
      json: await intake.recordOrders(body.orders as OrderElement[], malformed),
    }),
    recordRefunds: async ({ body, malformed }) => ({
      json: await intake.recordRefunds(body.refunds as RefundElement[], malformed),
    }),

    listImports: async ({ parameters }) => ({
      json: await pageOf(parameters, intake.listImports, ({ importId }) => importId, toImport),
    }),
    getImport: async ({ parameters }) => ({ json: toImport(await intake.readImport(Number(parameters.import_id))) }),
    async listQuarantine({ parameters }) {
      const { rule } = parameters;
      const read = (limit: number, before?: number) => intake.listQuarantine({ rule, limit, before });
      return { json: await pageOf(parameters, read, ({ quarantineId }) => quarantineId, toQuarantined) };
    },
    async redriveQuarantine({ body: { rule, import_id } }) {
      return {
        json: await intake.redrive({ rule, importId: import_id === undefined ? undefined : Number(import_id) }),
      };
    },
  };
}

function toItem(item: StoredItem) {
  return {
    item_id: item.itemId,
    title: item.title,
    category: item.category,
    brand: item.brand,
    price: item.price,
    list_price: item.listPrice,
    cost: item.cost,
    stock: item.stock,
    hidden: item.hidden,
    available_from: isoTime(item.availableFrom),
    available_until: isoTime(item.availableUntil),
    attributes: item.attributes as Record<string, never>,
    provisional: item.provisional,
    is_product: item.isProduct,
    updated_at: isoTime(item.updatedAt),
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
