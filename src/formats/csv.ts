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

// A cell that looks as if it had been made harmless gets an apostrophe too, so that taking one away gives back what was.
const begins = `(?:[\\t\\r\\n]|[${nothings}]*[${signs}])`;
const isFormula = new RegExp(`^'*${begins}`, 'u');
const isGuarded = new RegExp(`^'+${begins}`, 'u');
/** From where another locale or tool ends a cell, within quotes too, to what the next would begin with. Matched whole, it takes a long cell no longer. */
const innerStart = new RegExp(`[;|\\t\\r\\n\\v\\f\\u0085\\u2028\\u2029][${nothings}"';|]*([${signs}])?`, 'gu');

/** One cell: an apostrophe stands before whatever a spreadsheet of any locale would take for a formula. */
export function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'string') return String(value);
  const text = /^-?\d+(\.\d+)?$/.test(value) ? value : guardFormulas(value);
  return /[",;|\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function guardFormulas(text: string): string {
  const inner = text.replace(innerStart, (start, sign = '') => (sign ? `${start.slice(0, -1)}'${sign}` : start));
  return isFormula.test(inner) ? `'${inner}` : inner;
}

/** The text of a cell as it was before `csvField` made it harmless. */
export function withoutGuards(cell: string): string {
  if (!cell.includes("'")) return cell;
  const whole = isGuarded.test(cell) ? cell.slice(1) : cell;
  return whole.replace(innerStart, (start, sign = '') =>
    sign && start.at(-2) === "'" ? start.slice(0, -2) + sign : start,
  );
}
