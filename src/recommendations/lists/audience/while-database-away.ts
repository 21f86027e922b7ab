import type { CustomerInMemory } from '../../memory/customer-in-memory.ts';
import type { ServingMemory } from '../../memory/serving-memory.ts';
import { type Audience, anonymous, audienceOfCustomer } from './audience.ts';

/** While the database is away: what memory holds of the customer, or nothing personal at all. */
export function audienceWhileAway(memory: ServingMemory, customer: CustomerInMemory | undefined): Audience {
  if (customer) return { ...audienceOfCustomer(memory, customer, 'memory'), degraded: true };
  return { ...anonymous(memory), mayBePersonal: false, degraded: true };
}
