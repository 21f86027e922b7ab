import type { Logger } from 'pino';
import { PannierError } from '../../../errors.ts';
import type { VisitorState } from '../../../intake/index.ts';
import { packBehaviours, packShown, unpackBehaviours, unpackShown } from '../../memory/packing.ts';
import type { ServingMemory } from '../../memory/serving-memory.ts';
import { traitsOfArrival } from '../../newcomers/traits.ts';
import { type Audience, anonymous, audienceOfCustomer } from './audience.ts';
import { audienceWhileAway } from './while-database-away.ts';

/** Whom a request is for. */
export interface Requester {
  customerId?: string;
  visitorId?: string;
  /** What the customer did whom the visitor turned out to be is left out. */
  isVisitorAlone?: boolean;
}

/** The customer from memory, or else from the database within its patience. Never rejects. */
export function findCustomer(memory: ServingMemory, customerId: string, log: Logger): Audience | Promise<Audience> {
  const { customers, guard } = memory;
  const held = customers.peek(customerId);
  if (held) return audienceOfCustomer(memory, held, 'memory');
  if (guard.away) return audienceWhileAway(memory, customers.recall(customerId));
  return customers.read(customerId).then(
    (customer) => audienceOfCustomer(memory, customer, 'database'),
    (error) => {
      warnUnlessAway(log, error);
      return audienceWhileAway(memory, customers.recall(customerId));
    },
  );
}

/**
 * The customer named, or the one that the visitor turned out to be. A visitor who is nobody's yet adds what they did; one who is
 * somebody else's adds nothing. Never rejects.
 */
export async function findAudience(memory: ServingMemory, requester: Requester, log: Logger): Promise<Audience> {
  const { customerId, visitorId, isVisitorAlone = false } = requester;
  if (visitorId === undefined)
    return customerId === undefined ? anonymous(memory) : findCustomer(memory, customerId, log);
  let visitor: VisitorState | undefined;
  try {
    visitor = await memory.readVisitor(visitorId);
  } catch (error) {
    warnUnlessAway(log, error);
    return audienceWhileAway(memory, customerId === undefined ? undefined : memory.customers.recall(customerId));
  }
  const who = customerId ?? visitor?.customerId ?? undefined;
  const audience = who === undefined ? anonymous(memory) : await findCustomer(memory, who, log);
  const found: Audience = { ...audience, servedFrom: 'database' };
  if (!visitor || !found.mayBePersonal) return found;
  if (isVisitorAlone) {
    return { ...anonymous(memory), servedFrom: 'database', ...ownOf(memory, visitor) };
  }
  if (visitor.customerId !== null)
    return visitor.customerId === who ? { ...found, visitorKey: visitor.visitorKey } : found;
  return { ...found, ...ownOf(memory, visitor) };
}

function ownOf({ catalogue }: ServingMemory, { visitorKey, behaviours, shown, searches, arrival }: VisitorState) {
  return {
    visitorKey,
    visitorBehaviours: unpackBehaviours(packBehaviours(catalogue, behaviours)),
    visitorShown: unpackShown(packShown(catalogue, shown)),
    visitorSearches: searches,
    visitorTraits: traitsOfArrival(arrival),
  };
}

function warnUnlessAway(log: Logger, error: unknown): void {
  if (error instanceof PannierError && error.code === 'unavailable') return;
  log.error({ err: error }, 'customer not read');
}
