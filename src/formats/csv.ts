/** What a cell can hold; an absent value is an empty cell. */
export type CsvValue = string | number | boolean | Date | null | undefined;

/** One line of CSV by RFC 4180. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

/** What begins a formula in a spreadsheet, with their full-width, small and raised forms. */
const signs = '=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻−';
/** What may stand before it: blanks, controls, what is not seen, and quotes, which another separator makes a cell begin with. */
const nothings = '\\s\\p{C}"';

const isFormula = new RegExp(`^(?:[\\t\\r\\n]|[${nothings}]*[${signs}])`, 'u');
/** Where another locale or tool ends a cell, within quotes too. */
const innerFormula = new RegExp(`([;\\t|\\r\\n\\v\\f\\u0085\\u2028\\u2029][${nothings}"';|]*)(?=[${signs}])`, 'gu');

/** One cell: an apostrophe stands before whatever a spreadsheet of any locale would take for a formula. */
export function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  const text = /^-?\d+(\.\d+)?$/.test(value) ? value : withoutFormulas(value);
  return /[",;|\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function withoutFormulas(text: string): string {
  const inner = text.replace(innerFormula, "$1'");
  return isFormula.test(inner) ? `'${inner}` : inner;
}
