import type { Transaction } from '../../db/index.ts';

/** A query's rows page by page through a cursor: any number of rows in the memory of one page. Pages may be written from in between. */
export async function* fetchPages<Row>(tx: Transaction, query: string, pageSize: number): AsyncGenerator<Row[]> {
  await tx.query(`declare import_pages no scroll cursor for ${query}`);
  try {
    for (;;) {
      const rows = await tx.query<Row>(`fetch forward ${pageSize} from import_pages`);
      if (rows.length > 0) yield rows;
      if (rows.length < pageSize) break;
    }
  } finally {
    // After an error the transaction is over, and the cursor with it.
    await tx.query('close import_pages').catch(() => {});
  }
}
