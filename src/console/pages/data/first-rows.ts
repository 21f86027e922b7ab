/** The first rows of a file, read in the browser. */
export interface FirstRows {
  columns: string[];
  rows: string[][];
  /** what was read, and whether the file goes on */
  text: string;
  isCut: boolean;
}

const mostBytes = 65_536;
const mostRows = 5;

/** @throws Error where it is no text in lines */
export async function readFirstRows(file: File): Promise<FirstRows> {
  const stream = file.name.endsWith('.gz')
    ? file.stream().pipeThrough(new DecompressionStream('gzip'))
    : file.slice(0, mostBytes).stream();
  const text = await readBeginning(stream);
  if (text.includes('\u0000')) throw new Error('no text');
  return { ...parseBeginning(text), text, isCut: text.length >= mostBytes || file.size > mostBytes };
}

async function readBeginning(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < mostBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.replace(/^\uFEFF/, '');
}

/** The header and some rows; the delimiter is the one that parts the header most. */
export function parseBeginning(text: string): Pick<FirstRows, 'columns' | 'rows'> {
  const header = text.split(/\r\n|\n|\r/, 1)[0] ?? '';
  const counts = [',', ';', '\t', '|'].map((delimiter) => [delimiter, header.split(delimiter).length] as const);
  const [delimiter] = counts.reduce((best, one) => (one[1] > best[1] ? one : best));
  const [columns = [], ...rows] = readCells(text, delimiter, mostRows + 1);
  return { columns: columns.map((column) => column.trim()), rows };
}

/** RFC 4180: quotes hold delimiters and line ends, two quotes are one. */
function readCells(text: string, delimiter: string, most: number): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted] = [[] as string[], '', false];
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    [row, cell] = [[], ''];
  };
  for (let place = 0; place < text.length && rows.length < most; place++) {
    const letter = text.charAt(place);
    if (isQuoted) {
      if (letter !== '"') cell += letter;
      else if (text[place + 1] === '"') {
        cell += '"';
        place++;
      } else isQuoted = false;
    } else if (letter === '"' && cell === '') isQuoted = true;
    else if (letter === delimiter) {
      row.push(cell);
      cell = '';
    } else if (letter === '\n' || letter === '\r') {
      if (letter === '\r' && text[place + 1] === '\n') place++;
      endRow();
    } else cell += letter;
  }
  if (rows.length < most && (cell !== '' || row.length > 0)) endRow();
  return rows;
}
