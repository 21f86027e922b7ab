import type { Database, Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import type { CategoryComplementRow, ComplementRow } from './learnt-complements.ts';

/** Loads what goes with the items of a version beyond their rules. */
export function loadItemComplements(
  db: Database,
  version: number,
  rows: Iterable<ComplementRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'item_complements',
    version,
    columns: ['item_key', 'co_bought', 'joint_counts', 'confidences', 'lifts', 'substitutes'],
    key: 'item_key',
    rows: mapRows(rows, (row) => [
      row.itemKey,
      Array.from(row.coBought),
      Array.from(row.counts),
      Array.from(row.confidences, (confidence) => Math.fround(confidence)),
      Array.from(row.lifts, (lift) => Math.fround(lift)),
      Array.from(row.substitutes),
    ]),
  });
}

/** Loads which categories of a version are bought together. */
export function loadCategoryComplements(
  db: Database,
  version: number,
  rows: Iterable<CategoryComplementRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'category_complements',
    version,
    columns: ['category', 'complements'],
    key: 'category',
    rows: mapRows(rows, ({ category, complements }) => [category, JSON.stringify(complements)]),
  });
}

export async function readItemComplements(tx: Transaction, version: number): Promise<ComplementRow[]> {
  const rows: ComplementRow[] = [];
  const query = `select item_key, co_bought, joint_counts, confidences, lifts, substitutes from item_complements
    where version = ${version} order by item_key`;
  for await (const [itemKey, ...lists] of copiedRows(tx, query)) {
    const [coBought, counts, confidences, lifts, substitutes] = lists.map(numbersOf);
    rows.push({ itemKey: Number(itemKey), coBought, counts, confidences, lifts, substitutes });
  }
  return rows;
}

export function readCategoryComplements(tx: Transaction, version: number): Promise<CategoryComplementRow[]> {
  return tx.query<CategoryComplementRow>(
    'select category, complements from category_complements where version = $1 order by category',
    [version],
  );
}
