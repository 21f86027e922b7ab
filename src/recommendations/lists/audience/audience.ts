import type { Search } from '../../../intake/index.ts';
import type { ServedRelease } from '../../learnt/served-release.ts';
import type { CustomerInMemory } from '../../memory/customer-in-memory.ts';
import type { Drawn, ListArm } from '../../memory/drawn.ts';
import type { ItemBehaviour, ShownItem } from '../../memory/packing.ts';
import type { ServingMemory } from '../../memory/serving-memory.ts';
import type { Traits } from '../../newcomers/newcomer-tastes.ts';

/** Whom a list is for, and what may be used to make it. */
export interface Audience {
  customer: CustomerInMemory | undefined;
  visitorKey: number | null;
  /** what the visitor did who is nobody's yet, newest first */
  visitorBehaviours: readonly ItemBehaviour[];
  /** what that visitor was shown, and how often */
  visitorShown: readonly ShownItem[];
  /** what that visitor searched for within a day, newest first */
  visitorSearches: readonly Search[];
  /** how the visitor came who is nobody's yet; absent: not known */
  visitorTraits?: Traits;
  /** False: profiling is not allowed, or it cannot be found out now. Only what is popular is shown. */
  mayBePersonal: boolean;
  /** Whether this person is held out of personal lists, for comparison; null: not drawn, whoever it is gets what they get. */
  drawn: Drawn | null;
  /** Instead of the arm that was drawn: the list is made as if it were so, and nobody is served it. */
  supposedArm?: ListArm;
  /** what is served together */
  release: ServedRelease;
  servedFrom: 'memory' | 'database';
  degraded: boolean;
}

/** Nobody in particular. */
export function anonymous(memory: ServingMemory): Audience {
  return {
    customer: undefined,
    visitorKey: null,
    visitorBehaviours: [],
    visitorShown: [],
    visitorSearches: [],
    mayBePersonal: true,
    drawn: null,
    release: memory.release,
    servedFrom: 'memory',
    degraded: memory.degraded,
  };
}

/** Whoever it is, nothing of them is used. */
export function impersonal(memory: ServingMemory): Audience {
  return { ...anonymous(memory), mayBePersonal: false };
}

/** A customer; undefined: the database knows none of this id. */
export function audienceOfCustomer(
  memory: ServingMemory,
  customer: CustomerInMemory | undefined,
  from: 'memory' | 'database',
): Audience {
  if (!customer) return { ...anonymous(memory), servedFrom: from };
  return {
    customer,
    visitorKey: null,
    visitorBehaviours: [],
    visitorShown: [],
    visitorSearches: [],
    mayBePersonal: customer.profilingAllowed,
    drawn: null,
    release: customer.release,
    servedFrom: from,
    degraded: memory.degraded,
  };
}

/** In which arm the list is made; null: in none, because nobody is held out, or not this one. */
export function armOf({ supposedArm, drawn }: Audience): ListArm | null {
  return supposedArm ?? drawn?.arm ?? null;
}
