import type { Database } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import type { CustomerAttribute, StatedAttribute } from './attribute.ts';
import * as store from './store.ts';

/** Attributes of customers: which there are, and what the shop says of them. */
export interface CustomerAttributes {
  /** Those of the most customers first. @param query only those whose name holds it, whatever the case */
  list(query?: string): Promise<CustomerAttribute[]>;
  /** Idempotent by its name; what was stated before is replaced. */
  state(attribute: Omit<StatedAttribute, 'statedAt'>): Promise<StatedAttribute>;
  /** Its type is again what is seen. @throws PannierError `not_found` */
  unstate(name: string): Promise<StatedAttribute>;
}

/** @param reports where customers are counted */
export function createCustomerAttributes(db: Database, reports: Database, clock: () => Date): CustomerAttributes {
  return {
    list: (query = '') => store.selectAttributes(reports, query.trim()),
    state: (attribute) => store.upsertStated(db, { ...attribute, statedAt: clock() }),
    async unstate(name) {
      const stated = await store.deleteStated(db, name);
      if (!stated) throw notFound('attribute');
      return stated;
    },
  };
}
