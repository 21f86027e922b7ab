import type { Reads } from '../../db/index.ts';
import { type CustomerState, loadCustomerStates, readBehaviours, type Search } from '../../intake/index.ts';
import { readKeys } from '../learnt/packed-list.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import { listBeside } from '../learnt/store.ts';
import type { Traits } from '../newcomers/newcomer-tastes.ts';
import { traitsOfAttributes } from '../newcomers/traits.ts';
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
  /** what they searched for within a day, newest first; empty where profiling is not allowed */
  readonly searches: readonly Search[];
  /** undefined: the night made no list */
  readonly candidates: PackedCandidates | undefined;
  /** what the shop tells of them, as far as the release weighs anything by it; of whom the night knows nothing */
  readonly traits?: Traits;
  /** undefined: they have asked for no list yet, or nobody is held out */
  drawn: Drawn | undefined;
}

/** What customers are read from. */
export interface CustomerSource {
  reads: Reads;
  catalogue: Catalogue;
  /** Brings items into the catalogue that it does not hold yet. */
  readItems: (itemKeys: number[]) => Promise<void>;
}

type State = CustomerState & { more: { list?: Buffer | null } };

/** These customers as of a release; who does not exist is absent. Items that the catalogue does not hold yet are read first. */
export async function readCustomers(
  { reads, catalogue, readItems }: CustomerSource,
  customerIds: string[],
  release: ServedRelease,
): Promise<Map<string, CustomerInMemory>> {
  const version = release.collaborative?.version;
  const beside = version === undefined ? undefined : listBeside(version);
  const states: Map<string, State> = await reads.read((db) => loadCustomerStates(db, customerIds, beside));
  const unknown = unknownItems(catalogue, states.values());
  if (unknown.length > 0) await readItems(unknown);
  const customers = new Map<string, CustomerInMemory>();
  for (const [id, state] of states) customers.set(id, createCustomer(catalogue, state, release));
  return customers;
}

function unknownItems(catalogue: Catalogue, states: Iterable<State>): number[] {
  const unknown = new Set<number>();
  const note = (key: number) => {
    if (catalogue.indexOfKey(key) === undefined) unknown.add(key);
  };
  for (const { profilingAllowed, behaviours, more } of states) {
    if (!profilingAllowed) continue;
    readBehaviours(behaviours, (_, itemKey) => note(itemKey));
    if (more.list) readKeys(more.list, note);
  }
  return [...unknown];
}

const nothing = Buffer.alloc(0);

function createCustomer(
  catalogue: Catalogue,
  { customerKey, customerId, profilingAllowed, behaviours, shown, searches, attributes, more: { list } }: State,
  release: ServedRelease,
): CustomerInMemory {
  return {
    customerKey,
    customerId,
    profilingAllowed,
    release,
    behaviours: packBehaviours(catalogue, profilingAllowed ? behaviours : nothing),
    shown: packShown(catalogue, profilingAllowed ? shown : nothing),
    searches: profilingAllowed ? searches : [],
    candidates: list ? packCandidates(catalogue, list) : undefined,
    ...(!list && profilingAllowed && { traits: traitsOfAttributes(attributes, release.popularity?.newcomers) }),
    kept: undefined,
    drawn: undefined,
  };
}
