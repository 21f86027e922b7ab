import { isoOf, momentOf } from '../../../formats/moment.ts';
import {
  checkCost,
  checkCustomer,
  checkEvent,
  checkItem,
  checkMarketFigure,
  checkOrder,
  checkRefund,
} from '../../cleaning/check-facts.ts';
import type { CleaningContext, CleaningRule, Fault } from '../../cleaning/rules.ts';
import { canonicalJson } from '../../quarantine/raw.ts';
import type {
  CostElement,
  CustomerElement,
  EventElement,
  ItemElement,
  MarketFigureElement,
  OrderElement,
  RefundElement,
} from '../../request-elements.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { readDecimal, roundToSix } from '../reading/decimal.ts';
import type { FileRow } from '../reading/file-row.ts';
import { isShallow, readJson } from '../reading/json.ts';
import { createTimeReader } from '../reading/time.ts';
import { type Correction, correction } from '../values/correction.ts';
import { expectedNumber, expectedTime, hiddenValue, isPersonal, type ValueFault } from '../values/expectations.ts';
import { createNobody, isDestroyedId } from '../values/ids.ts';
import type { ContractCheck, ContractFault } from './contract-check.ts';
import {
  type ElementKind,
  elementFields,
  expectedFields,
  type FieldType,
  listedFields,
  namedFields,
  partOf,
  splitField,
} from './element-fields.ts';

/** A row of a file that holds an element of the API a row, in the contract's form. */
export interface PreparedElement {
  /** Canonical JSON of what was in the file. */
  raw: string;
  element: Record<string, unknown>;
  refused: CleaningRule[];
  counted: CleaningRule[];
  corrections: Correction[];
  /** What the rules of cleaning say of a row that has the contract's form. */
  judged: Fault[];
  /** What is wrong with a row that has not the contract's form. */
  unreadable: ValueFault[];
  /** How many of the expected fields are filled. */
  filled: number;
  /** Epoch milliseconds. */
  occurredAt: number | undefined;
}

export type ElementPreparer = (row: FileRow) => PreparedElement;

const checks: Record<ElementKind, (element: never, context: CleaningContext) => Fault[]> = {
  items: (element: ItemElement, context) => checkItem(element, context),
  customers: (element: CustomerElement, context) => checkCustomer(element, context),
  events: (element: EventElement, context) => checkEvent(element, context),
  orders: (element: OrderElement, context) => checkOrder(element, context),
  refunds: (element: RefundElement, context) => checkRefund(element, context),
  costs: (element: CostElement, context) => checkCost(element, context),
  'market-figures': (element: MarketFigureElement, context) => checkMarketFigure(element, context),
};

/** Makes the function that brings rows into the contract's form and checks them by the contract and the rules of cleaning. */
export function createElementPreparer(
  kind: ElementKind,
  mapping: Pick<Mapping, 'decimals' | 'time_format'> & { nobody?: readonly string[] },
  timeZone: string,
  context: CleaningContext,
  contractFault: ContractCheck,
): ElementPreparer {
  const readTime = createTimeReader(timeZone, mapping.time_format);
  const isNobody = createNobody(mapping.nobody);

  return (row) => {
    const converter = new Converter(mapping.decimals, readTime);
    const { corrections, counted } = converter;
    const element = row.fields ? converter.convertAll(row.fields, elementFields[kind]) : {};
    for (const field of row.latin1)
      corrections.push(correction(field, 'decoded_latin1', null, String(row.fields?.[field])));
    const destroyed = judgeIds(element, isNobody, counted);
    const fault = row.fields === undefined ? undefined : contractFault(element);
    const readable = row.fields !== undefined && fault === undefined;
    const judged = readable ? checks[kind](element as never, context) : [];
    const refused: CleaningRule[] = readable ? judged.map(({ rule }) => rule) : ['unreadable'];
    if (['events', 'orders'].includes(kind) && element['customer_id'] === undefined) counted.push('no_customer');
    if (kind === 'items' && !element['title']) counted.push('no_description');
    if (destroyed.length > 0) refused.push('destroyed_id');
    return {
      raw: canonicalJson(row.fields ?? row.broken),
      element,
      refused: [...new Set(refused)],
      counted,
      judged,
      unreadable: readable ? destroyed : [...destroyed, describeFault(kind, row, fault, mapping)],
      corrections:
        kind === 'customers' ? corrections.map((changed) => ({ ...changed, before: null, after: null })) : corrections,
      filled: expectedFields[kind].filter((field) => element[field] !== undefined && element[field] !== null).length,
      occurredAt: readable && typeof element['occurred_at'] === 'string' ? momentOf(element['occurred_at']) : undefined,
    };
  };
}

/** Brings the values of one row into the contract's form, and notes what it changed. */
class Converter {
  readonly corrections: Correction[] = [];
  readonly counted: CleaningRule[] = [];
  readonly #decimals: Mapping['decimals'];
  readonly #readTime: ReturnType<typeof createTimeReader>;

  constructor(decimals: Mapping['decimals'], readTime: ReturnType<typeof createTimeReader>) {
    this.#decimals = decimals;
    this.#readTime = readTime;
  }

  convertAll(fields: object, types: Record<string, FieldType>): Record<string, unknown> {
    const element: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(fields)) {
      const [field, key] = splitField(name);
      const type = typeOf(types, field);
      const part = key === undefined ? undefined : partOf(type, key);
      const converted = this.#convert(part?.type ?? type, value, name);
      if (!part) setOwn(element, name, converted);
      else element[field] = withPart(element[field], part.keys, converted);
    }
    return element;
  }

  #convert(type: FieldType | undefined, given: unknown, field: string): unknown {
    const value = typeof given === 'number' && (type === 'time' || type === 'boolean') ? String(given) : given;
    const listed = type && listedFields[type];
    if (listed)
      return Array.isArray(value) ? value.map((one) => (isObject(one) ? this.convertAll(one, listed) : one)) : value;
    const named = type && namedFields[type];
    if (named && isObject(value)) return this.#convertNamed(value, named);
    // Ids, as requests may have them too.
    if (type === 'text' && typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    if (type === 'decimal' && typeof value === 'number') return roundToSix(String(value));
    if (typeof value !== 'string') return value;
    const text = value.trim();
    if (text !== value) this.corrections.push(correction(field, 'trimmed', value, text));
    if (type === 'decimal') {
      const decimal = readDecimal(text, this.#decimals);
      return decimal === undefined ? text : roundToSix(decimal);
    }
    if (type === 'time') return this.#time(field, text);
    if (type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    if (type === 'boolean') return readBoolean(text) ?? text;
    if (type === 'paths') return readPaths(text);
    if (type === 'numbers') return readNumbers(text) ?? text;
    if (type === 'attributes' || type === 'texts' || type === 'markets') return readAttributes(text) ?? text;
    return text;
  }

  #convertNamed(parts: object, types: Record<string, FieldType>): object {
    const converted = Object.entries(parts).map(([name, part]) => [
      name,
      isObject(part) ? this.convertAll(part, types) : part,
    ]);
    return Object.fromEntries(converted);
  }

  #time(field: string, text: string): string {
    const time = this.#readTime(text);
    if (time?.rule === 'time_ambiguous') this.counted.push(time.rule);
    const iso = time && isoOf(time.instant, text);
    if (time?.rule === 'time_in_gap') this.corrections.push(correction(field, time.rule, text, iso!));
    return iso ?? text;
  }
}

/** Takes ids that mean nobody out of the element. @returns the ids that a spreadsheet has destroyed */
function judgeIds(
  element: Record<string, unknown>,
  isNobody: (id: string) => boolean,
  counted: CleaningRule[],
): ValueFault[] {
  const destroyed: ValueFault[] = [];
  for (const field of idFields) {
    const id = element[field];
    const text = typeof id === 'number' ? String(id) : id;
    if (typeof text !== 'string') continue;
    if (people.includes(field) && isNobody(text)) {
      delete element[field];
      if (field === 'customer_id') counted.push('nobody');
    } else if (isDestroyedId(text)) {
      const expected = 'the id as it was before a spreadsheet rounded it: export it again as text';
      destroyed.push({ field, value: isPersonal(field) ? hiddenValue : text, expected });
    }
  }
  return destroyed;
}

const idFields = ['order_id', 'refund_id', 'event_id', 'item_id', 'customer_id', 'visitor_id'];
const people = ['customer_id', 'visitor_id'];

/** What is wrong as the file has it: its own value, and what it should look like there. */
function describeFault(
  kind: ElementKind,
  row: FileRow,
  fault: ContractFault | undefined,
  mapping: Pick<Mapping, 'decimals' | 'time_format'>,
): ValueFault {
  if (!fault || !row.fields) return { field: 'row', value: '', expected: row.expected ?? 'an element' };
  const field = fault.field || 'row';
  const given = row.fields[field];
  const text = typeof given === 'string' ? given : given === undefined ? '' : JSON.stringify(given);
  // Beside a person's fields one that nobody knows may tell anything of them.
  const isKnown = splitField(field)[0] in elementFields[kind];
  const isHidden = kind === 'customers' || isPersonal(field) || (kind !== 'items' && !isKnown);
  const type = text === '' ? undefined : elementFields[kind][field];
  return {
    field,
    value: isHidden && text !== '' ? hiddenValue : text,
    expected: isStorableText(text) ? expectedOf(type, text, mapping, fault.expected) : fault.expected,
  };
}

function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function expectedOf(
  type: FieldType | undefined,
  text: string,
  { decimals, time_format: timeFormat }: Pick<Mapping, 'decimals' | 'time_format'>,
  otherwise: string,
): string {
  if (type === 'decimal') return expectedNumber(text, decimals);
  if (type === 'time') return expectedTime(text, timeFormat);
  if (type === 'integer') return 'a whole number';
  if (type === 'boolean') return 'true or false, yes or no, 1 or 0';
  return otherwise;
}

function readAttributes(text: string): unknown {
  const value = readJson(text);
  return isShallow(value) ? value : undefined;
}

/** Several category paths in a cell: as JSON, or with a bar between them. */
function readPaths(text: string): unknown {
  const value = text.startsWith('[') ? readJson(text) : undefined;
  if (Array.isArray(value)) return value;
  const paths = text.split('|').map((path) => path.trim());
  return paths.filter((path) => path !== '');
}

/** Several numbers in a cell: as JSON, or with blanks, commas or semicolons between them. */
function readNumbers(text: string): unknown {
  if (text.startsWith('[')) return readJson(text);
  const numbers = text.split(/[\s,;]+/);
  return numbers.every((number) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number))
    ? numbers.map(Number)
    : undefined;
}

function typeOf(types: Readonly<Record<string, FieldType>>, field: string): FieldType | undefined {
  return Object.hasOwn(types, field) ? types[field] : undefined;
}

/** The object with one more part, which lies as deep as its keys say. */
function withPart(whole: unknown, [key, ...deeper]: readonly string[], part: unknown): object {
  const before = isObject(whole) && !Array.isArray(whole) ? (whole as Record<string, unknown>) : {};
  return { ...before, [key]: deeper.length > 0 ? withPart(before[key], deeper, part) : part };
}

/** Also of a field named __proto__, which must not become a prototype that lends its fields. */
function setOwn(element: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') element[name] = value;
  else Object.defineProperty(element, name, { value, enumerable: true, writable: true, configurable: true });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function readBoolean(text: string): boolean | undefined {
  if (/^(true|yes|1)$/i.test(text)) return true;
  if (/^(false|no|0)$/i.test(text)) return false;
  return undefined;
}
