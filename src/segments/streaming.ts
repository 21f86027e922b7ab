import { PannierError } from '../errors.ts';

/** The columns of members in a CSV. */
export const memberHead =
  'customer_id,recency_days,frequency,monetary,recency_score,frequency_score,monetary_score,since';

const offered = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

/** The offered type the caller wants most; JSON when it does not care. @throws PannierError `not_acceptable` */
export function negotiate(accept: string): (typeof offered)[number] {
  let best: { type: (typeof offered)[number]; quality: number } | undefined;
  for (const range of accept.split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    const type = offered.find((type) => name === type || name === '*/*' || name === `${type.split('/')[0]}/*`);
    if (type && quality > 0 && (!best || quality > best.quality)) best = { type, quality };
  }
  if (!best) throw new PannierError('not_acceptable', `Accept one of ${offered.join(', ')}.`);
  return best.type;
}

type Row = Record<string, string | number | null>;

export function streamed<Value>(
  type: 'text/csv' | 'application/x-ndjson',
  head: string,
  values: AsyncIterable<Value>,
  toRow: (value: Value) => Row,
): { stream: AsyncIterable<string>; contentType: string } {
  const stream = type === 'text/csv' ? asCsv(head, values, toRow) : asLines(values, toRow);
  return { stream, contentType: `${type}; charset=utf-8` };
}

async function* asLines<Value>(values: AsyncIterable<Value>, toRow: (value: Value) => Row): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(toRow(value))}\n`;
}

async function* asCsv<Value>(
  head: string,
  values: AsyncIterable<Value>,
  toRow: (value: Value) => Row,
): AsyncGenerator<string> {
  let wroteHead = false;
  for await (const value of values) {
    // The first value is awaited before anything is written, so that an error is still answered as one.
    if (!wroteHead) yield `${head}\n`;
    wroteHead = true;
    const fields = Object.values(toRow(value)).map((field) => (field === null ? '' : csvField(field)));
    yield `${fields.join(',')}\n`;
  }
  if (!wroteHead) yield `${head}\n`;
}

/** RFC 4180, and a text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isDecimal = /^-?\d+(\.\d+)?$/.test(value);
  const text = !isDecimal && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
