import { SaxesParser } from 'saxes';
import { missingReader, unreadable } from '../unreadable.ts';
import { tableOfCells } from './sheet.ts';
import { bounds, type Table } from './table.ts';
import type { Member } from './zip.ts';

/** Of the XML of its sheets; all of it is in memory at once. */
const mostXml = 256 * 1024 * 1024;

/** The sheets of an Excel workbook. @throws PannierError `invalid_request` */
export async function openXlsx(path: string, name: string, members: readonly Member[]): Promise<Table[]> {
  const size = members.reduce((sum, member) => sum + (member.name.startsWith('xl/') ? member.size : 0), 0);
  if (size > mostXml) throw tooLarge(name, size);
  const { default: readWorkbook } = await import('read-excel-file/node').catch(() => {
    throw missingReader(name, 'an Excel workbook', 'read-excel-file');
  });
  let sheets: { sheet: string; data: readonly (readonly unknown[])[] }[];
  try {
    sheets = await readWorkbook(path, { trim: false });
  } catch (error) {
    throw unreadable(`${name} is no workbook that can be read (${(error as Error).message})`);
  }
  return sheets.flatMap(({ sheet, data }) => tableOfCells(sheet, 'xlsx', data) ?? []);
}

function tooLarge(name: string, size: number) {
  return unreadable(`${name} is a workbook of ${Math.round(size / 1e6)} MB when unpacked: save its sheet as CSV`);
}

/** The sheets of an OpenDocument workbook. @throws PannierError `invalid_request` */
export async function openOds(name: string, members: readonly Member[]): Promise<Table[]> {
  const content = members.find((member) => member.name === 'content.xml');
  if (!content) throw unreadable(`${name} has no content.xml`);
  if (content.size > mostXml) throw tooLarge(name, content.size);
  const reader = new OdsReader(name);
  const decoder = new TextDecoder();
  for await (const chunk of content.open()) reader.parser.write(decoder.decode(chunk, { stream: true }));
  reader.parser.close();
  return reader.sheets.flatMap((sheet) => tableOfCells(sheet.name, 'ods', sheet.rows) ?? []);
}

const mostCells = 20_000_000;

class OdsReader {
  readonly parser = new SaxesParser();
  readonly sheets: { name: string; rows: unknown[][] }[] = [];
  #row: unknown[] = [];
  #rowTimes = 1;
  #cell: { value: unknown; times: number; isTyped: boolean } | undefined;
  #text = '';
  #paragraphs = 0;
  #cells = 0;

  constructor(name: string) {
    this.parser.on('error', (error) => {
      throw unreadable(`the content of ${name} is no XML at ${error.message}`);
    });
    this.parser.on('opentag', ({ name: tag, attributes }) => this.#open(tag, attributes as Record<string, string>));
    this.parser.on('closetag', ({ name: tag }) => this.#close(tag));
    this.parser.on('text', (text) => {
      if (this.#cell && this.#paragraphs > 0) this.#text += text;
    });
  }

  #open(tag: string, attributes: Record<string, string>): void {
    if (tag === 'table:table') this.sheets.push({ name: attributes['table:name'] ?? '', rows: [] });
    else if (tag === 'table:table-row') {
      this.#row = [];
      this.#rowTimes = Number(attributes['table:number-rows-repeated'] ?? 1);
    } else if (tag === 'table:table-cell' || tag === 'table:covered-table-cell') {
      const times = Number(attributes['table:number-columns-repeated'] ?? 1);
      const typed = typedValue(attributes);
      this.#cell = { value: typed, times, isTyped: typed !== undefined };
      this.#text = '';
    } else if (tag === 'text:p' && this.#cell) {
      if (this.#text !== '') this.#text += '\n';
      this.#paragraphs++;
    } else if (tag === 'text:s' && this.#cell)
      this.#text += ' '.repeat(Math.min(1_000, Number(attributes['text:c'] ?? 1)));
  }

  #close(tag: string): void {
    if (tag === 'text:p' && this.#cell) this.#paragraphs--;
    else if (tag === 'table:table-cell' || tag === 'table:covered-table-cell') this.#endCell();
    else if (tag === 'table:table-row') this.#endRow();
  }

  #endCell(): void {
    const { value, times, isTyped } = this.#cell!;
    const cell = isTyped ? value : this.#text === '' ? null : this.#text;
    this.#cell = undefined;
    // Empty cells to the end of the sheet are repeated a thousand times.
    if (cell === null && times > 200) return;
    for (let count = 0; count < Math.min(times, bounds.columns) && this.#row.length < bounds.columns; count++) {
      this.#row.push(cell);
    }
  }

  #endRow(): void {
    const isEmpty = this.#row.every((cell) => cell === null);
    const times = isEmpty ? Math.min(1, this.#rowTimes) : Math.min(this.#rowTimes, 10_000);
    this.#cells += this.#row.length * times;
    if (this.#cells > mostCells) throw unreadable(`it has more than ${mostCells} cells: save its sheet as CSV`);
    for (let count = 0; count < times; count++) this.sheets.at(-1)?.rows.push(this.#row);
  }
}

function typedValue(attributes: Record<string, string>): unknown {
  const type = attributes['office:value-type'];
  if (type === 'float' || type === 'currency' || type === 'percentage') return Number(attributes['office:value']);
  if (type === 'date') return attributes['office:date-value'];
  if (type === 'boolean') return attributes['office:boolean-value'] === 'true';
  return undefined;
}
