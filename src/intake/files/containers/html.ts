import { type FoundEncoding, recode } from '../text/encoding.ts';
import { unreadable } from '../unreadable.ts';
import { tableOfCells } from './sheet.ts';
import { type Bytes, bounds, type Table } from './table.ts';

/** The largest table of a page: what some programs write as their workbook. */
export async function openHtml(bytes: Bytes, encoding: FoundEncoding): Promise<Table> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of recode(bytes.open(), encoding)) {
    length += chunk.length;
    if (length > bounds.wholeBytes) throw unreadable(`${bytes.name} is longer than ${bounds.wholeBytes} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const tables = partsOf(text, 'table').map((table) => partsOf(table, 'tr').map(cellsOf));
  const [largest = []] = tables.sort((a, b) => b.length - a.length);
  const table = largest.length > 1 ? tableOfCells(bytes.name, 'html', largest) : undefined;
  if (!table) throw unreadable(`${bytes.name} is a page of HTML, not an export`);
  return { ...table, encoding: encoding.encoding };
}

/** What stands in each element of a name, to its end or to where the next one begins; found in one passage through the text. */
function partsOf(text: string, name: string): string[] {
  const pieces = text.split(new RegExp(`<${name}(?=[\\s>])`, 'i')).slice(1);
  return pieces.map((piece) => {
    const end = piece.search(new RegExp(`</${name}\\s*>`, 'i'));
    return piece.slice(piece.indexOf('>') + 1, end < 0 ? undefined : end);
  });
}

function cellsOf(row: string): string[] {
  const pieces = row.split(/<t[hd](?=[\s>])/i).slice(1);
  return pieces.map((piece) => textOf(piece.slice(piece.indexOf('>') + 1).split(/<\/t[hd]\s*>/i, 1)[0]));
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  euro: '€',
  pound: '£',
};

function textOf(cell: string): string {
  return cell
    .replace(/<[^>]{0,2000}>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\s+/g, ' ')
    .trim();
}
