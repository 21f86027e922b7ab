import type { Transaction } from '../../db/index.ts';
import type { Fault } from '../cleaning/rules.ts';
import type { Batch } from './batch.ts';
import type { RecordContext } from './recorded.ts';

/** How one kind of thing is stored, for `upsertBatch`. */
export interface UpsertStore<Element, Stored> {
  /** Makes what is not there yet, and gives the ids made. */
  insertMissing(tx: Transaction, ids: readonly string[]): Promise<Set<string>>;
  /** What is stored, held until the transaction ends. */
  lock(tx: Transaction, ids: readonly string[]): Promise<Map<string, Stored>>;
  /** undefined: the element tells nothing new; faults: what it would make cannot be kept. @param receivedAt undefined: now */
  apply(stored: Stored, element: Element, receivedAt: number | undefined): Stored | readonly Fault[] | undefined;
  update(tx: Transaction, changed: readonly Stored[]): Promise<void>;
}

/** What was made or changed, as it was before the batch and is after it. */
export interface Change<Stored> {
  before: Stored;
  next: Stored;
  /** it was not there before the batch */
  isNew: boolean;
}

/**
 * Applies the undecided elements of a batch; those of one id in the order sent, each with its own verdict.
 * @returns what was made or changed, each once
 */
export async function upsertBatch<Element, Stored>(
  tx: Transaction,
  batch: Batch<Element>,
  store: UpsertStore<Element, Stored>,
  { receivedAt }: Pick<RecordContext, 'receivedAt'>,
): Promise<Change<Stored>[]> {
  const entries = batch.undecided();
  if (entries.length === 0) return [];
  const ids = [...new Set(entries.map(({ id }) => id))];
  const made = new Set<string>();
  let stored: Map<string, Stored>;
  do {
    // A second time only where an erasure came between.
    for (const id of await store.insertMissing(tx, ids)) made.add(id);
    stored = await store.lock(tx, ids);
  } while (stored.size < ids.length);

  const isNew = new Set(made);
  const changed = new Map<string, Stored>();
  for (const entry of entries) {
    const before = changed.get(entry.id) ?? stored.get(entry.id)!;
    const applied = store.apply(before, entry.element, receivedAt?.[entry.index]);
    if (isRefused(applied)) {
      batch.refuse(entry, [...applied]);
      continue;
    }
    const next = applied ?? (made.has(entry.id) ? before : undefined);
    made.delete(entry.id);
    if (next) {
      changed.set(entry.id, next);
      batch.accept(entry);
    } else {
      batch.merge(entry);
    }
  }
  if (changed.size > 0) await store.update(tx, [...changed.values()]);
  return Array.from(changed, ([id, next]) => ({ before: stored.get(id)!, next, isNew: isNew.has(id) }));
}

function isRefused<Stored>(applied: Stored | readonly Fault[] | undefined): applied is readonly Fault[] {
  return Array.isArray(applied);
}
