import type { CleaningRule } from '../../cleaning/rules.ts';
import { storableText } from '../../quarantine/raw.ts';
import type { ValueFault } from '../values/expectations.ts';
import type { Findings } from './assess.ts';

/** Refusals that say nothing against a row's values. */
const notInvalid = new Set<CleaningRule>(['adjustment', 'no_time', 'time_in_future']);
const untimely = new Set<CleaningRule>(['no_time', 'time_in_future']);

export interface TalliedRow {
  refused: readonly CleaningRule[];
  counted: readonly CleaningRule[];
  filled: number;
  expected: number;
  /** Epoch milliseconds; undefined where the row has no readable time. */
  occurredAt: number | undefined;
  /** Do rows of this kind have a time? */
  timed: boolean;
}

/** A value that has not the form of its field. */
export interface UnreadableExample {
  /** from 1, the header not counted */
  row: number;
  /** `row` for a row that is none */
  field: string;
  value: string;
  /** What would be right. Absent in reports from before. */
  expected?: string;
}

const mostExamples = 100;

/** Something that a person should look at, although nothing was refused for it. */
export interface Warning {
  warning: 'many_duplicates' | 'one_customer';
  message: string;
}

/** More than this part of the rows being exact duplicates, or of the orders being one customer's, is hardly what a shop is like. */
const mostDuplicates = 0.01;
const mostOrders = 0.02;
const fewestOrders = 3;

/** Counts what the rules find while a file's rows pass by. */
export class Tally {
  readonly detected: Partial<Record<CleaningRule, number>> = {};
  /** the first ones */
  readonly unreadable: UnreadableExample[] = [];
  readonly warnings: Warning[] = [];
  readonly #findings: Findings = {
    rows: 0,
    cells: 0,
    filledCells: 0,
    duplicates: 0,
    invalid: 0,
    inconsistent: 0,
    untimely: 0,
  };
  /** Epoch milliseconds of the first and the last sound row. */
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;

  add(row: TalliedRow): void {
    const found = this.#findings;
    found.rows++;
    found.cells += row.expected;
    found.filledCells += row.filled;
    if (row.refused.some((rule) => !notInvalid.has(rule))) found.invalid++;
    if (row.timed && (row.occurredAt === undefined || row.refused.some((rule) => untimely.has(rule)))) found.untimely++;
    for (const rule of row.refused) this.detect(rule);
    for (const rule of row.counted) this.detect(rule);
    if (row.refused.length === 0 && row.occurredAt !== undefined) {
      this.#from = Math.min(this.#from, row.occurredAt);
      this.#until = Math.max(this.#until, row.occurredAt);
    }
  }

  detect(rule: CleaningRule, rows = 1): void {
    if (rows > 0) this.detected[rule] = (this.detected[rule] ?? 0) + rows;
  }

  exemplify(row: number, faults: readonly ValueFault[]): void {
    const room = mostExamples - this.unreadable.length;
    for (const { field, value, expected } of faults.slice(0, room))
      this.unreadable.push({
        row,
        field: storableText(field.slice(0, 100)),
        value: storableText(value.slice(0, 100)),
        expected: storableText(expected.slice(0, 400)),
      });
  }

  /** Of lines that nothing tells apart. */
  warnOfDuplicates(duplicates: number): void {
    if (duplicates <= mostDuplicates * this.rows) return;
    this.warnings.push({
      warning: 'many_duplicates',
      message: `${duplicates} of ${this.rows} rows (${percent(duplicates, this.rows)}) equal an earlier row and were merged with it. If the file has a row for each piece, map the column that tells its lines apart: --map line_id=COLUMN`,
    });
  }

  warnOfBusiest(busiest: { orders: number; all: number; row: number } | undefined): void {
    if (!busiest || busiest.orders < fewestOrders || busiest.orders <= mostOrders * busiest.all) return;
    this.warnings.push({
      warning: 'one_customer',
      message: `One customer has ${busiest.orders} of the ${busiest.all} orders (${percent(busiest.orders, busiest.all)}), for example in row ${busiest.row}. If the id there means nobody, name it in "nobody" of a mapping file`,
    });
  }

  get rows(): number {
    return this.#findings.rows;
  }

  /** The first and last time of sound rows; undefined when there is none. */
  get span(): { from: number; until: number } | undefined {
    return this.#from <= this.#until ? { from: this.#from, until: this.#until } : undefined;
  }

  /** @param more what only all rows together tell; `invalid` rows beside those that are so by themselves */
  findings(more: Pick<Findings, 'duplicates' | 'inconsistent'> & { invalid?: number }): Findings {
    return { ...this.#findings, ...more, invalid: this.#findings.invalid + (more.invalid ?? 0) };
  }
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
