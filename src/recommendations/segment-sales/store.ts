import type { Database, Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import type { SegmentSalesRow } from './segment-sales.ts';

/** Loads the best sellers of segments, of a version of the segmentation. */
export function loadSegmentSales(db: Database, version: number, rows: Iterable<SegmentSalesRow>): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'segment_best_sellers',
    version,
    columns: ['segment_id', 'item_keys', 'scores'],
    key: 'segment_id',
    rows: mapRows(rows, ({ segmentId, itemKeys, scores }) => [
      segmentId,
      Array.from(itemKeys),
      Array.from(scores, Math.fround),
    ]),
  });
}

/** The best sellers of a version, by ascending segment. */
export async function readSegmentSales(tx: Transaction, version: number): Promise<SegmentSalesRow[]> {
  const rows: SegmentSalesRow[] = [];
  // Ids of segments hold nothing that COPY escapes.
  const query = `select segment_id, item_keys, scores from segment_best_sellers
    where version = ${version} order by segment_id`;
  for await (const [segmentId, itemKeys, scores] of copiedRows(tx, query)) {
    rows.push({ segmentId, itemKeys: numbersOf(itemKeys), scores: numbersOf(scores) });
  }
  return rows;
}
