import type { SourceRow } from '../containers/table.ts';
import { isFilled } from './filled.ts';

/** Rows whose empty cells of these columns have what stands above them, as a sheet shows cells that are one. */
export async function* fillDown(
  rows: AsyncIterable<SourceRow>,
  columns: readonly string[] = [],
): AsyncGenerator<SourceRow> {
  const above: Record<string, unknown> = {};
  for await (const row of rows) {
    const values = { ...row.values };
    for (const column of columns) {
      if (isFilled(values[column])) above[column] = values[column];
      else if (above[column] !== undefined && !row.broken) values[column] = above[column];
    }
    yield columns.length === 0 ? row : { ...row, values };
  }
}
