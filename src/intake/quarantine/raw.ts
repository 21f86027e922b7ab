import { hash } from 'node:crypto';
import { isAtMost } from '../cleaning/text-length.ts';

const mostFaults = 20;
const longestTold = 200;

/** JSON with sorted keys and nothing that Postgres cannot store: the same row always gives the same text. */
export function canonicalJson(value: unknown): string {
  const text = JSON.stringify(isSortedRow(value) ? value : sortKeys(value));
  // How JSON writes NUL and lone surrogates; a text that only looks so is none the worse for the second look.
  return /\\u(?:0000|d[89a-f])/.test(text) ? JSON.stringify(sortKeys(value, storableText)) : text;
}

/** Rows of large files come with their fields in order: looking is cheaper than sorting. */
function isSortedRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let last = '';
  for (const name of Object.keys(value)) {
    if (name < last || typeof (value as Record<string, unknown>)[name] === 'object') return false;
    last = name;
  }
  return true;
}

function sortKeys(value: unknown, store: (text: string) => string = (text) => text): unknown {
  if (typeof value === 'string') return store(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => sortKeys(element, store));
  const sorted: [string, unknown][] = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => [store(name), sortKeys(field, store)]);
  return Object.fromEntries(sorted);
}

/** Postgres refuses NUL, and lone surrogates have no UTF-8: shown as ␀ and �. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u2400');
}

/** Is what lies there what came? Of a row refused for NUL or a lone surrogate only a likeness could be kept, which is no fact. */
export function isAsItCame({ rules, raw }: { rules: readonly string[]; raw: unknown }): boolean {
  return !rules.includes('unreadable') || !/[\u2400\ufffd]/.test(JSON.stringify(raw));
}

/** Faults of a row's values as they are stored with it. */
export function faultsColumn(faults: readonly { field: string; value: string; expected: string }[]): string | null {
  if (faults.length === 0) return null;
  const told = faults.slice(0, mostFaults).map(({ field, value, expected }) => ({
    field: field.slice(0, longestTold),
    value: value.slice(0, longestTold),
    expected: expected.slice(0, 2 * longestTold),
  }));
  return canonicalJson(told);
}

/** The id that a value of a refused row is meant to be, also where it is a number, or alone in a list: erasing finds it by that. */
export function meantId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 1 && !Array.isArray(value[0]) ? meantId(value[0]) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text !== '' && isAtMost(text, 128) && !text.includes('\0') && text.isWellFormed() ? text : undefined;
}

/** What makes two quarantined rows of a kind the same row. */
export function hashRaw(canonical: string): Buffer {
  return hash('sha256', canonical, 'buffer');
}
