import { bounds, emptyValues, type Format, type SourceRow, type Table, uniqueColumns } from './table.ts';

const mostTitles = 40;

/** A table of rows of cells, whose header is found below lines of title; undefined for one without cells. */
export function tableOfCells(name: string, format: Format, rows: readonly (readonly unknown[])[]): Table | undefined {
  const at = findHeaderRow(rows.slice(0, mostTitles));
  if (at < 0) return undefined;
  const width = Math.min(bounds.columns, rows[at].length);
  const columns = uniqueColumns(rows[at].slice(0, width));
  async function* read(): AsyncGenerator<SourceRow> {
    for (let index = at + 1; index < rows.length; index++) {
      const values = valuesOf(rows[index], columns);
      if (Object.keys(values).length > 0) yield { number: index - at, values };
    }
  }
  return { name, format, columns, titles: at, rows: read };
}

function isEmpty(cell: unknown): boolean {
  return cell === null || cell === undefined || (typeof cell === 'string' && cell.trim() === '');
}

function valuesOf(cells: readonly unknown[], columns: readonly string[]): Record<string, unknown> {
  const values = emptyValues();
  for (let index = 0; index < columns.length; index++) {
    const cell = cells[index];
    if (!isEmpty(cell)) values[columns[index]] = cell;
  }
  return values;
}

/** The first row that is about as full as the fullest, and of words. */
function findHeaderRow(rows: readonly (readonly unknown[])[]): number {
  const filled = rows.map((row) => row.filter((cell) => !isEmpty(cell)).length);
  const fullest = Math.max(0, ...filled);
  if (fullest === 0) return -1;
  const isWords = (row: readonly unknown[]) => {
    const cells = row.filter((cell) => !isEmpty(cell));
    return (
      cells.filter((cell) => typeof cell === 'string' && !/^[-+\d.,:/\s]+$/.test(cell)).length >= cells.length * 0.8
    );
  };
  const found = rows.findIndex((row, index) => filled[index] >= Math.max(1, fullest * 0.6) && isWords(row));
  return found >= 0 ? found : filled.findIndex((count) => count > 0);
}
