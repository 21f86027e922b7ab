import type { Database, Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { mapRows } from '../copied-rows.ts';
import type { NewcomerTasteRow } from './newcomer-tastes.ts';

/** Loads what newcomers buy, of a version of popularity. */
export function loadNewcomerTastes(
  db: Database,
  version: number,
  rows: Iterable<NewcomerTasteRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'newcomer_tastes',
    version,
    columns: ['trait', 'value', 'rest', 'item_keys', 'lifts'],
    key: 'trait, value',
    rows: mapRows(rows, ({ trait, value, rest, itemKeys, lifts }) => [
      trait,
      value,
      Math.fround(rest),
      Array.from(itemKeys),
      Array.from(lifts, Math.fround),
    ]),
  });
}

/** What newcomers buy by a version; few rows. */
export function readNewcomerTastes(tx: Transaction, version: number): Promise<NewcomerTasteRow[]> {
  return tx.query(
    `select trait, value, rest, item_keys as "itemKeys", lifts from newcomer_tastes where version = $1 order by trait, value`,
    [version],
  );
}
