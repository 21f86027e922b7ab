/** How a text of cells is laid out. */
export interface Layout {
  delimiter: string;
  /** lines before the header, which tell of the file and not of a row */
  titles: number;
  header: string[];
}

const delimiters = [',', ';', '\t', '|', '\u001f', '^', '~'];
const mostLines = 60;

/** Parts the first lines of a text by each delimiter: the right one makes many rows of the same width. */
export function findLayout(head: string, wanted?: string): Layout {
  const named = /^sep=(.)\r?\n/i.exec(head);
  const tried = wanted ? [wanted] : named ? [named[1]] : delimiters;
  const layouts = tried.map((delimiter) => layOut(head, delimiter));
  const best = layouts.reduce((one, other) => (other.score > one.score ? other : one));
  return { delimiter: best.delimiter, titles: best.titles, header: best.header };
}

interface Tried extends Layout {
  score: number;
}

function layOut(head: string, delimiter: string): Tried {
  const records = recordsOf(head, delimiter);
  const counted = new Map<number, number>();
  for (const { cells } of records)
    if (cells.length > 1) counted.set(cells.length, (counted.get(cells.length) ?? 0) + 1);
  // The usual width; a header and two rows are as good as many.
  const widths = [...counted].sort(([a, times], [b, otherTimes]) => otherTimes * b - times * a || b - a);
  const [width = 1, times = 0] = widths[0] ?? [];
  const at = Math.max(0, findHeader(records, width));
  const header = records[at]?.cells ?? [];
  const share = records.length === 0 ? 0 : times / records.length;
  return {
    delimiter,
    titles: records[at]?.line ?? 0,
    header,
    score: width <= 1 ? 0 : share * Math.min(width, 12) + share,
  };
}

/** The first record of the usual width whose cells are words that differ; titles above have fewer cells. */
function findHeader(records: readonly LineRecord[], width: number): number {
  const isHeader = ({ cells }: LineRecord) => {
    const words = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
    const numbers = words.filter((word) => /^[-+\d.,:/\s$€£¥%]+$/.test(word)).length;
    return words.length >= Math.max(1, width * 0.6) && numbers <= words.length / 5;
  };
  const near = records.findIndex((record) => Math.abs(record.cells.length - width) <= 1 && isHeader(record));
  return near >= 0 ? near : records.findIndex(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

interface LineRecord {
  cells: string[];
  /** the physical line on which it begins, from 0 */
  line: number;
}

/** The first records of a text, quotes heeded; empty lines are none. The last one may be cut and is left out. */
function recordsOf(head: string, delimiter: string): LineRecord[] {
  const records: LineRecord[] = [];
  let [cells, cell, quoted, line, began]: [string[], string, boolean, number, number] = [[], '', false, 0, 0];
  const end = () => {
    cells.push(cell);
    if (cells.length > 1 || cells[0].trim() !== '') records.push({ cells, line: began });
    [cells, cell] = [[], ''];
  };
  for (let at = 0; at < head.length && records.length < mostLines; at++) {
    const character = head[at];
    if (quoted) {
      if (character === '\n') line++;
      if (character !== '"') cell += character;
      else if (head[at + 1] === '"') cell += head[++at];
      else quoted = false;
    } else if (character === '"' && cell.trim() === '') [quoted, cell] = [true, ''];
    else if (character === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && head[at + 1] === '\n') at++;
      end();
      began = ++line;
    } else cell += character;
  }
  const isCut = head.length >= 65_536;
  if (!isCut && (cells.length > 0 || cell.trim() !== '')) end();
  return records;
}
