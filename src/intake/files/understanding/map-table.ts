import { say } from '../../../sentences/index.ts';
import type { FileRow } from '../../imports/reading/file-row.ts';
import type { SourceRow } from '../containers/table.ts';
import { mayBeCurrency } from '../forms/currencies.ts';
import { moneyIn } from '../forms/money-object.ts';
import { readWritten } from '../forms/numbers.ts';
import { fromScaled, toScaled } from './exact.ts';
import { isFilled, textOf } from './filled.ts';
import { decimalOf, type Forms, isoTimeOf } from './forms.ts';
import { type AssembledOrder, assembleOrder, type Money, type Withdrawn } from './orders/assemble-order.ts';
import type { DraftLine } from './orders/price-lines.ts';
import { unpackLines } from './packed-lines.ts';
import { formOf, type Output, type OutputKind } from './plan.ts';
import { compile, compileConditions, type Getter, type Scope } from './source.ts';

/** What comes of a row: a row of the import, or the reason why none does. */
export type Mapped =
  | { kind: OutputKind; row: FileRow }
  | { leftOut: string; rows: number; withdrawn?: Withdrawn }
  | { note: string };

export interface MappingContext extends Money {
  forms: Forms;
  /** the shop's */
  currency: string;
  /** what the file's amounts are in, whatever it says */
  asCurrency?: string | undefined;
  /** the sign that all of the file's amounts bear, which is not a row's own */
  commonSign?: string | undefined;
}

/** Makes the function that finds the values of an output's fields in a row. */
export function compileFields(output: Output): { field: string; form: 'number' | 'time' | 'text'; get: Getter }[] {
  return Object.entries(output.fields).map(([field, source]) => ({
    field,
    form: formOf(output.kind, field),
    get: compile(source),
  }));
}

/** The row's lines, each as the scope in which its fields are looked up. */
export function compileLines(output: Output): (row: SourceRow) => Scope[] {
  const all = compileAllLines(output);
  if (!output.lineWhere) return all;
  const fails = compileConditions(output.lineWhere);
  return (row) => all(row).filter((scope) => !fails(scope));
}

function compileAllLines({ each }: Output): (row: SourceRow) => Scope[] {
  if (!each) return ({ values }) => [{ row: values }];
  if ('list' in each) {
    const get = compile(each.list);
    return ({ values }) => {
      const list = get({ row: values });
      const lines = Array.isArray(list)
        ? list
        : typeof list === 'object' && list !== null
          ? [list]
          : typeof list === 'string'
            ? unpackLines(list, 'json')
            : [];
      const found = lines.filter((line): line is Record<string, unknown> => typeof line === 'object' && line !== null);
      // GraphQL has a node in each edge.
      const scopes = found.map((line) => ({
        row: values,
        line: (isObject(line['node']) ? line['node'] : line) as Record<string, unknown>,
      }));
      return scopes.length > 0 ? scopes : [{ row: values }];
    };
  }
  const getters = [each.packed].flat().map(compile);
  return ({ values }) => {
    const scopes = getters.flatMap((get) =>
      unpackLines(get({ row: values }), each.as).map((line) => ({ row: values, line })),
    );
    return scopes.length > 0 ? scopes : [{ row: values }];
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A row that is none is of whatever the table mainly holds. */
function brokenRow({ number, broken }: SourceRow): FileRow {
  return { number, latin1: [], broken: broken!.raw, expected: broken!.expected };
}

/** Maps a table's rows through one of its outputs. */
export async function* mapTable(
  rows: AsyncIterable<SourceRow>,
  output: Output,
  context: MappingContext,
): AsyncGenerator<Mapped> {
  if (output.kind === 'orders') yield* mapOrders(rows, output, context);
  else yield* mapElements(rows, output, context);
}

const mostLinesOfOrder = 20_000;

async function* mapOrders(
  rows: AsyncIterable<SourceRow>,
  output: Output,
  context: MappingContext,
): AsyncGenerator<Mapped> {
  const read = compileDraft(output, context);
  const fails = compileConditions(output.where);
  const linesOf = compileLines(output);
  const writer = new OrderWriter(output, context);
  for await (const row of rows) {
    if (row.broken) {
      yield { kind: 'orders', row: { ...brokenRow(row), number: writer.numberOf(row.number) } };
      continue;
    }
    const failed = fails({ row: row.values });
    if (failed) {
      if (failed.reason) yield { leftOut: failed.reason, rows: 1 };
      continue;
    }
    for (const scope of linesOf(row)) {
      const values = read(scope);
      if (isNoRow(values)) yield { leftOut: say('file.remark', {}), rows: 1 };
      else yield* writer.add({ number: row.number, values });
    }
  }
  yield* writer.end();
}

/** Does the order begin anew, as it was at another time? Goods that it has come again then. */
function isAnew({ values }: DraftLine, order: readonly DraftLine[]): boolean {
  const { updated_at: at } = values;
  const before = order[0]?.values['updated_at'];
  if (at === undefined || before === undefined || at === before) return false;
  const isSame = (known: DraftLine) => lineKeys.every((field) => known.values[field] === values[field]);
  return order.some((known) => known.values['updated_at'] !== at && isSame(known));
}

const lineKeys = ['line_id', 'item_id', 'title'];

/** Without goods, and without a time: what stands below a table, or between. */
function isNoRow(values: Record<string, string>): boolean {
  if (isRemark(values)) return true;
  return (values['item_id'] ?? values['title'] ?? values['occurred_at']) === undefined;
}

/** Words where a time and numbers belong: what columns mean, told below their headings. */
function isRemark(values: Record<string, string>): boolean {
  const { occurred_at: at } = values;
  const numbers = ['quantity', 'unit_price', 'line_amount', 'order_total'].flatMap((field) => values[field] ?? []);
  const isWords = (text: string) => /\p{L}{3}/u.test(text) && /\s/.test(text);
  return at !== undefined && isWords(at) && !/\d/.test(at) && numbers.length > 0 && numbers.every(isWords);
}

class OrderWriter {
  readonly #output: Output;
  readonly #context: MappingContext;
  #order: DraftLine[] = [];
  #sequence = 0;

  constructor(output: Output, context: MappingContext) {
    this.#output = output;
    this.#context = context;
  }

  /** Lines of one row have numbers of their own. */
  numberOf(number: number): number {
    return this.#output.each ? ++this.#sequence : number;
  }

  *add(line: DraftLine): Generator<Mapped> {
    const id = line.values['order_id'];
    const open = this.#order[0]?.values['order_id'];
    // A row below that has no order of its own goes on with the one above, where the platform writes so.
    if (id === undefined && open !== undefined && this.#output.continued) line.values['order_id'] = open;
    else if (id !== open || id === undefined || this.#order.length >= mostLinesOfOrder || isAnew(line, this.#order))
      yield* this.end();
    this.#order.push(line);
  }

  *end(): Generator<Mapped> {
    const lines = this.#order;
    this.#order = [];
    if (lines.length === 0) return;
    if (lines[0].values['order_id'] === undefined) {
      // Without an order it is the import that tells of the row.
      for (const { number, values } of lines)
        yield { kind: 'orders', row: { number: this.numberOf(number), fields: values, latin1: [] } };
      return;
    }
    const { isLineEach = false, mayPriceLines = false, discountInTotal = false } = this.#output;
    const { minorDigits } = this.#context;
    const order = assembleOrder(lines, { isLineEach, mayPriceLines, discountInTotal, minorDigits });
    const { lines: written, refund } = order;
    yield* tellAside(order, lines.length);
    for (const { number, values } of written)
      yield { kind: 'orders', row: { number: this.numberOf(number), fields: values, latin1: [] } };
    if (refund) yield { kind: 'refunds', row: { number: lines[0].number, fields: refund, latin1: [] } };
  }
}

/** What of an order's rows is no line of it, and why. */
function* tellAside({ lines, leftOut, withdrawn, aside, notes }: AssembledOrder, rows: number): Generator<Mapped> {
  for (const note of notes) yield { note };
  if (leftOut) {
    yield { leftOut, rows, ...(withdrawn && { withdrawn }) };
    return;
  }
  const { cancelled = 0, discounts = 0 } = aside ?? {};
  if (cancelled > 0) yield { leftOut: say('file.cancelled-line', {}), rows: cancelled };
  if (discounts > 0) yield { leftOut: say('file.discount-line', {}), rows: discounts };
  const others = rows - lines.length - cancelled - discounts;
  if (others > 0)
    yield { leftOut: say(lines.length === 0 ? 'file.no-goods' : 'file.order-as-whole', {}), rows: others };
}

/** Makes the function that reads a scope's fields into the import's forms. */
function compileDraft(output: Output, context: MappingContext): (scope: Scope) => Record<string, string> {
  const fields = compileFields(output);
  const { forms, minorDigits } = context;
  const inMajor = (decimal: string) => (output.isMinor ? major(decimal, minorDigits) : decimal);
  return (scope) => {
    const values: Record<string, string> = {};
    let sign: string | undefined;
    let code: string | undefined;
    for (const { field, form, get } of fields) {
      const value = get(scope);
      if (!isFilled(value)) continue;
      const text = textOf(value).trim();
      if (form === 'number') {
        sign ??= typeof value === 'string' ? readWritten(value)?.currency : undefined;
        code ??= moneyIn(value)?.currency;
        const isQuantity = /quantity/.test(field);
        const number = decimalOf(value, forms.numbers.get(field) ?? '.', isQuantity);
        values[field] = number === undefined ? text : isQuantity ? number : inMajor(number);
      } else if (form === 'time') {
        const time = isoTimeOf(value, forms);
        // An order is not refused for what cannot be read of its changes.
        if (time !== undefined || field !== 'updated_at') values[field] = time ?? text;
      } else values[field] = text;
    }
    if (code !== undefined) values['currency'] ??= code;
    joinClock(values);
    tidy(values);
    setCurrency(values, sign, context);
    return values;
  };
}

function major(decimal: string, digits: number): string {
  const scaled = toScaled(decimal);
  return scaled === undefined ? decimal : fromScaled(scaled / 10n ** BigInt(digits));
}

/** A time of day that has a column of its own, and the zone of both. */
function joinClock(values: Record<string, string>): void {
  const { time_of_day: clock, occurred_at: at } = values;
  delete values['zone'];
  if (clock === undefined) return;
  delete values['time_of_day'];
  if (at === undefined || !/T00:00:00$/.test(at)) return;
  const read = isoTimeOf(`2000-01-01 ${clock}`, { order: 'dmy' });
  if (read) values['occurred_at'] = at.slice(0, 11) + read.slice(11);
}

function tidy(values: Record<string, string>): void {
  // [MUG] Blue mug
  const numbered = values['item_id'] === undefined ? /^\[([^\]]{1,64})\]\s+(\S.*)$/.exec(values['title'] ?? '') : null;
  if (numbered) [, values['item_id'], values['title']] = numbered;
  // A piece that is not counted is one; goods without an id go by their name.
  if (values['item_id'] === undefined && values['title'] !== undefined)
    values['item_id'] = values['title'].slice(0, 128);
  if (values['customer_id']?.includes('@')) values['customer_id'] = values['customer_id'].toLowerCase();
  // Spreadsheets keep ids as text by an apostrophe.
  for (const field of ['order_id', 'item_id', 'customer_id']) {
    const id = values[field];
    if (id !== undefined && /^'\d|^="/.test(id)) values[field] = id.replace(/^'|^="|"$/g, '');
  }
}

function setCurrency(
  values: Record<string, string>,
  sign: string | undefined,
  { currency, asCurrency, commonSign }: MappingContext,
): void {
  if (asCurrency !== undefined) {
    values['currency'] = asCurrency;
    return;
  }
  const told = values['currency'];
  const found = told === undefined ? sign : (readWritten(`1 ${told}`)?.currency ?? told);
  if (found === undefined) return;
  if (mayBeCurrency(found, currency) || (told === undefined && found === commonSign)) delete values['currency'];
  else values['currency'] = found.slice(0, 3);
}

async function* mapElements(
  rows: AsyncIterable<SourceRow>,
  output: Output,
  context: MappingContext,
): AsyncGenerator<Mapped> {
  const { kind } = output;
  const fields = compileFields(output);
  const fails = compileConditions(output.where);
  const linesOf = compileLines(output);
  let sequence = 0;
  for await (const row of rows) {
    if (row.broken) {
      yield { kind, row: { ...brokenRow(row), number: output.each ? ++sequence : row.number } };
      continue;
    }
    const failed = fails({ row: row.values });
    if (failed) {
      if (failed.reason) yield { leftOut: failed.reason, rows: 1 };
      continue;
    }
    for (const [index, scope] of linesOf(row).entries()) {
      const element = readElement(fields, scope, context.forms);
      if (output.each && index > 0 && typeof element['event_id'] === 'string')
        element['event_id'] = `${element['event_id']}-${index + 1}`;
      if (kind === 'refunds' && !tidyRefund(element)) {
        yield { leftOut: say('file.no-money-back', {}), rows: 1 };
        continue;
      }
      if (kind === 'items' && element['item_id'] === undefined) {
        yield { leftOut: say('file.no-item', {}), rows: 1 };
        continue;
      }
      yield { kind, row: { number: output.each ? ++sequence : row.number, fields: element, latin1: [] } };
    }
  }
}

/** Money that came back has no sign; @returns whether there is any, or nothing is said of money. */
function tidyRefund(element: Record<string, unknown>): boolean {
  const told = ['amount', 'shipping', 'fees'].filter((field) => typeof element[field] === 'string');
  for (const field of told) element[field] = (element[field] as string).replace(/^-/, '');
  const zero = told.filter((field) => Number(element[field]) === 0);
  for (const field of zero) delete element[field];
  return zero.length < told.length || told.length === 0;
}

function readElement(fields: ReturnType<typeof compileFields>, scope: Scope, forms: Forms): Record<string, unknown> {
  const element: Record<string, unknown> = {};
  for (const { field, form, get } of fields) {
    const value = get(scope);
    if (!isFilled(value)) continue;
    const text = textOf(value).trim();
    if (form === 'number') element[field] = decimalOf(value, forms.numbers.get(field) ?? '.', false) ?? text;
    else if (form === 'time') element[field] = isoTimeOf(value, forms) ?? text;
    else element[field] = text;
  }
  const { customer_id: customer } = element;
  if (typeof customer === 'string' && customer.includes('@')) element['customer_id'] = customer.toLowerCase();
  return element;
}
