import { isShallow } from '../../imports/reading/json.ts';
import { type FoundEncoding, recode } from '../text/encoding.ts';
import { unreadable } from '../unreadable.ts';
import { cellTablesIn, plainRow, resourcesIn } from './json-forms.ts';
import { tableOfCells } from './sheet.ts';
import type { Bytes, SourceRow, Table } from './table.ts';

const deepest = 6;
/** Larger texts are taken apart element by element. */
const mostAtOnce = 64 * 1024 * 1024;
const longestElement = 16 * 1024 * 1024;

/** Lists of objects in a JSON text: the text itself, or what lies under its names. */
export async function openJson(bytes: Bytes, encoding: FoundEncoding, isCut: boolean): Promise<Table[]> {
  const text = isCut ? undefined : await readWhole(bytes, encoding);
  if (text === undefined) {
    const rows = () => elementsOf(recode(bytes.open(), encoding));
    return [{ name: bytes.name, format: 'json', encoding: encoding.encoding, rows }];
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(`${bytes.name} is no JSON (${(error as Error).message})`);
  }
  const cells = cellTablesIn(value).flatMap(({ columns, rows }, index) => {
    const name = index > 0 ? `${bytes.name} ${index + 1}` : bytes.name;
    return tableOfCells(name, 'json', columns ? [columns, ...rows] : rows) ?? [];
  });
  if (cells.length > 0) return cells.map((table) => ({ ...table, encoding: encoding.encoding }));
  const resources = resourcesIn(value);
  if (resources) value = resources;
  const lists = listsIn(value, '', 0);
  const found = lists.length > 0 ? lists : isObject(value) ? [{ name: '', list: [value] }] : [];
  return found.map(({ name, list }) => ({
    name: name || bytes.name,
    format: 'json' as const,
    encoding: encoding.encoding,
    rows: () => rowsOf(list),
  }));
}

async function* rowsOf(list: readonly unknown[]): AsyncGenerator<SourceRow> {
  for (const [index, value] of list.entries()) yield toRow(index + 1, value);
}

function toRow(number: number, given: unknown): SourceRow {
  // Answers of GraphQL have a node in each edge.
  const value = isObject(given) && isObject(given['node']) ? given['node'] : given;
  if (isObject(value) && isShallow(value)) return { number, values: plainRow(value) };
  return {
    number,
    values: {},
    broken: { raw: { text: JSON.stringify(given).slice(0, 1_000) }, expected: 'an object' },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The outermost lists of objects. */
function listsIn(value: unknown, path: string, depth: number): { name: string; list: unknown[] }[] {
  if (Array.isArray(value)) return value.some(isObject) ? [{ name: path, list: value }] : [];
  if (!isObject(value) || depth >= deepest) return [];
  // An order by itself has lines, and is no list of them.
  const keys = Object.keys(value);
  if (keys.filter((key) => !Array.isArray(value[key]) && !isObject(value[key])).length > 5) return [];
  return keys.flatMap((key) => listsIn(value[key], path ? `${path}.${key}` : key, depth + 1));
}

/** undefined: it is too large to be taken at once */
async function readWhole(bytes: Bytes, encoding: FoundEncoding): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of recode(bytes.open(), encoding)) {
    length += chunk.length;
    if (length > mostAtOnce) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The elements of the first list of objects in a text that comes in chunks, each parsed by itself; one that is cut is left out. */
async function* elementsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  const decoder = new TextDecoder();
  let [depth, start, number, listDepth] = [0, -1, 0, -1];
  let [inText, escaped, lastOpen] = [false, false, ''];
  let text = '';
  for await (const chunk of chunks) {
    let at = text.length;
    text += decoder.decode(chunk, { stream: true });
    for (; at < text.length; at++) {
      const character = text[at];
      if (inText) {
        if (escaped) escaped = false;
        else if (character === '\\') escaped = true;
        else if (character === '"') inText = false;
      } else if (character === '"') inText = true;
      else if (character === '{' || character === '[') {
        depth++;
        if (character === '{' && lastOpen === '[' && listDepth < 0) listDepth = depth;
        if (character === '{' && depth === listDepth && start < 0) start = at;
        lastOpen = character;
      } else if (character === '}' || character === ']') {
        if (character === '}' && depth === listDepth && start >= 0) {
          yield parsed(++number, text.slice(start, at + 1));
          start = -1;
        }
        depth--;
        if (listDepth >= 0 && depth < listDepth - 1) return;
        lastOpen = '';
      } else if (character > ' ' && listDepth < 0 && character !== ',') lastOpen = '';
    }
    if (start < 0) text = '';
    else {
      text = text.slice(start);
      start = 0;
      if (text.length > longestElement) throw unreadable(`row ${number + 1} is longer than ${longestElement} bytes`);
    }
  }
}

function parsed(number: number, text: string): SourceRow {
  try {
    return toRow(number, JSON.parse(text));
  } catch {
    return { number, values: {}, broken: { raw: { text: text.slice(0, 1_000) }, expected: 'a JSON object' } };
  }
}
