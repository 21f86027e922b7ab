import { SaxesParser } from 'saxes';
import { type FoundEncoding, recode } from '../text/encoding.ts';
import { unreadable } from '../unreadable.ts';
import { type Bytes, bounds, emptyValues, type SourceRow, type Table } from './table.ts';

const deepest = 24;
const lookedAt = 4 * 1024 * 1024;
const mostParts = 20_000;
/** What rows are usually called. */
const usualNames = ['item', 'entry', 'order', 'product', 'offer', 'row', 'record', 'customer', 'shopitem'];

/** Rows of an XML document: the elements that come again and again and have others in them. */
export async function openXml(bytes: Bytes, encoding: FoundEncoding): Promise<Table> {
  const path = await findRows(bytes, encoding);
  if (path === undefined) throw unreadable(`no element of ${bytes.name} comes again and again, as rows do`);
  return { name: bytes.name, format: 'xml', encoding: encoding.encoding, rows: () => readRows(bytes, encoding, path) };
}

interface Seen {
  count: number;
  depth: number;
  /** how many have elements in them */
  parents: number;
}

async function findRows(bytes: Bytes, encoding: FoundEncoding): Promise<string | undefined> {
  const seen = new Map<string, Seen>();
  const path: string[] = [];
  const parser = createParser(bytes.name);
  parser.on('opentag', ({ name }) => {
    const parent = seen.get(path.join('/'));
    if (parent) parent.parents++;
    path.push(name);
    const key = path.join('/');
    const known = seen.get(key) ?? { count: 0, depth: path.length, parents: 0 };
    known.count++;
    if (seen.size < mostParts) seen.set(key, known);
  });
  parser.on('closetag', () => {
    path.pop();
  });
  let length = 0;
  for await (const text of texts(bytes, encoding)) {
    length += text.length;
    parser.write(text);
    if (length > lookedAt) break;
  }
  return chooseRows(seen);
}

/** The element nearest to the root that comes again; of a single one that which is called as rows are. */
function chooseRows(seen: ReadonlyMap<string, Seen>): string | undefined {
  const nameOf = (key: string) => localName(key.slice(key.lastIndexOf('/') + 1)).toLowerCase();
  const parents = [...seen].filter(([, { parents, depth }]) => parents > 0 && depth > 1);
  const again = parents
    .filter(([, { count }]) => count > 1)
    .sort(([, a], [, b]) => a.depth - b.depth || b.count - a.count);
  const usual = parents
    .filter(([key]) => usualNames.includes(nameOf(key)))
    .sort(([, a], [, b]) => a.depth - b.depth || b.count - a.count);
  if (usual.length > 0 && (again.length === 0 || usual[0][1].depth <= again[0][1].depth)) return usual[0][0];
  return (again[0] ?? usual[0])?.[0];
}

/** Elements of other namespaces go by their own names: g:price is price. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

type Node = { name: string; values: Record<string, unknown>; text: string };

async function* readRows(bytes: Bytes, encoding: FoundEncoding, rowPath: string): AsyncGenerator<SourceRow> {
  const rowDepth = rowPath.split('/').length;
  const path: string[] = [];
  const open: Node[] = [];
  let done: SourceRow[] = [];
  let [number, size] = [0, 0];
  const parser = createParser(bytes.name);
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    if (path.length > deepest) throw unreadable(`row ${number + 1} is nested more than ${deepest} levels deep`);
    if (open.length === 0 && !(path.length === rowDepth && path.join('/') === rowPath)) return;
    const values = emptyValues();
    for (const [key, value] of Object.entries(attributes)) values[localName(key)] = value;
    open.push({ name: localName(name), values, text: '' });
  });
  const addText = (text: string) => {
    const node = open.at(-1);
    if (!node) return;
    size += text.length;
    if (size > bounds.cell * 8) throw unreadable(`row ${number + 1} is longer than ${bounds.cell * 8} characters`);
    node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    path.pop();
    const node = open.pop();
    if (!node) return;
    const value = elementValue(node, open.length);
    const parent = open.at(-1);
    if (parent) put(parent.values, node.name, value);
    else {
      size = 0;
      done.push({
        number: ++number,
        values: typeof value === 'object' && !Array.isArray(value) ? value : { [node.name]: value },
      });
    }
  });
  for await (const text of texts(bytes, encoding)) {
    parser.write(text);
    yield* done;
    done = [];
  }
  parser.close();
  yield* done;
}

function elementValue(
  { name, values, text }: Node,
  depth: number,
): string | Record<string, unknown> | Record<string, unknown>[] {
  const own = text.trim();
  const keys = Object.keys(values);
  if (keys.length === 0) return own;
  const [only] = keys;
  // A list that has an element of its own: <items><item/><item/></items>.
  const isList = keys.length === 1 && own === '' && (Array.isArray(values[only]) || isPluralOf(name, only));
  if (isList && depth > 0 && [values[only]].flat().every((one) => typeof one === 'object'))
    return [values[only]].flat() as Record<string, unknown>[];
  return own === '' ? values : Object.assign(values, { text: own });
}

function isPluralOf(name: string, one: string): boolean {
  const [many, single] = [name, one].map((text) => text.toLowerCase().replace(/[_-]/g, ''));
  return many.startsWith(single.replace(/y$/, '')) && /(s|en|list|ies)$/.test(many);
}

/** An element that comes again makes a list. */
function put(values: Record<string, unknown>, name: string, value: unknown): void {
  const before = values[name];
  if (before === undefined) values[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else values[name] = [before, value];
}

/** No entity but those of XML itself is known to it, and nothing is fetched. */
function createParser(file: string): SaxesParser {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    const faults = /undefined entity/i.test(error.message) ? ': entities of a document’s own are not read' : '';
    throw unreadable(`${file} is no XML at ${error.message}${faults}`);
  });
  return parser;
}

async function* texts(bytes: Bytes, encoding: FoundEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let isFirst = true;
  for await (const chunk of recode(bytes.open(), encoding)) {
    const text = decoder.decode(chunk, { stream: true });
    yield isFirst ? text.replace(/^\s+/, '') : text;
    isFirst &&= text.trim() === '';
  }
}
