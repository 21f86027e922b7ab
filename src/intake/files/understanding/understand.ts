import { basename } from 'node:path';
import { type FileInHand, openFile } from '../containers/open-file.ts';
import { unreadable } from '../unreadable.ts';
import { contextOf } from './decide-forms.ts';
import { fillDown } from './fill-down.ts';
import type { FieldEvidence } from './forms.ts';
import { gatherEvidence, type PlannedTable } from './gather-evidence.ts';
import { planGenerically } from './generic/plan-tables.ts';
import { isTable, joinRows, loadJoins } from './join.ts';
import type { LookedAt } from './looked-at.ts';
import { type Mapped, mapTable } from './map-table.ts';
import { unnamedItem } from './orders/assemble-order.ts';
import { planOwn } from './own-preset.ts';
import { brings, formOf, type Output, type Plan } from './plan.ts';
import { lookAt, recognise } from './recognise.ts';
import { columnsOf } from './resolve.ts';
import {
  type Question,
  type RowKind,
  rowKinds,
  type Shop,
  type Understanding,
  type UnderstandOptions,
  type Understood,
  type UnderstoodTable,
} from './understood.ts';

const mostShown = 5;

/**
 * Finds out what a file is and what its rows are, reading all of it twice.
 * @throws PannierError `invalid_request` naming the file and why nothing can be made of it
 */
export async function understandFile(path: string, options: UnderstandOptions, shop: Shop): Promise<Understood> {
  const { delimiter, encoding, isCut } = options;
  const file = await openFile(path, options.name ?? basename(path), { delimiter, encoding, isCut });
  try {
    const reading = await planFile(file, options, shop);
    const understanding = await rehearse(file, reading);
    return {
      ...understanding,
      async *rowsOf(kind) {
        for (const part of reading.parts.filter(({ output }) => brings(output, kind))) {
          for await (const mapped of part.map()) if ('kind' in mapped && mapped.kind === kind) yield mapped.row;
        }
      },
      async *withdrawnOrders() {
        for (const part of reading.parts.filter(({ output }) => output.kind === 'orders')) {
          for await (const mapped of part.map()) if ('withdrawn' in mapped && mapped.withdrawn) yield mapped.withdrawn;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A table through one of its outputs. */
interface Part {
  output: Output;
  map(): AsyncGenerator<Mapped>;
}

interface Reading {
  tables: PlannedTable[];
  parts: Part[];
  questions: Question[];
  notes: string[];
}

async function planFile(file: FileInHand, options: UnderstandOptions, shop: Shop): Promise<Reading> {
  const looked: LookedAt[] = [];
  for (const table of file.tables) looked.push(await lookAt(table));
  if (looked.every(({ sample }) => sample.length === 0))
    throw unreadable(`${file.name} has a header and no rows below it`);
  const planned = options.own ? [planOwn(looked, options.own)] : choosePlans(looked, options);
  if (planned.length === 0) throw nothingKnown(file, looked, options);
  for (const { looked: one, plan } of planned) refuseMoneyless(one, plan);
  const tables: PlannedTable[] = [];
  for (const { looked: one, plan } of planned) {
    const joins = await loadJoins(plan, looked);
    const rows = () => joinRows(fillDown(one.table.rows(), plan.fillDown), joins);
    const table = { looked: one, plan, joins, rows, evidence: new Map(), count: 0 };
    await gatherEvidence(table);
    tables.push(table);
  }
  const questions: Question[] = [];
  const notes: string[] = [];
  const contextFor = contextOf({ tables, options, shop, questions, notes });
  const parts = tables.flatMap((table) =>
    table.plan.outputs.map((output): Part => {
      const context = contextFor(table, output);
      return { output, map: () => mapTable(table.rows(), output, context) };
    }),
  );
  return { tables, parts, questions, notes };
}

function choosePlans(
  looked: readonly LookedAt[],
  { platform, kind }: UnderstandOptions,
): { looked: LookedAt; plan: Plan }[] {
  const wanted = (plan: Plan): Plan => ({
    ...plan,
    outputs: plan.outputs.filter((output) => kind === undefined || brings(output, kind)),
  });
  const known = looked.flatMap((one) => {
    const found = recognise(
      one,
      looked.filter((other) => other !== one),
      platform,
    );
    return found ? [{ looked: one, plan: wanted(found) }] : [];
  });
  const recognised = new Set(known.map((one) => one.looked));
  const joins = known.flatMap(({ plan }) => plan.joins ?? []);
  const rest = looked.filter((one) => !recognised.has(one) && !joins.some((join) => isTable(one, join)));
  const generic = platform === undefined || platform === 'generic' ? planGenerically(rest, kind) : [];
  return [...known, ...generic].filter(({ plan }) => plan.outputs.length > 0);
}

const moneyFields = ['unit_price', 'line_amount', 'gross_amount', 'list_amount', 'order_total', 'goods_total'];

/** Orders of which no column is known as money would all be refused, and none would say why. */
function refuseMoneyless({ table, headings }: LookedAt, { outputs, isGuessed }: Plan): void {
  const orders = isGuessed ? outputs.find(({ kind }) => kind === 'orders') : undefined;
  if (!orders || moneyFields.some((field) => orders.fields[field] !== undefined)) return;
  const read = new Set(Object.values(orders.fields).flatMap(columnsOf));
  const unread = (table.columns ?? headings.all).filter((column) => !read.has(column)).slice(0, 12);
  throw unreadable(
    `${table.name} has orders, and no column is known as what was paid for them (not known: ${unread.join(', ')}). Say which column it is (unit_price=COLUMN, or line_amount=COLUMN for what a line comes to; a command takes it by --map)`,
  );
}

function nothingKnown(file: FileInHand, looked: readonly LookedAt[], { platform, kind }: UnderstandOptions) {
  const tables = looked
    .slice(0, 3)
    .map(({ table, headings }) => `${table.name} has ${headings.all.slice(0, 12).join(', ')}`);
  const as = platform ? ` as ${platform}` : kind ? ` as ${kind}` : '';
  return unreadable(
    `${file.name} cannot be understood${as}: no column is known as the order, the time and the goods or money of an order, nor as an item, a customer or an event (${tables.join('; ')}). Say which columns they are (order_id=COLUMN …; a command takes them by --map)`,
  );
}

/** Maps all rows once, to see what each would become. */
async function rehearse(file: FileInHand, { tables, parts, questions, notes }: Reading): Promise<Understanding> {
  const kinds = new Map<RowKind, number>();
  const leftOut = new Map<string, number>();
  const told = new Set(notes);
  const first: Understanding['first'] = [];
  let isUnnamed = false;
  let withdrawn = 0;
  for (const part of parts) {
    let shown = 0;
    for await (const mapped of part.map()) {
      if ('kind' in mapped) {
        kinds.set(mapped.kind, (kinds.get(mapped.kind) ?? 0) + 1);
        isUnnamed ||= mapped.row.fields?.['item_id'] === unnamedItem.id;
        if (mapped.kind !== 'refunds' && shown++ < mostShown) first.push(mapped);
      } else if ('leftOut' in mapped) {
        leftOut.set(mapped.leftOut, (leftOut.get(mapped.leftOut) ?? 0) + mapped.rows);
        if (mapped.withdrawn) withdrawn++;
      } else if (told.size < 50) told.add(mapped.note);
    }
  }
  return {
    file: file.name,
    packing: [...new Set(file.packing)],
    tables: tables.map(describeTable),
    kinds: rowKinds.flatMap((kind) => (kinds.has(kind) ? [{ kind, rows: kinds.get(kind)! }] : [])),
    leftOut: [...leftOut].map(([reason, rows]) => ({ reason, rows })).sort((a, b) => b.rows - a.rows),
    notes: [...told],
    questions,
    passedOver: [...file.passedOver],
    first,
    isUnnamed,
    withdrawn,
  };
}

function describeTable({ looked, plan, evidence, count }: PlannedTable): UnderstoodTable {
  const { table, headings } = looked;
  const fields = new Map<string, { field: string; form: string | undefined }>();
  for (const output of plan.outputs) {
    for (const [field, source] of Object.entries(output.fields)) {
      const form = formOf(output.kind, field);
      const seen = evidence.get(output)?.get(field);
      if (!seen || seen.filled === 0) continue;
      const list = output.each && 'list' in output.each ? `${output.each.list}.` : '';
      for (const column of columnsOf(source)) {
        const name = headings.all.includes(column) ? column : `${list}${column}`;
        if (!fields.has(name)) fields.set(name, { field, form: describeForm(form, seen) });
      }
    }
  }
  const names = table.columns ?? [...fields.keys()];
  return {
    name: table.name,
    format: table.format,
    platform: plan.platform,
    title: plan.title,
    isGuessed: plan.isGuessed ?? false,
    encoding: table.encoding ?? null,
    delimiter: table.delimiter ?? null,
    titles: table.titles ?? 0,
    rows: count,
    columns: names.slice(0, 300).map((column) => {
      const found = fields.get(column);
      return { column, field: found?.field ?? null, ...(found?.form && { form: found.form }) };
    }),
  };
}

function describeForm(form: 'number' | 'time' | 'text', { number, time }: FieldEvidence): string | undefined {
  if (form === 'text') return undefined;
  if (number) {
    const { '.': points, ',': commas } = number.seen;
    const sign =
      commas > 0 && points > 0
        ? 'decimal comma and point'
        : commas > 0
          ? 'decimal comma'
          : points > 0
            ? 'decimal point'
            : 'whole numbers';
    const currencies = [...number.currencies].join(', ');
    return `${sign}${currencies ? `, ${currencies}` : ''}${number.others > 0 ? `, ${number.others} not readable` : ''}`;
  }
  const { proves, units, others, zoned, read } = time!;
  const kinds = [
    proves.ymd > 0 && 'year first',
    time!.open + proves.dmy + proves.mdy > 0 && 'day, month and year',
    ...[...units].map(
      (unit) =>
        ({
          days: 'days of a spreadsheet',
          s: 'seconds since 1970',
          ms: 'milliseconds since 1970',
          us: 'microseconds since 1970',
          ns: 'nanoseconds since 1970',
        })[unit],
    ),
  ].filter(Boolean);
  const zone = zoned === 0 ? ', local' : zoned >= read ? ', with a zone' : ', some with a zone';
  return `${kinds.join(' and ') || 'dates'}${units.size > 0 && proves.ymd === 0 ? '' : zone}${others > 0 ? `, ${others} not readable` : ''}`;
}
