import { isTimeZone } from '../../../shop/time-zone.ts';
import { createTimeReader } from '../../imports/reading/time.ts';
import { DateEvidence, NumberEvidence, type NumberForm, numberIn, withoutPieces } from '../forms/column-forms.ts';
import { isoOf, partsOf, readDate, readSerial, serialUnitOf, type WrittenTime } from '../forms/dates.ts';
import { readWritten } from '../forms/numbers.ts';

/** How the cells of one output's fields are written. */
export interface Forms {
  numbers: Map<string, NumberForm>;
  order: 'dmy' | 'mdy';
  /** reads times of a form that is told into the import's */
  readTime?: ((text: string) => string | undefined) | undefined;
}

/** Makes a reader of times of a told form, unix, unix-ms or a pattern, whose texts have no zone. */
export function timesOfForm(format: string): (text: string) => string | undefined {
  const read = createTimeReader('UTC', format);
  return (text) => {
    const time = read(text);
    const iso = time && new Date(time.instant).toISOString();
    return format.startsWith('unix') ? iso : iso?.slice(0, -1);
  };
}

/** Evidence of one field of an output. */
export interface FieldEvidence {
  number?: NumberEvidence;
  time?: DateEvidence;
  filled: number;
  /** the different ones, of fields that have few */
  values?: Set<string>;
}

export function newEvidence(form: 'number' | 'time' | 'text'): FieldEvidence {
  return {
    filled: 0,
    ...(form === 'number' && { number: new NumberEvidence() }),
    ...(form === 'time' && { time: new DateEvidence() }),
  };
}

/** The plain decimal of a cell, or the cell itself where it holds no number, for the rules to tell. */
export function decimalOf(value: unknown, form: NumberForm, isQuantity: boolean): string | undefined {
  const cell = isQuantity && typeof value === 'string' ? withoutPieces(value) : value;
  return numberIn(cell, form);
}

/** The plain decimal of a cell as it stands by itself, before its column is known. */
export function asWritten(value: unknown): string | undefined {
  const written = typeof value === 'string' ? readWritten(value) : undefined;
  return decimalOf(value, written?.decimal === ',' ? ',' : '.', true);
}

/** A time in ISO form, without a zone where the file tells none; undefined for a value that is no time. */
export function isoTimeOf(value: unknown, { order, readTime }: Pick<Forms, 'order' | 'readTime'>): string | undefined {
  if (readTime && (typeof value === 'string' || typeof value === 'number')) return readTime(String(value).trim());
  const time = writtenTime(value, order);
  if (!time) return undefined;
  const { zone } = time;
  if (typeof zone !== 'string') return isoOf(time);
  if (!isTimeZone(zone)) return isoOf({ ...time, zone: undefined });
  const instant = createTimeReader(zone, 'iso')(isoOf({ ...time, zone: undefined }));
  return instant && new Date(instant.instant).toISOString();
}

function writtenTime(value: unknown, order: Forms['order']): WrittenTime | undefined {
  if (value instanceof Date) {
    // Days of a workbook are fractions, which fall short of the second.
    return Number.isNaN(value.getTime())
      ? undefined
      : { ...partsOf(new Date(Math.round(value.getTime() / 1_000) * 1_000)), zone: undefined };
  }
  if (typeof value === 'number') return serial(value);
  if (typeof value !== 'string') return undefined;
  const reading = readDate(value);
  if (reading?.time) return reading.time;
  if (reading?.open) {
    const { first, second, rest } = reading.open;
    const isDayFirst = reading.separator === '.' || order === 'dmy';
    return { ...rest, day: isDayFirst ? first : second, month: isDayFirst ? second : first };
  }
  const number = /^\s*\d{5,19}(?:[.,]\d+)?\s*$/.test(value) ? Number(value.replace(',', '.')) : undefined;
  return number === undefined ? undefined : serial(number);
}

function serial(value: number): WrittenTime | undefined {
  const unit = serialUnitOf(value);
  return unit && readSerial(value, unit);
}
