import type { Database } from '../../db/index.ts';
import { type CustomerState, loadCustomerStates } from '../../intake/index.ts';
import type { CustomerListRow } from '../learnt/rows.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { readCustomerLists } from '../learnt/store.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import type { Drawn } from './drawn.ts';
import type { Keeper } from './kept-lists.ts';
import {
  type PackedBehaviours,
  type PackedCandidates,
  type PackedShown,
  packBehaviours,
  packCandidates,
  packShown,
} from './packing.ts';

/** A customer in memory: list and recent behaviours, as of one release. */
export interface CustomerInMemory extends Keeper {
  readonly customerKey: number;
  readonly customerId: string;
  readonly profilingAllowed: boolean;
  readonly release: ServedRelease;
  /** newest first; empty where profiling is not allowed */
  readonly behaviours: PackedBehaviours;
  /** what they were shown and how often; empty where profiling is not allowed */
  readonly shown: PackedShown;
  /** undefined: the night made no list */
  readonly candidates: PackedCandidates | undefined;
  /** undefined: they have asked for no list yet, or nobody is held out */
  drawn: Drawn | undefined;
}

/** What customers are read from. */
export interface CustomerSource {
  db: Database;
  catalogue: Catalogue;
  /** Brings items into the catalogue that it does not hold yet. */
  readItems: (itemKeys: number[]) => Promise<void>;
}

/** These customers as of a release; who does not exist is absent. Items that the catalogue does not hold yet are read first. */
export async function readCustomers(
  { db, catalogue, readItems }: CustomerSource,
  customerIds: string[],
  release: ServedRelease,
): Promise<Map<string, CustomerInMemory>> {
  const states = await loadCustomerStates(db, customerIds);
  const allowed = [...states.values()].filter((state) => state.profilingAllowed);
  const keys = allowed.map((state) => state.customerKey);
  const version = release.collaborative?.version;
  const lists =
    version === undefined || keys.length === 0
      ? new Map<number, CustomerListRow>()
      : await readCustomerLists(db, version, keys);
  await readItems(unknownItems(catalogue, allowed, lists));
  const customers = new Map<string, CustomerInMemory>();
  for (const [id, state] of states) {
    const row = state.profilingAllowed ? lists.get(state.customerKey) : undefined;
    customers.set(id, createCustomer(catalogue, state, row, release));
  }
  return customers;
}

function unknownItems(
  catalogue: Catalogue,
  states: readonly CustomerState[],
  lists: ReadonlyMap<number, CustomerListRow>,
): number[] {
  const unknown = new Set<number>();
  const note = (key: number) => {
    if (catalogue.indexOfKey(key) === undefined) unknown.add(key);
  };
  for (const { behaviours } of states) for (const { itemKey } of behaviours) note(itemKey);
  for (const { itemKeys } of lists.values()) for (let rank = 0; rank < itemKeys.length; rank++) note(itemKeys[rank]);
  return [...unknown];
}

function createCustomer(
  catalogue: Catalogue,
  state: CustomerState,
  row: CustomerListRow | undefined,
  release: ServedRelease,
): CustomerInMemory {
  const { customerKey, customerId, profilingAllowed } = state;
  return {
    customerKey,
    customerId,
    profilingAllowed,
    release,
    behaviours: packBehaviours(catalogue, profilingAllowed ? state.behaviours : []),
    shown: packShown(catalogue, profilingAllowed ? state.shown : []),
    candidates: row && packCandidates(catalogue, row),
    kept: undefined,
    drawn: undefined,
  };
}
