import type { Queryable } from '../../db/index.ts';
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
