import type { Queryable } from '../../db/index.ts';
import type { Batch, Entry } from '../batch/batch.ts';
import type { Fault } from '../cleaning/rules.ts';
import { type Erasures, findErasures, type Person } from './erasures.ts';

/**
 * Refuses what is told late of people who were erased; nothing of it is kept.
 * @param timeOf epoch milliseconds; @param findKnown ids that are known stay without a verdict
 * @param found where the erasures of all these people were read already
 */
export async function refuseLateFacts<Element extends Person>(
  tx: Queryable,
  batch: Batch<Element>,
  timeOf: (element: Element) => number,
  findKnown: (ids: string[]) => Promise<{ has(id: string): boolean }> = async () => new Set(),
  found?: Erasures,
): Promise<void> {
  const entries = batch.undecided();
  if (entries.length === 0) return;
  const people = entries.map(({ element }) => element);
  const erasures = found ?? (await findErasures(tx, people));
  const late = entries.filter(({ element }) => erasures.isLate(element, timeOf(element)));
  if (late.length === 0) return;
  const known = await findKnown([...new Set(late.map(({ id }) => id))]);
  for (const entry of late) if (!known.has(entry.id)) batch.refuse(entry, [lateFault(entry)]);
}

/** Why what is told late of somebody erased is refused. */
export function lateFault({ element }: Entry<Person>): Fault {
  const field = element.customer_id === undefined ? '/visitor_id' : '/customer_id';
  return { rule: 'erased_person', field, message: 'was erased, and this is not said to be of after that' };
}

/**
 * To be asked when people were made anew: somebody may have been erased between `refuseLateFacts` and that.
 * @throws what makes the transaction begin again
 */
export async function assertNotErasedMeanwhile(
  tx: Queryable,
  made: ReadonlySet<string>,
  facts: readonly (Person & { at: number })[],
): Promise<void> {
  if (made.size === 0) return;
  const ofMade = facts.filter(({ customer_id }) => customer_id !== undefined && made.has(customer_id));
  const erasures = await findErasures(tx, ofMade);
  if (ofMade.some((fact) => erasures.isLate(fact, fact.at))) throw new ErasedMeanwhile();
}

/** Has the code of a serialisation failure, after which a transaction is tried again. */
class ErasedMeanwhile extends Error {
  readonly code = '40001';

  constructor() {
    super('A person was erased while facts of them were recorded.');
  }
}
