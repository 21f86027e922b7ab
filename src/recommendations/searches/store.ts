import type { Database, Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { mapRows } from '../copied-rows.ts';
import type { SearchTermRow, ServedSearches } from './search-term.ts';

/** Loads what people search for in a version. */
export function loadSearchTerms(db: Database, version: number, rows: Iterable<SearchTermRow>): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'search_terms',
    version,
    columns: ['term', 'people', 'is_found', 'related'],
    key: 'term',
    rows: mapRows(rows, ({ term, people, isFound, related, shares }) => [
      term,
      people,
      isFound,
      JSON.stringify(related.map((other, place) => ({ term: other, share: shares[place] }))),
    ]),
  });
}

export async function readSearchTerms(tx: Transaction, version: number): Promise<ServedSearches> {
  const rows = await tx.query<{
    term: string;
    people: number;
    is_found: boolean;
    related: { term: string; share: number }[];
  }>('select term, people, is_found, related from search_terms where version = $1 order by people desc, term', [
    version,
  ]);
  return new Map(
    rows.map(({ term, people, is_found: isFound, related }) => [
      term,
      { people, isFound, related: related.map((other) => other.term), shares: related.map(({ share }) => share) },
    ]),
  );
}
