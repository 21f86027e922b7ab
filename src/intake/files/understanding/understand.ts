import { basename } from 'node:path';
import type { FileRow } from '../../imports/reading/file-row.ts';
import { type FileInHand, openFile } from '../containers/open-file.ts';
import type { SourceRow, Table } from '../containers/table.ts';
import { mayBeCurrency } from '../forms/currencies.ts';
import type { Encoding } from '../text/encoding.ts';
import { unreadable } from '../unreadable.ts';
import { unnamedItem } from './assemble-order.ts';
import { isFilled } from './filled.ts';
import { type FieldEvidence, type Forms, newEvidence } from './forms.ts';
import { planGenerically } from './generic/plan-tables.ts';
import { isTable, joinRows, type LookedUp, loadJoins } from './join.ts';
import type { LookedAt } from './looked-at.ts';
import { compileFields, compileLines, type Mapped, type MappingContext, mapTable } from './map-table.ts';
import { brings, formOf, type Output, type OutputKind, type Plan } from './plan.ts';
import { lookAt, recognise } from './recognise.ts';
import { columnsOf } from './resolve.ts';
import { compileConditions } from './source.ts';

/** What may be told of a file; what is not is found out. */
export interface UnderstandOptions {
  platform?: string | undefined;
  kind?: string | undefined;
  /** what its amounts are in */
  currency?: string | undefined;
  /** which part of 01/02/2026 is the day */
  dateOrder?: 'dmy' | 'mdy' | undefined;
  /** how decimals are parted */
  decimals?: 'point' | 'comma' | undefined;
  delimiter?: string | undefined;
  encoding?: Encoding | undefined;
  /** the file is only the beginning of one */
  isCut?: boolean | undefined;
  /** under which the file goes; default: that of its path */
  name?: string | undefined;
}

/** Of the shop whose facts they become. */
export interface Shop {
  currency: string;
  minorDigits: number;
  now: Date;
}

/** What is read out of one column. */
export interface UnderstoodColumn {
  column: string;
  /** null: it is not read */
  field: string | null;
  /** how it is written, in a few words */
  form?: string;
}

export interface UnderstoodTable {
  name: string;
  format: Table['format'];
  platform: string;
  title: string;
  /** found by headings in general rather than by a platform's */
  isGuessed: boolean;
  encoding: string | null;
  delimiter: string | null;
  titles: number;
  rows: number;
  columns: UnderstoodColumn[];
}

/** Something that the file does not tell, and an option decides. */
export interface Question {
  field: 'date_order' | 'decimals' | 'currency';
  text: string;
  option: string;
}

export type RowKind = OutputKind;

/** What was understood of a file. */
export interface Understanding {
  file: string;
  packing: readonly string[];
  tables: UnderstoodTable[];
  /** rows that go on to cleaning, by what they are */
  kinds: { kind: RowKind; rows: number }[];
  /** rows that do not, by why */
  leftOut: { reason: string; rows: number }[];
  notes: string[];
  questions: Question[];
  passedOver: string[];
  first: { kind: RowKind; row: FileRow }[];
  /** are there orders of which the file names no goods? */
  isUnnamed: boolean;
}

/** An understood file, whose rows can be read. */
export interface Understood extends Understanding {
  rowsOf(kind: RowKind): AsyncIterable<FileRow>;
  close(): Promise<void>;
}

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
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A table through one of its outputs. */
interface Part {
  table: PlannedTable;
  output: Output;
  map(): AsyncGenerator<Mapped>;
}

interface PlannedTable {
  looked: LookedAt;
  plan: Plan;
  joins: LookedUp[];
  rows(): AsyncIterable<SourceRow>;
  /** by output and field */
  evidence: Map<Output, Map<string, FieldEvidence>>;
  count: number;
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
  const planned = choosePlans(looked, options);
  if (looked.every(({ sample }) => sample.length === 0))
    throw unreadable(`${file.name} has a header and no rows below it`);
  if (planned.length === 0) throw nothingKnown(file, looked, options);
  for (const { looked: one, plan } of planned) refuseMoneyless(one, plan);
  const tables: PlannedTable[] = [];
  for (const { looked: one, plan } of planned) {
    const joins = await loadJoins(plan, looked);
    const rows = () => joinRows(one.table.rows(), joins);
    const table = { looked: one, plan, joins, rows, evidence: new Map(), count: 0 };
    await gatherEvidence(table);
    tables.push(table);
  }
  const questions: Question[] = [];
  const notes: string[] = [];
  const context = contextOf(tables, options, shop, questions, notes);
  const parts = tables.flatMap((table) =>
    table.plan.outputs.map(
      (output): Part => ({ table, output, map: () => mapTable(table.rows(), output, context(table, output)) }),
    ),
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
    `${table.name} has orders, and no column is known as what was paid for them (not known: ${unread.join(', ')}). Name the columns: import orders FILE --map unit_price=COLUMN, or line_amount=COLUMN for what a line comes to`,
  );
}

function nothingKnown(file: FileInHand, looked: readonly LookedAt[], { platform, kind }: UnderstandOptions) {
  const tables = looked
    .slice(0, 3)
    .map(({ table, headings }) => `${table.name} has ${headings.all.slice(0, 12).join(', ')}`);
  const as = platform ? ` as ${platform}` : kind ? ` as ${kind}` : '';
  return unreadable(
    `${file.name} cannot be understood${as}: no column is known as the order, the time and the goods or money of an order, nor as an item, a customer or an event (${tables.join('; ')}). Name the columns: import orders FILE --map order_id=COLUMN …`,
  );
}

async function gatherEvidence(table: PlannedTable): Promise<void> {
  const watched = table.plan.outputs.map((output) => {
    const evidence = new Map<string, FieldEvidence>();
    table.evidence.set(output, evidence);
    const fields = compileFields(output).map(({ field, form, get }) => {
      const seen = newEvidence(form);
      evidence.set(field, seen);
      return { field, get, seen };
    });
    return { fields, linesOf: compileLines(output), fails: compileConditions(output.where) };
  });
  for await (const row of table.rows()) {
    table.count++;
    if (row.broken) continue;
    for (const { fields, linesOf, fails } of watched) {
      if (fails({ row: row.values })) continue;
      for (const scope of linesOf(row)) {
        for (const { field, get, seen } of fields) {
          const value = get(scope);
          if (!isFilled(value)) continue;
          seen.filled++;
          if (field === 'currency') noteValue(seen, value);
          seen.number?.see(value);
          seen.time?.see(value);
        }
      }
    }
  }
}

const mostValues = 50;

function noteValue(seen: FieldEvidence, value: unknown): void {
  seen.values ??= new Set();
  if (seen.values.size < mostValues) seen.values.add(String(value).trim());
}

/** Decides how each column is written, and asks what the file does not tell. */
function contextOf(
  tables: readonly PlannedTable[],
  options: UnderstandOptions,
  shop: Shop,
  questions: Question[],
  notes: string[],
): (table: PlannedTable, output: Output) => MappingContext {
  const all = tables.flatMap(({ evidence }) => [...evidence.values()].flatMap((fields) => [...fields]));
  const order = decideOrder(all, options, shop, questions, notes, tables);
  const commonSign = decideSign(all, options, shop, questions);
  const fallback = decimalOfFile(all, options, tables);
  return (table, output) => {
    const numbers: Forms['numbers'] = new Map();
    for (const [field, { number }] of table.evidence.get(output)!) {
      if (!number) continue;
      const decided = options.decimals ? fallback : number.decide(/quantity|stock|position|rating|results/.test(field));
      numbers.set(field, decided ?? fallback);
      if (decided === undefined && number.seen.either > 0) askDecimals(field, fallback, questions);
    }
    const { currency, minorDigits } = shop;
    return { forms: { numbers, order }, currency, minorDigits, asCurrency: options.currency, commonSign };
  };
}

function askDecimals(field: string, used: string, questions: Question[]): void {
  if (questions.some((question) => question.field === 'decimals')) return;
  questions.push({
    field: 'decimals',
    text: `${field}: what stands before three digits may part thousands or decimals; it is taken for ${used === ',' ? 'a decimal comma' : 'a decimal point'} where it is that sign`,
    option: '--decimals point or --decimals comma',
  });
}

/** By the columns that tell; else semicolons part cells where commas part decimals. */
function decimalOfFile(
  all: readonly (readonly [string, FieldEvidence])[],
  options: UnderstandOptions,
  tables: readonly PlannedTable[],
): '.' | ',' {
  if (options.decimals) return options.decimals === 'comma' ? ',' : '.';
  let [points, commas] = [0, 0];
  for (const [, { number }] of all) {
    points += number?.seen['.'] ?? 0;
    commas += number?.seen[','] ?? 0;
  }
  if (points !== commas) return points > commas ? '.' : ',';
  return tables.some(({ looked }) => looked.table.delimiter === ';') ? ',' : '.';
}

function decideOrder(
  all: readonly (readonly [string, FieldEvidence])[],
  options: UnderstandOptions,
  shop: Shop,
  questions: Question[],
  notes: string[],
  tables: readonly PlannedTable[],
): 'dmy' | 'mdy' {
  if (options.dateOrder) return options.dateOrder;
  const times = all.flatMap(([, { time }]) => (time && time.read > 0 ? [time] : []));
  const decided = times.map((time) => ({ time, found: time.decide(shop.now.getTime()) }));
  const open = decided.reduce(
    (sum, { time }) => sum + (time.separators.size === 1 && time.separators.has('.') ? 0 : time.open),
    0,
  );
  const proof =
    decided.find(({ time, found }) => found && time.open > 0)?.found ??
    decided.find(({ time, found }) => found && time.proves.dmy + time.proves.mdy > 0)?.found;
  if (proof) {
    if (open > 0) notes.push(`dates are ${proof.order === 'dmy' ? 'day first' : 'month first'}: ${proof.why}`);
    return proof.order;
  }
  if (open === 0) return 'dmy';
  const likely = localeOrder(all, tables);
  questions.push({
    field: 'date_order',
    text: `${open} dates could be day first or month first; they are taken ${likely === 'dmy' ? 'day first' : 'month first'}`,
    option: '--date-order dmy or --date-order mdy',
  });
  return likely;
}

/** Where nothing tells: dollars are of where the month is written first. */
function localeOrder(
  all: readonly (readonly [string, FieldEvidence])[],
  tables: readonly PlannedTable[],
): 'dmy' | 'mdy' {
  const inDollars = all.some(([, { number }]) => number?.currencies.has('USD'));
  const isEnglish = tables.every(({ looked }) =>
    looked.headings.all.every((heading) => /^[\x20-\x7e]*$/.test(heading)),
  );
  return inDollars && isEnglish && tables.every(({ looked }) => looked.table.delimiter !== ';') ? 'mdy' : 'dmy';
}

/** The one sign that amounts bear: how a spreadsheet writes them. It is told where it is not the shop's. */
function decideSign(
  all: readonly (readonly [string, FieldEvidence])[],
  options: UnderstandOptions,
  shop: Shop,
  questions: Question[],
): string | undefined {
  const found = new Map<string, number>();
  for (const [, { number }] of all)
    for (const [sign, times] of number?.currencies ?? []) found.set(sign, (found.get(sign) ?? 0) + times);
  const named = new Set(
    all.flatMap(([field, { values }]) => (field === 'currency' ? [...(values?.keys() ?? [])] : [])),
  );
  if (named.size > 0) {
    askForeign(named, options, shop, questions);
    return undefined;
  }
  if (found.size !== 1 || options.currency) return undefined;
  const [sign] = found.keys();
  if (mayBeCurrency(sign, shop.currency)) return sign;
  questions.push({
    field: 'currency',
    text: `all amounts bear the sign of ${sign}, and the shop counts in ${shop.currency}: they are taken as amounts in ${shop.currency}`,
    option: `--currency ${sign.slice(0, 3)} or --currency ${shop.currency}`,
  });
  return sign;
}

/** Rows that name another currency than the shop's are told: they are refused, not miscounted. */
function askForeign(named: ReadonlySet<string>, options: UnderstandOptions, shop: Shop, questions: Question[]): void {
  const foreign = [...named].filter(
    (code) => code.toUpperCase() !== shop.currency && !mayBeCurrency(code, shop.currency),
  );
  if (foreign.length === 0 || options.currency) return;
  questions.push({
    field: 'currency',
    text: `rows are in ${foreign.slice(0, 5).join(', ')}, and the shop counts in ${shop.currency}: they go to quarantine`,
    option: `PANNIER_CURRENCY=${foreign[0].toUpperCase().slice(0, 3)} for a shop of that currency, or --currency ${shop.currency} where they are in ${shop.currency}`,
  });
}

/** Maps all rows once, to see what each would become. */
async function rehearse(file: FileInHand, { tables, parts, questions, notes }: Reading): Promise<Understanding> {
  const kinds = new Map<RowKind, number>();
  const leftOut = new Map<string, number>();
  const told = new Set(notes);
  const first: Understanding['first'] = [];
  let isUnnamed = false;
  for (const part of parts) {
    let shown = 0;
    for await (const mapped of part.map()) {
      if ('kind' in mapped) {
        kinds.set(mapped.kind, (kinds.get(mapped.kind) ?? 0) + 1);
        isUnnamed ||= mapped.row.fields?.['item_id'] === unnamedItem.id;
        if (mapped.kind !== 'refunds' && shown++ < mostShown) first.push(mapped);
      } else if ('leftOut' in mapped) leftOut.set(mapped.leftOut, (leftOut.get(mapped.leftOut) ?? 0) + mapped.rows);
      else if (told.size < 50) told.add(mapped.note);
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
  };
}

/** In the order in which they are taken in: refunds after the orders that they give back. */
export const rowKinds: readonly RowKind[] = ['items', 'customers', 'orders', 'refunds', 'events'];

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
    const currencies = [...number.currencies.keys()].join(', ');
    return `${sign}${currencies ? `, ${currencies}` : ''}${number.others > 0 ? `, ${number.others} not readable` : ''}`;
  }
  const { proves, units, others, zoned, read } = time!;
  const kinds = [
    proves.ymd > 0 && 'year first',
    time!.open + proves.dmy + proves.mdy > 0 && 'day, month and year',
    ...[...units.keys()].map(
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
