import { isPathStep } from '../../cleaning/check-facts.ts';
import type { CleaningRule, Fault } from '../../cleaning/rules.ts';
import { isAtMost } from '../../cleaning/text-length.ts';
import { type LineField, lineFields, type Mapping } from '../mapping/mapping.ts';
import { readDecimal, roundToSix } from '../reading/decimal.ts';
import type { FileRow } from '../reading/file-row.ts';
import { expectedInstead, isExact } from '../reading/text.ts';
import type { ReadTime } from '../reading/time.ts';
import { type Correction, correction } from '../values/correction.ts';
import {
  expectedCode,
  expectedNumber,
  expectedText,
  expectedTime,
  expectedUuid,
  hiddenValue,
  isPersonal,
  type ValueFault,
} from '../values/expectations.ts';
import { isDestroyedId } from '../values/ids.ts';

type MoneyField =
  | 'unit_price'
  | 'line_amount'
  | 'list_price'
  | 'unit_cost'
  | 'shipping'
  | 'tax'
  | 'payment_fee'
  | 'fees';

export type Cells = Partial<Record<LineField, string>>;

/** Values of JSON that are no text: which text was meant, nobody knows. */
export type OddValues = Partial<Record<LineField, unknown>>;

const longestId = 128;
const longestText: Partial<Record<LineField, number>> = { title: 1024, country: 1024, coupon_code: 128 };
const largestQuantity = 1e6;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const missingRules: Partial<Record<LineField, CleaningRule>> = {
  order_id: 'no_order',
  item_id: 'no_product',
  occurred_at: 'no_time',
};

const fieldsInOrder = [...lineFields].sort();

/** The row's cells as text, in the order of the fields' names; JSON may have numbers. Columns that are no fields are left out. */
export function cellsOf(fields: Record<string, unknown>): { cells: Cells; odd: OddValues } {
  const cells: Cells = {};
  const odd: OddValues = {};
  for (const field of fieldsInOrder) {
    const value = fields[field];
    if (typeof value === 'string') {
      if (value !== '') cells[field] = value;
    } else if (isExact(value)) cells[field] = String(value);
    else if (value !== undefined && value !== null) odd[field] = value;
  }
  return { cells, odd };
}

/** Reads one row's cells into types, noting what cannot be read and what was changed on the way. */
export class CellReader {
  readonly refused: CleaningRule[] = [];
  readonly corrections: Correction[] = [];
  readonly unreadable: ValueFault[] = [];
  /** What the rules of cleaning say of values that can be read. */
  readonly judged: Fault[] = [];
  /** Is the customer's cell one of those that mean nobody? */
  isNobody = false;
  readonly #cells: Cells;
  readonly #odd: OddValues;
  readonly #latin1: readonly string[];

  constructor(row: FileRow, cells: Cells, odd: OddValues) {
    this.#cells = cells;
    this.#odd = odd;
    this.#latin1 = row.latin1;
  }

  /** The cell without white space around it; undefined when there is none, or (then noted) when it cannot be stored. */
  text(field: LineField, expected?: (text: string) => string): string | undefined {
    if (field in this.#odd) return this.#unreadable(field, expectedInstead(this.#odd[field]));
    const cell = this.#cells[field];
    const text = cell?.trim();
    if (cell === undefined || !text) return undefined;
    if (this.#latin1.includes(field)) this.correct(field, 'decoded_latin1', null, cell);
    if (text !== cell) this.correct(field, 'trimmed', cell, text);
    const longest = longestText[field] ?? longestId;
    const storable = isAtMost(text, longest) && !text.includes('\0') && text.isWellFormed();
    return storable ? text : this.#unreadable(field, expected?.(text) ?? expectedText(longest));
  }

  /** Who did it; undefined also for a value that means nobody. */
  person(field: 'customer_id' | 'visitor_id', isNobody: (text: string) => boolean): string | undefined {
    const text = this.id(field);
    if (text === undefined || !isNobody(text)) return text;
    if (field === 'customer_id') this.isNobody = true;
    return undefined;
  }

  /** An id; one that a spreadsheet has destroyed is told, and refuses the row. */
  id(field: LineField): string | undefined {
    const text = this.text(field);
    if (text !== undefined && isPathStep(text)) return this.#unreadable(field, 'an id other than . and ..');
    if (text === undefined || !isDestroyedId(text)) return text;
    this.refused.push('destroyed_id');
    const expected = 'the id as it was before a spreadsheet rounded it: export it again as text';
    this.unreadable.push({ field, value: isPersonal(field) ? hiddenValue : text, expected });
    return text;
  }

  /** The text of a field that every row must have. */
  needed(field: LineField, expected?: (text: string) => string): string | undefined {
    if (!this.has(field)) {
      const rule = missingRules[field] ?? 'unreadable';
      this.refused.push(rule);
      this.unreadable.push({ field, value: '', expected: 'a value: the field is needed' });
    }
    return field === 'order_id' || field === 'item_id' ? this.id(field) : this.text(field, expected);
  }

  quantity(notation: Mapping['decimals']): number | undefined {
    const expected = (text: string) => `${expectedNumber(text, notation)}, at most ${largestQuantity}`;
    const text = this.needed('quantity', expected);
    if (text === undefined) return undefined;
    const quantity = Number(readDecimal(text, notation));
    return Math.abs(quantity) <= largestQuantity ? quantity : this.#unreadable('quantity', expected(text));
  }

  /** Unit price and amount of a line are needed, and may be below zero for the rules to judge; other money is neither. */
  price(field: MoneyField, notation: Mapping['decimals']): string | undefined {
    const expected = (text: string) => expectedNumber(text, notation);
    const isNeeded = field === 'unit_price' || field === 'line_amount';
    const text = isNeeded ? this.needed(field, expected) : this.text(field, expected);
    if (text === undefined) return undefined;
    const exact = readDecimal(text, notation);
    if (exact === undefined || (!isNeeded && exact.startsWith('-'))) {
      return this.#unreadable(field, expected(text));
    }
    const price = roundToSix(exact);
    if (price !== exact) this.correct(field, 'rounded', exact, price);
    return price;
  }

  has(field: LineField): boolean {
    return Boolean(this.#cells[field]?.trim()) || field in this.#odd;
  }

  time(
    field: 'occurred_at' | 'status_at' | 'updated_at',
    read: (text: string) => ReadTime | undefined,
    format: string,
  ): ReadTime | undefined {
    const expected = (text: string) => expectedTime(text, format);
    const text = field === 'occurred_at' ? this.needed(field, expected) : this.text(field, expected);
    if (text === undefined) return undefined;
    const time = read(text);
    if (time?.rule === 'time_in_gap') this.correct(field, time.rule, text, new Date(time.instant).toISOString());
    return time ?? this.#unreadable(field, expected(text));
  }

  /** One of a few words, however it is capitalised. */
  choice<Word extends string>(field: LineField, words: readonly Word[]): Word | undefined {
    const expected = `one of ${words.join(', ')}`;
    const text = this.text(field, () => expected)?.toLowerCase();
    return text === undefined ? undefined : (words.find((word) => word === text) ?? this.#unreadable(field, expected));
  }

  /** A short code, however it is capitalised. */
  code(field: LineField): string | undefined {
    const text = this.text(field, () => expectedCode)?.toLowerCase();
    return text === undefined || /^[a-z0-9_-]{1,64}$/.test(text) ? text : this.#unreadable(field, expectedCode);
  }

  listId(): string | undefined {
    const text = this.text('list_id', () => expectedUuid);
    return text === undefined || uuid.test(text) ? text?.toLowerCase() : this.#unreadable('list_id', expectedUuid);
  }

  judge(faults: readonly Fault[]): void {
    this.judged.push(...faults);
    for (const { rule } of faults) this.refused.push(rule);
  }

  correct(field: LineField, rule: CleaningRule, before: string | null, after: string): void {
    this.corrections.push(correction(field, rule, before, after));
  }

  #unreadable(field: LineField, expected: string): undefined {
    this.refused.push('unreadable');
    const given = field in this.#odd ? JSON.stringify(this.#odd[field]) : (this.#cells[field] ?? '');
    const value = isPersonal(field) ? hiddenValue : given;
    this.unreadable.push({ field, value, expected });
    return undefined;
  }
}
