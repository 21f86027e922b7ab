import type { Queryable } from '../../db/index.ts';
import type { Batch, Entry } from '../batch/batch.ts';
import type { Fault } from '../cleaning/check-elements.ts';
import { selectErasures } from './store.ts';

export interface Person {
  customer_id?: string | undefined;
  visitor_id?: string | undefined;
}

/** When people were erased, for those who were. */
export interface Erasures {
  /** Is a fact of this person and moment (epoch milliseconds) of before the person was erased? */
  isLate(person: Person, at: number): boolean;
}

/** A fact is the customer's whom it names, else the visitor's. */
export async function findErasures(tx: Queryable, people: readonly Person[]): Promise<Erasures> {
  const ids = (of: (person: Person) => string | undefined) => [
    ...new Set(people.map(of).filter((id) => id !== undefined)),
  ];
  const { customers, visitors } = await selectErasures(
    tx,
    ids(({ customer_id }) => customer_id),
    ids(({ customer_id, visitor_id }) => (customer_id === undefined ? visitor_id : undefined)),
  );
  return {
    isLate({ customer_id, visitor_id }, at) {
      const erasedAt = customer_id !== undefined ? customers.get(customer_id) : visitors.get(visitor_id ?? '');
      return erasedAt !== undefined && at <= erasedAt;
    },
  };
}

/**
 * Refuses what is told late of people who were erased; nothing of it is kept.
 * @param timeOf epoch milliseconds; @param findKnown ids that are known stay without a verdict
 */
export async function refuseLateFacts<Element extends Person>(
  tx: Queryable,
  batch: Batch<Element>,
  timeOf: (element: Element) => number,
  findKnown: (ids: string[]) => Promise<{ has(id: string): boolean }> = async () => new Set(),
): Promise<void> {
  const entries = batch.undecided();
  if (entries.length === 0) return;
  const erasures = await findErasures(
    tx,
    entries.map(({ element }) => element),
  );
  const late = entries.filter(({ element }) => erasures.isLate(element, timeOf(element)));
  if (late.length === 0) return;
  const known = await findKnown([...new Set(late.map(({ id }) => id))]);
  for (const entry of late) if (!known.has(entry.id)) batch.refuse(entry, [lateFault(entry)]);
}

function lateFault({ element }: Entry<Person>): Fault {
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
