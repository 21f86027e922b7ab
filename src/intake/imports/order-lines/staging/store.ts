import { copyLine, type Transaction } from '../../../../db/index.ts';
import { erasureHash } from '../../../erasure/store.ts';
import { faultsColumn } from '../../../quarantine/raw.ts';
import { withheld } from '../../../quarantine/rows.ts';
import type { PreparedLine } from '../prepare-line.ts';

/** A prepared row with its place: `rowKey` is unique in this run, `rowNumber` is that of the file. */
export interface PlacedLine {
  rowKey: number;
  rowNumber: number | null;
  prepared: PreparedLine;
}

const columns = `row_key, row_number, raw, refused, corrections, role, order_id, item_id, title, quantity, unit_price,
  list_price, amount_minor, occurred_at, customer_id, visitor_id, country, coupon_code, list_id, is_product, presumed, faults,
  unit_cost, refund_reason, channel, store, shipping_minor, tax_minor, payment_fee_minor, fees_minor, status, status_at, updated_at`;

const idColumns = ['order_id', 'item_id', 'customer_id', 'visitor_id'];

/** `hashRaw` in SQL. */
const rawHash = `sha256(convert_to(r.raw, 'UTF8'))`;

const isoText = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Makes the temporary tables of one run anew; a redrive has several in one transaction. */
export async function openStaging(tx: Transaction): Promise<void> {
  for (const table of [
    'staged_rows',
    'staged_lines',
    'staged_refusals',
    'staged_known',
    'staged_owners',
    'staged_orders',
    'staged_refunds',
    'staged_cancellations',
    'staged_links',
    'staged_statuses',
  ]) {
    await tx.query(`drop table if exists pg_temp.${table}`);
  }
  await tx.query(`create temporary table staged_rows (
    row_key bigint, row_number bigint, raw text, refused text[], corrections jsonb, role text,
    order_id text collate "C", item_id text collate "C", title text, quantity numeric, unit_price numeric, list_price numeric,
    amount_minor bigint, occurred_at timestamptz, customer_id text collate "C", visitor_id text collate "C", country text,
    coupon_code text, list_id uuid, is_product boolean, presumed boolean, faults jsonb, unit_cost numeric, refund_reason text, channel text, store text,
    shipping_minor bigint, tax_minor bigint, payment_fee_minor bigint, fees_minor bigint, status text, status_at timestamptz, updated_at timestamptz) on commit drop`);
}

export function copyRows(tx: Transaction, lines: AsyncIterable<PlacedLine>): Promise<number> {
  return tx.copyInto(`staged_rows (${columns})`, copyLines(lines));
}

async function* copyLines(lines: AsyncIterable<PlacedLine>): AsyncGenerator<string> {
  for await (const { rowKey, rowNumber, prepared } of lines) {
    const { line } = prepared;
    yield copyLine([
      rowKey,
      rowNumber,
      prepared.raw,
      prepared.refused.length > 0 ? prepared.refused : null,
      prepared.corrections.length > 0 ? JSON.stringify(prepared.corrections) : null,
      line?.role,
      line?.orderId,
      line?.itemId,
      line?.title,
      line?.quantity,
      line?.unitPrice,
      line?.listPrice,
      line?.amountMinor,
      line?.occurredAt === undefined ? null : new Date(line.occurredAt),
      line?.customerId,
      line?.visitorId,
      line?.country,
      line?.couponCode,
      line?.listId,
      line?.isProduct,
      line?.isPresumed,
      faultsColumn(prepared.unreadable),
      line?.unitCost,
      line?.refundReason,
      line?.terms.channel,
      line?.terms.store,
      line?.terms.shippingMinor,
      line?.terms.taxMinor,
      line?.terms.paymentFeeMinor,
      line?.terms.feesMinor,
      line?.terms.status,
      line?.terms.statusAt === undefined ? null : new Date(line.terms.statusAt),
      line?.terms.updatedAt === undefined ? null : new Date(line.terms.updatedAt),
    ]);
  }
}

/** Ids of these columns without the `.0` that a program has put behind them. */
export async function writeWhole(tx: Transaction, fields: readonly string[]): Promise<void> {
  for (const field of idColumns.filter((column) => fields.includes(column))) {
    await tx.query(
      `update staged_rows set ${field} = split_part(${field}, '.', 1) where ${field} ~ '^[0-9]+[.]0{1,6}$'`,
    );
  }
}

/** The share of orders of whoever has the most of them. */
export async function selectBusiest(
  tx: Transaction,
): Promise<{ orders: number; all: number; row: number } | undefined> {
  const [row] = await tx.query<{ orders: number; all: number; row: number }>(
    `with named as (
       select customer_id, min(row_number) as row, count(distinct order_id) as orders
       from staged_rows where role = 'sale' and customer_id is not null and order_id is not null group by customer_id)
     select orders, row, (select count(distinct order_id) from staged_rows where role = 'sale' and order_id is not null) as all
     from named order by orders desc, row limit 1`,
  );
  return row;
}

/**
 * Takes out rows of an order as it was, where the file also has it as it was later. What a row does not tell of it, the row above
 * of the same order does.
 * @returns how many; undefined: no row tells since when its order is so
 */
export async function removeOutdated(tx: Transaction): Promise<number | undefined> {
  const [{ told }] = await tx.query<{ told: boolean }>(
    'select exists (select from staged_rows r where r.updated_at is not null) as told',
  );
  if (!told) return undefined;
  const [row] = await tx.query<{ count: number }>(
    `with placed as (
       select row_key, order_id, updated_at, greatest(1, count(updated_at) over (partition by order_id order by row_key)) as place
       from staged_rows where refused is null and order_id is not null),
     dated as (
       select row_key, max(updated_at) over (partition by order_id, place) as updated_at,
              max(updated_at) over (partition by order_id) as newest
       from placed),
     gone as (delete from staged_rows r using dated d where r.row_key = d.row_key and d.updated_at < d.newest returning 1)
     select count(*) from gone`,
  );
  return row.count;
}

/** Takes out rows that equal an earlier one. @returns how many */
export async function removeDuplicates(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with first as (select raw, min(row_key) as row_key from staged_rows group by raw having count(*) > 1),
          gone as (delete from staged_rows r using first where r.raw = first.raw and r.row_key > first.row_key returning 1)
     select count(*) from gone`,
  );
  return row.count;
}

/**
 * Parts the rows into lines that may become facts (`staged_lines`) and refusals. Whoever the first row of an order that names
 * somebody names, is the order's; in a redrive, whoever the order has been recorded for.
 */
export async function partRows(tx: Transaction, growing: boolean): Promise<void> {
  await tx.query(`create temporary table staged_refusals on commit drop as
    select row_key, refused as rules from staged_rows where refused is not null`);
  await tx.query('create temporary table staged_known (row_key bigint) on commit drop');
  await tx.query(`create temporary table staged_lines on commit drop as
    select row_key, role, order_id, item_id, title, quantity, unit_price, list_price, amount_minor, occurred_at,
           customer_id, visitor_id, country, coupon_code, list_id, is_product, presumed, unit_cost, refund_reason
    from staged_rows where refused is null`);
  const termsOf = await chooseTerms(tx);
  await tx.query(
    `create temporary table staged_owners on commit drop as
     select role, order_id, size,
            case when known.order_id is null then first.customer_id else known.customer_id end as customer_id, first.visitor_id,
            first.updated_at, ${termColumns.join()}
     from (select role, order_id, count(*) as size, max(updated_at) as updated_at, ${termsOf},
                  (array_agg(customer_id order by row_key) filter (where customer_id is not null))[1] as customer_id,
                  (array_agg(visitor_id order by row_key) filter (where visitor_id is not null))[1] as visitor_id
           from staged_rows where refused is null group by role, order_id) as first
     left join (select o.order_id, c.customer_id from orders o left join customers c using (customer_key)
                where ${growing} and o.import_id is not null) as known using (order_id)`,
  );
  await tx.query('analyze staged_lines, staged_owners');
}

/** What rows tell of their whole order. */
const termColumns = ['channel', 'store', 'shipping_minor', 'tax_minor', 'payment_fee_minor', 'fees_minor'];
const termTypes = ['text', 'text', 'bigint', 'bigint', 'bigint', 'bigint'];

/** SQL of each term by the first row that tells it, or of none where no row of the file tells any. */
async function chooseTerms(tx: Transaction): Promise<string> {
  const [{ told }] = await tx.query<{ told: boolean }>(
    `select exists (select from staged_rows where num_nonnulls(${termColumns.join()}) > 0) as told`,
  );
  return termColumns
    .map((column, index) =>
      told
        ? `(array_agg(${column} order by row_key) filter (where ${column} is not null))[1] as ${column}`
        : `null::${termTypes[index]} as ${column}`,
    )
    .join();
}

/** Refuses rows whose order is another person's, and orders that are too large to be one. @returns rows of mixed orders */
export async function refuseMisfits(tx: Transaction, largestOrder: number): Promise<number> {
  const [row] = await tx.query<{ mixed: number }>(
    `with gone as (
       delete from staged_lines l using staged_owners o
       where l.role = o.role and l.order_id = o.order_id and (o.size > $1 or l.customer_id <> o.customer_id)
       returning l.row_key, case when o.size > $1 then 'oversized_order' else 'mixed_order' end as rule),
     refused as (insert into staged_refusals select row_key, array[rule] from gone)
     select count(*) filter (where rule = 'mixed_order') as mixed from gone`,
    [largestOrder],
  );
  return row.mixed;
}

/**
 * Refuses the rows of orders in which everything is for nothing, with no list price and no coupon to say why; in a redrive an
 * order that is recorded has something else. @returns rows
 */
export async function refuseWorthless(tx: Transaction, growing: boolean): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with worthless as (
       select order_id from staged_lines where role = 'sale' group by order_id
       having not bool_or(unit_price > 0 or amount_minor > 0 or coalesce(list_price, 0) > 0 or coupon_code is not null)),
     gone as (
       delete from staged_lines l using worthless w
       where l.role = 'sale' and l.order_id = w.order_id
         and not (${growing} and exists (select from orders o where o.order_id = w.order_id and o.import_id is not null))
       returning l.row_key),
     refused as (insert into staged_refusals select row_key, array['price_zero'] from gone)
     select count(*) from gone`,
  );
  return row.count;
}

/**
 * Refuses what orders and returns that are not recorded tell late of people who were erased; the orders are left out.
 * Whose an order is its customer, or else its visitor.
 */
export async function refuseLateFacts(tx: Transaction): Promise<void> {
  await tx.query(
    `with late as (
       select o.role, o.order_id
       from erasure_key as secret cross join staged_owners o
       join erased_people e on e.person_hash = case when o.customer_id is not null
         then ${erasureHash('customer', 'o.customer_id')} else ${erasureHash('visitor', 'o.visitor_id')} end
       join (select role, order_id, min(occurred_at) as at from staged_lines group by role, order_id) as l
         on l.role = o.role and l.order_id = o.order_id
       where exists (select from erased_people) and l.at <= e.erased_at),
     gone as (
       delete from staged_lines l using late where l.role = late.role and l.order_id = late.order_id returning l.row_key),
     left_out as (
       update staged_orders s set state = 'erased' from late where late.role = 'sale' and late.order_id = s.order_id)
     insert into staged_refusals select row_key, array['erased_person'] from gone`,
  );
}

/** Of refused rows that are late facts of people who were erased nothing is kept but that they came. */
const isLate = `exists (select from erased_people) and exists (
  select from erasure_key as secret join erased_people e on e.person_hash = case when r.customer_id is not null
    then ${erasureHash('customer', 'r.customer_id')} else ${erasureHash('visitor', 'r.visitor_id')} end
  where r.occurred_at is null or r.occurred_at <= e.erased_at)`;

export interface KeptRows {
  /** Rows new in quarantine. */
  added: number;
  /** Refused rows that were there already. */
  known: number;
  /** Added rows by the first rule of each. */
  byRule: Record<string, number>;
}

/** Puts the refused rows into quarantine. */
export async function keepRefusals(tx: Transaction, importId: number): Promise<KeptRows> {
  const rows = await tx.query<{ rule: string; added: number; known: number }>(
    `with kept as (
       insert into quarantine (kind, rules, raw, raw_hash, customer_id, visitor_id, import_id, row_number, faults)
       select 'order_line', case when late and not f.rules @> array['erased_person'] then f.rules || 'erased_person'::text else f.rules end,
              case when late then '${withheld}' else r.raw::jsonb end,
              case when late then ${erasureHash('row', 'r.raw')} else ${rawHash} end,
              case when not late then r.customer_id end, case when not late then r.visitor_id end, $1, r.row_number,
              case when not late then r.faults end
       from staged_refusals f join staged_rows r using (row_key) cross join erasure_key as secret
       cross join lateral (select f.rules @> array['erased_person'] or ${isLate} as late) as told order by r.row_key
       on conflict (kind, raw_hash) do update set rules = excluded.rules, faults = excluded.faults
       returning rules, xmax = 0 as is_new)
     select rules[1] as rule, count(*) filter (where is_new) as added, count(*) filter (where not is_new) as known
     from kept group by 1 order by 1`,
    [importId],
  );
  const sum = (count: (row: { added: number; known: number }) => number) =>
    rows.reduce((total, row) => total + count(row), 0);
  return {
    added: sum(({ added }) => added),
    known: sum(({ known }) => known),
    byRule: Object.fromEntries(rows.filter(({ added }) => added > 0).map(({ rule, added }) => [rule, added])),
  };
}

/** Rows that are facts now, or known from an order, leave quarantine. */
export async function releaseSettled(tx: Transaction): Promise<void> {
  await tx.query('analyze quarantine');
  await tx.query(
    `delete from quarantine q using staged_rows r
     where q.kind = 'order_line' and q.raw_hash = ${rawHash}
       and r.row_key in (select row_key from staged_lines union all select row_key from staged_known)`,
  );
}

/** Notes the changed cells of the rows that became facts. @returns how many by rule */
export async function recordCorrections(tx: Transaction, importId: number): Promise<Record<string, number>> {
  const rows = await tx.query<{ rule: string; count: number }>(
    `with changed as (
       select r.row_number, c.field, c.rule, c.before, c.after
       from staged_rows r join staged_lines using (row_key),
            jsonb_to_recordset(r.corrections) as c(field text, rule text, before text, after text)
       union all
       select r.row_number, 'occurred_at', 'earliest_time', ${isoText('r.occurred_at')}, ${isoText('o.occurred_at')}
       from staged_rows r join staged_lines l using (row_key)
       join (select 'sale' as role, order_id, occurred_at from staged_orders
             union all select 'cancellation', refund_id, occurred_at from staged_refunds) as o
         on o.role = l.role and o.order_id = l.order_id
       where r.occurred_at <> o.occurred_at
       union all
       select r.row_number, 'customer_id', 'order_customer', null, null
       from staged_rows r join staged_lines l using (row_key)
       join staged_owners o on o.role = l.role and o.order_id = l.order_id
       where l.customer_id is null and o.customer_id is not null),
     recorded as (
       insert into corrections (import_id, row_number, field, rule, before, after)
       select $1, row_number, field, rule, before, after from changed where row_number is not null returning rule)
     select rule, count(*) from recorded group by rule order by rule`,
    [importId],
  );
  return Object.fromEntries(rows.map(({ rule, count }) => [rule, count]));
}
