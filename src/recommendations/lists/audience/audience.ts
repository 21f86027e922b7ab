import type { Logger } from 'pino';
import { PannierError } from '../../../errors.ts';
import type { VisitorState } from '../../../intake/index.ts';
import type { ServedRelease } from '../../learnt/served-release.ts';
import type { CustomerInMemory } from '../../memory/customer-in-memory.ts';
import { type ItemBehaviour, packBehaviours, unpackBehaviours, unpackCandidates } from '../../memory/packing.ts';
import type { ServingMemory } from '../../memory/serving-memory.ts';
import { noItems } from '../ranked-items.ts';
import { type Taste, tasteOf } from '../taste.ts';

/** Whom a list is for, and what may be used to make it. */
export interface Audience {
  customer: CustomerInMemory | undefined;
  visitorKey: number | null;
  /** what the visitor did who is nobody's yet, newest first */
  visitorBehaviours: readonly ItemBehaviour[];
  /** False: profiling is not allowed, or it cannot be found out now. Only what is popular is shown. */
  mayBePersonal: boolean;
  /** what is served together */
  release: ServedRelease;
  servedFrom: 'memory' | 'database';
  degraded: boolean;
}

/** Whom a request is for. */
export interface Requester {
  customerId?: string;
  visitorId?: string;
}

/** Nobody in particular. */
export function anonymous(memory: ServingMemory): Audience {
  return {
    customer: undefined,
    visitorKey: null,
    visitorBehaviours: [],
    mayBePersonal: true,
    release: memory.release,
    servedFrom: 'memory',
    degraded: memory.degraded,
  };
}

function ofCustomer(
  memory: ServingMemory,
  customer: CustomerInMemory | undefined,
  from: 'memory' | 'database',
): Audience {
  if (!customer) return { ...anonymous(memory), servedFrom: from };
  return {
    customer,
    visitorKey: null,
    visitorBehaviours: [],
    mayBePersonal: customer.profilingAllowed,
    release: customer.release,
    servedFrom: from,
    degraded: memory.degraded,
  };
}

/** While the database is away: what memory holds of the customer, or nothing personal at all. */
function whileAway(memory: ServingMemory, customer: CustomerInMemory | undefined): Audience {
  if (customer) return { ...ofCustomer(memory, customer, 'memory'), degraded: true };
  return { ...anonymous(memory), mayBePersonal: false, degraded: true };
}

/** The customer from memory, or else from the database within its patience. Never rejects. */
export function findCustomer(memory: ServingMemory, customerId: string, log: Logger): Audience | Promise<Audience> {
  const { customers, guard } = memory;
  const held = customers.peek(customerId);
  if (held) return ofCustomer(memory, held, 'memory');
  if (guard.away) return whileAway(memory, customers.recall(customerId));
  return customers.read(customerId).then(
    (customer) => ofCustomer(memory, customer, 'database'),
    (error) => {
      warnUnlessAway(log, error);
      return whileAway(memory, customers.recall(customerId));
    },
  );
}

/**
 * The customer named, or the one that the visitor turned out to be. A visitor who is nobody's yet adds what they did; one who is
 * somebody else's adds nothing. Never rejects.
 */
export async function findAudience(memory: ServingMemory, requester: Requester, log: Logger): Promise<Audience> {
  const { customerId, visitorId } = requester;
  if (visitorId === undefined)
    return customerId === undefined ? anonymous(memory) : findCustomer(memory, customerId, log);
  let visitor: VisitorState | undefined;
  try {
    visitor = await memory.readVisitor(visitorId);
  } catch (error) {
    warnUnlessAway(log, error);
    return whileAway(memory, customerId === undefined ? undefined : memory.customers.recall(customerId));
  }
  const who = customerId ?? visitor?.customerId ?? undefined;
  const audience = who === undefined ? anonymous(memory) : await findCustomer(memory, who, log);
  const found: Audience = { ...audience, servedFrom: 'database' };
  if (!visitor || !found.mayBePersonal) return found;
  if (visitor.customerId !== null)
    return visitor.customerId === who ? { ...found, visitorKey: visitor.visitorKey } : found;
  const visitorBehaviours = unpackBehaviours(packBehaviours(memory.catalogue, visitor.behaviours));
  return { ...found, visitorKey: visitor.visitorKey, visitorBehaviours };
}

/** What the request adds of its own session: items by dense index. */
export interface SessionSignals {
  /** newest first */
  behaviours: readonly ItemBehaviour[];
  cart: readonly number[];
}

/** What the audience is offered, before filters. */
export function tasteOfAudience(audience: Audience, session: SessionSignals, now: number): Taste {
  const { customer, visitorBehaviours, release } = audience;
  const { cart } = session;
  if (!audience.mayBePersonal) return { ranked: noItems, behaviours: [], blocked: new Set(cart) };
  const before = customer ? unpackBehaviours(customer.behaviours) : [];
  let behaviours = before;
  if (visitorBehaviours.length > 0) behaviours = [...visitorBehaviours, ...before].sort((a, b) => b.at - a.at);
  if (session.behaviours.length > 0) behaviours = [...session.behaviours, ...behaviours];
  const candidates = customer?.candidates && unpackCandidates(customer.candidates);
  return tasteOf({ behaviours, candidates, release, cart, now });
}

function warnUnlessAway(log: Logger, error: unknown): void {
  if (error instanceof PannierError && error.code === 'unavailable') return;
  log.error({ err: error }, 'customer not read');
}
