import type { Queryable } from '../../db/index.ts';
import { findErasures } from '../erasure/erasures.ts';
import { hashErasedRows } from '../erasure/store.ts';
import { wholeId } from '../imports/values/ids.ts';
import { canonicalJson, faultsColumn, hashRaw } from './raw.ts';
import { type RefusedElement, withheld } from './rows.ts';
import * as store from './store.ts';

/** Rows may be large: so many a statement, that none takes long. */
const rowsAtOnce = 100;

/**
 * Keeps refused elements with their reasons. A row that is there already stays as it is but for its rules, which are told anew.
 * @returns for each element whether it was not there yet; of equal elements only the first is new.
 */
export async function quarantineElements(tx: Queryable, elements: readonly RefusedElement[]): Promise<boolean[]> {
  if (elements.length === 0) return [];
  const late = await findLate(tx, elements);
  const hashes = await hashErasedRows(
    tx,
    elements.filter((_, index) => late[index] !== undefined).map(({ raw }) => canonicalJson(raw)),
  );
  const records = elements.map((element, index) => {
    const raw = canonicalJson(element.raw);
    const rowHash = hashes[late[index] ?? -1];
    if (rowHash !== undefined) return withhold(element, rowHash);
    return {
      kind: element.kind,
      rules: [...new Set(element.rules)],
      raw,
      raw_hash: hashRaw(raw).toString('hex'),
      customer_id: element.customerId ?? null,
      visitor_id: element.visitorId ?? null,
      import_id: element.importId ?? null,
      row_number: element.rowNumber ?? null,
      faults: faultsColumn(element.faults ?? []),
    };
  });
  const added = new Set<string>();
  for (let from = 0; from < records.length; from += rowsAtOnce) {
    for (const key of await store.insertRows(tx, records.slice(from, from + rowsAtOnce))) added.add(key);
  }
  return records.map((record) => added.delete(`${record.kind} ${record.raw_hash}`));
}

/** Numbers the elements, from 0, that are of people who were erased and are not said to be of after that. */
async function findLate(tx: Queryable, elements: readonly RefusedElement[]): Promise<(number | undefined)[]> {
  const people = elements.map(({ customerId, visitorId }) => ({ customer_id: customerId, visitor_id: visitorId }));
  // A row that could not be read may have the `.0` yet that the others have lost.
  const written = people.map(({ customer_id, ...rest }) => ({
    ...rest,
    customer_id: customer_id && wholeId(customer_id),
  }));
  const erasures = await findErasures(tx, [...people, ...written]);
  const isLate = (index: number, at: number) =>
    erasures.isLate(people[index], at) || erasures.isLate(written[index], at);
  let count = 0;
  return elements.map(({ raw }, index) => {
    const { occurred_at, redeemed_at, updated_at } = raw as Record<string, unknown>;
    const at = Date.parse(String(occurred_at ?? redeemed_at ?? updated_at));
    return isLate(index, Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at) ? count++ : undefined;
  });
}

/** The hash has the erasure's key, so that the row counts once and yet does not tell whose it was. */
function withhold(element: RefusedElement, rowHash: string): store.NewQuarantineRow {
  return {
    kind: element.kind,
    rules: [...new Set([...element.rules, 'erased_person'])],
    raw: withheld,
    raw_hash: rowHash,
    faults: null,
    customer_id: null,
    visitor_id: null,
    import_id: element.importId ?? null,
    row_number: element.rowNumber ?? null,
  };
}
