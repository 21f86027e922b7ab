import { parse } from 'csv-parse/sync';
import { type Features, takeRows } from '../../../models/coupon-response/index.ts';

export const arms = ['No E-Mail', 'Mens E-Mail', 'Womens E-Mail'] as const;

/** The Hillstrom e-mail test (every second row): a column each, rows in the order of the file. */
export interface Hillstrom {
  readonly count: number;
  /** recency, history, mens, womens, newbie, zip Rural, zip Urban, channel Web, channel Multichannel */
  readonly features: Features;
  readonly column: Record<'recency' | 'history' | 'mens' | 'womens', Float64Array>;
  /** places in `arms` */
  readonly arm: Uint8Array;
  readonly visit: Uint8Array;
  readonly conversion: Uint8Array;
  readonly spend: Float64Array;
}

/** @param text the file's, unzipped */
export function readHillstrom(text: string): Hillstrom {
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const cells = (name: string) => rows.map((row) => row[name]);
  const numbers = (name: string) => Float64Array.from(cells(name), Number);
  const is = (name: string, value: string) => Float64Array.from(cells(name), (cell) => Number(cell === value));
  const [recency, history, mens, womens] = ['recency', 'history', 'mens', 'womens'].map(numbers);
  const columns = [
    ...[recency, history, mens, womens, numbers('newbie')],
    ...['Rural', 'Urban'].map((zip) => is('zip_code', zip)),
    ...['Web', 'Multichannel'].map((channel) => is('channel', channel)),
  ];
  return {
    count: rows.length,
    features: {
      columns: columns.length,
      values: Float64Array.from(
        { length: rows.length * columns.length },
        (_, cell) => columns[cell % columns.length][Math.floor(cell / columns.length)],
      ),
    },
    column: { recency, history, mens, womens },
    arm: Uint8Array.from(cells('segment'), (cell) => arms.indexOf(cell as (typeof arms)[number])),
    visit: Uint8Array.from(numbers('visit')),
    conversion: Uint8Array.from(numbers('conversion')),
    spend: numbers('spend'),
  };
}

/** One e-mail against none. */
export function pickTrial(data: Hillstrom, email: 'Mens E-Mail' | 'Womens E-Mail', target: 'visit' | 'conversion') {
  const chosen = arms.indexOf(email);
  const rows = Uint32Array.from(data.arm.keys()).filter((row) => data.arm[row] === 0 || data.arm[row] === chosen);
  return {
    rows,
    features: takeRows(data.features, rows),
    treated: Uint8Array.from(rows, (row) => Number(data.arm[row] !== 0)),
    outcomes: Uint8Array.from(rows, (row) => data[target][row]),
  };
}
