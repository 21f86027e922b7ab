import type { SentenceKey } from '../../../sentences/index.ts';
import { minorDigitsOf } from '../../../shop/currencies.ts';
import { type DateOrder, type DateReading, readDate, type SerialUnit, serialUnitOf } from './dates.ts';
import { moneyIn } from './money-object.ts';
import { type DecimalSign, plainNumber, readWritten } from './numbers.ts';

/** Different cells that are looked at for which part of a date is the day. */
const mostDistinct = 400;

/** What the cells of a column of numbers show about how they are written. */
export class NumberEvidence {
  /** cells whose decimals are certainly parted by a point, by a comma, cells that could be either, and those without a sign */
  readonly seen = { '.': 0, ',': 0, either: 0, none: 0 };
  /** groups of three that end in 000 among those that could be either */
  zeros = 0;
  readonly currencies = new Set<string>();
  /** of amounts that are objects */
  readonly codes = new Set<string>();
  others = 0;

  see(value: unknown): void {
    const money = moneyIn(value);
    if (money) {
      if (money.currency && this.codes.size < mostDistinct) this.codes.add(money.currency);
      this.see(money.amount);
      return;
    }
    if (typeof value === 'number' || typeof value === 'bigint') this.seen['.']++;
    if (typeof value !== 'string' || value.trim() === '') return;
    const written = readWritten(value);
    if (!written) {
      this.others++;
      return;
    }
    this.seen[written.decimal]++;
    if (written.decimal === 'either' && /[.,]000$/.test(written.digits)) this.zeros++;
    const { currency } = written;
    if (currency) this.currencies.add(currency);
  }

  /** How cells that could be either are read; undefined where nothing in the column tells. */
  decide(isQuantity: boolean): NumberForm | undefined {
    const { '.': points, ',': commas, either, none } = this.seen;
    if (points > 0 || commas > 0) return points >= commas ? '.' : ',';
    if (either === 0) return '.';
    // Pieces are whole: 1.000 of them is one, or kilograms; money without cents in any row has thousands.
    if (isQuantity && this.zeros === either) return undefined;
    const [currency] = this.currencies;
    if (currency && minorDigitsOf(currency.slice(0, 3)) === 0) return 'thousands';
    return none > 0 ? 'thousands' : undefined;
  }
}

/** Which way round days and months stand, and what says so. */
export interface DecidedOrder {
  order: 'dmy' | 'mdy';
  why: Extract<SentenceKey, `file.day-first${string}` | `file.month-first${string}`>;
}

const dayFirst = (why: DecidedOrder['why']): DecidedOrder => ({ order: 'dmy', why });
const monthFirst = (why: DecidedOrder['why']): DecidedOrder => ({ order: 'mdy', why });

/** What the cells of a column of times show about how they are written. */
export class DateEvidence {
  readonly proves: Record<DateOrder, number> = { dmy: 0, mdy: 0, ymd: 0 };
  open = 0;
  read = 0;
  zoned = 0;
  meridiems = 0;
  readonly separators = new Set<string>();
  readonly units = new Set<SerialUnit>();
  others = 0;
  /** the two open numbers of dates, and the times they would be, in the order of the rows */
  readonly #first = new Set<number>();
  readonly #second = new Set<number>();
  #falls = { dmy: 0, mdy: 0 };
  #last: { dmy: number; mdy: number } | undefined;
  #lastText: unknown;
  #latest = { dmy: 0, mdy: 0 };

  see(value: unknown): void {
    const isAgain = value === this.#lastText;
    this.#lastText = value;
    if (isAgain || value instanceof Date) this.read++;
    else if (typeof value === 'number') this.#seeSerial(value);
    else if (typeof value === 'string' && value.trim() !== '') this.#seeText(value);
  }

  #seeText(value: string): void {
    const reading = readDate(value);
    if (reading) {
      this.read++;
      this.#seeReading(reading);
    } else if (/^\s*\d{5,19}(?:[.,]\d+)?\s*$/.test(value)) this.#seeSerial(Number(value.replace(',', '.')));
    else this.others++;
  }

  #seeSerial(number: number): void {
    const unit = serialUnitOf(number);
    if (!unit) {
      this.others++;
      return;
    }
    this.read++;
    this.units.add(unit);
  }

  #seeReading({ time, open, proves, separator, hasMeridiem }: DateReading): void {
    if (hasMeridiem) this.meridiems++;
    if (separator) this.separators.add(separator);
    if ((time ?? open!.rest).zone !== undefined) this.zoned++;
    if (proves) this.proves[proves]++;
    if (!open) return;
    this.open++;
    const { first, second, rest } = open;
    if (this.#first.size < mostDistinct) this.#first.add(first);
    if (this.#second.size < mostDistinct) this.#second.add(second);
    const dayClock = rest.hour * 3_600_000 + rest.minute * 60_000;
    const at = {
      dmy: Date.UTC(rest.year, second - 1, first) + dayClock,
      mdy: Date.UTC(rest.year, first - 1, second) + dayClock,
    };
    if (this.#last) {
      if (at.dmy < this.#last.dmy) this.#falls.dmy++;
      if (at.mdy < this.#last.mdy) this.#falls.mdy++;
    }
    this.#last = at;
    this.#latest = { dmy: Math.max(this.#latest.dmy, at.dmy), mdy: Math.max(this.#latest.mdy, at.mdy) };
  }

  /**
   * Which way round days and months of open dates stand, and what says so; undefined where nothing in the column does.
   * @param now later dates have not come yet, and orders of the future are none
   */
  decide(now: number): DecidedOrder | undefined {
    const { dmy, mdy } = this.proves;
    if (dmy !== mdy && (dmy === 0 || mdy === 0))
      return dmy > mdy ? dayFirst('file.day-first') : monthFirst('file.month-first');
    // Both: several forms in one column. What is written with points is day first.
    if (dmy > 0 && mdy > 0) return undefined;
    if (this.open === 0) return dayFirst('file.day-first-points');
    const day = 86_400_000;
    const [isDayFuture, isMonthFuture] = [this.#latest.dmy > now + day, this.#latest.mdy > now + day];
    if (isDayFuture && !isMonthFuture) return monthFirst('file.month-first-future');
    if (isMonthFuture && !isDayFuture) return dayFirst('file.day-first-future');
    if (this.separators.size === 1 && this.separators.has('.')) return dayFirst('file.day-first-points');
    if (this.meridiems > 0) return monthFirst('file.month-first-meridiem');
    const { dmy: dmyFalls, mdy: mdyFalls } = this.#falls;
    if (Math.min(dmyFalls, mdyFalls) * 4 < Math.max(dmyFalls, mdyFalls) && Math.max(dmyFalls, mdyFalls) > 2) {
      return dmyFalls < mdyFalls ? dayFirst('file.day-first-order') : monthFirst('file.month-first-order');
    }
    // Orders of a few weeks have many days and few months.
    const [firsts, seconds] = [this.#first.size, this.#second.size];
    if (Math.max(firsts, seconds) >= 3 && Math.min(firsts, seconds) === 1)
      return firsts > seconds ? dayFirst('file.day-first-changes') : monthFirst('file.month-first-changes');
    return undefined;
  }
}

/** A whole number in front of what a piece is called: 12 Stück, 2 pcs, x3. */
export function withoutPieces(text: string): string {
  return text
    .replace(/^\s*[x×]\s*(?=\d)/i, '')
    .replace(
      /(\d)\s*(?:x|×|pcs?\.?|pieces?|units?|st(?:ü|ue|u)?c?k\.?|stk\.?|szt\.?|pz\.?|pi[eè]ces?|uds?\.?|unid(?:ades)?\.?|stuks|個|个|件|只|kg|pc)\s*$/i,
      '$1',
    );
}

/** How a number of a column is written: what parts its decimals, or that what could be either parts thousands. */
export type NumberForm = DecimalSign | 'thousands';

/** The plain decimal of a cell; undefined for what is no number. */
export function numberIn(value: unknown, form: NumberForm): string | undefined {
  const money = moneyIn(value);
  if (money) return numberIn(money.amount, form);
  if (typeof value === 'number') return Number.isFinite(value) ? plainDouble(value) : undefined;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return undefined;
  const written = readWritten(value);
  if (!written) return undefined;
  if (form !== 'thousands') return plainNumber(written, form);
  return plainNumber(written, written.digits.includes(',') ? '.' : ',');
}

/** A double without the noise of its last digits: 7.949999999999999 is 7.95. */
function plainDouble(value: number): string {
  const short = String(Number(value.toPrecision(15)));
  return /e/i.test(short) ? value.toFixed(6) : short;
}
