import { findTogether } from '../../db/index.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { type CustomerInMemory, type CustomerSource, readCustomers } from './customer-in-memory.ts';
import type { DatabaseGuard } from './database-guard.ts';

export interface CustomerMemory {
  /** What is held and true: nothing was announced since it was read. */
  peek(customerId: string): CustomerInMemory | undefined;
  /** What is held, true or not: for the time when the database is away. */
  recall(customerId: string): CustomerInMemory | undefined;
  /** Reads the customer anew. undefined: there is no such customer. @throws PannierError `unavailable` */
  read(customerId: string): Promise<CustomerInMemory | undefined>;
  /** Something about these customers has changed. */
  forget(customerKeys: readonly number[]): void;
  /** Something may have changed about anybody: what is held must be read again, and serves meanwhile only if it cannot be. */
  markAllStale(): void;
  clear(): void;
  readonly size: number;
}

interface Entry {
  customer: CustomerInMemory;
  /** the generation it was read in */
  generation: number;
}

/** Two halves of the capacity: what was not asked for while one half filled up goes with the other. */
interface Half {
  byId: Map<string, Entry>;
  byKey: Map<number, string>;
}

export interface CustomerMemoryOptions extends CustomerSource {
  guard: DatabaseGuard;
  release: () => ServedRelease;
  capacity: number;
}

const lanes = 2;

export function createCustomerMemory(options: CustomerMemoryOptions): CustomerMemory {
  const { guard } = options;
  const newHalf = (): Half => ({ byId: new Map(), byKey: new Map() });
  let young = newHalf();
  let old = newHalf();
  let generation = 0;
  const flights = new Set<Set<number>>();

  function hold(entry: Entry): void {
    const { customerId, customerKey } = entry.customer;
    young.byId.set(customerId, entry);
    young.byKey.set(customerKey, customerId);
    if (young.byId.size * 2 > options.capacity) {
      old = young;
      young = newHalf();
    }
  }

  function find(customerId: string): Entry | undefined {
    const entry = young.byId.get(customerId);
    if (entry) return entry;
    const older = old.byId.get(customerId);
    if (older) hold(older);
    return older;
  }

  async function load(customerIds: string[]): Promise<Map<string, CustomerInMemory>> {
    const release = options.release();
    const generationBefore = generation;
    const forgotten = new Set<number>();
    flights.add(forgotten);
    try {
      const customers = await readCustomers(options, customerIds, release);
      // What was announced while it was read may have been read too early: it answers who asked before, and is not kept.
      if (release === options.release() && generation === generationBefore) {
        for (const customer of customers.values()) {
          if (!forgotten.has(customer.customerKey)) hold({ customer, generation });
        }
      }
      return customers;
    } finally {
      flights.delete(forgotten);
    }
  }

  const ask = findTogether((ids: string[]) => guard.run(() => load(ids)), lanes);

  return {
    peek(customerId) {
      const entry = find(customerId);
      return entry && entry.generation === generation ? entry.customer : undefined;
    },
    recall: (customerId) => find(customerId)?.customer,
    read: async (customerId) => (await ask([customerId])).get(customerId),
    forget(customerKeys) {
      for (const key of customerKeys) {
        for (const half of [young, old]) {
          const id = half.byKey.get(key);
          if (id === undefined) continue;
          half.byId.delete(id);
          half.byKey.delete(key);
        }
        for (const forgotten of flights) forgotten.add(key);
      }
    },
    markAllStale() {
      generation++;
    },
    clear() {
      young = newHalf();
      old = newHalf();
    },
    get size() {
      return young.byId.size + old.byId.size;
    },
  };
}
