import { momentOf } from '../../formats/moment.ts';
import { isDeliberate } from '../behaviours.ts';

/** The limit where none is configured. */
export const robotEventsPerMinute = 600;

/** What tells robots of an event. */
export interface Deed {
  event_id: string;
  type: string;
  visitor_id?: string | undefined;
  customer_id?: string | undefined;
  occurred_at: string;
}

/** One who did something deliberate in a clock minute. */
export interface BusyMinute {
  actor: string;
  actorKind: 'visitor' | 'customer';
  actorId: string;
  /** the minute's beginning in epoch milliseconds */
  minute: number;
  eventIds: Set<string>;
}

/**
 * Who did what in which clock minute, each event once: a visitor or, without one, a customer. What nobody meant does not
 * count (`deliberate`).
 */
export function countDeeds(events: Iterable<Deed>): BusyMinute[] {
  const minutes = new Map<string, BusyMinute>();
  for (const event of events) {
    if (!isDeliberate(event.type)) continue;
    const actor = actorOf(event);
    const minute = Math.floor(momentOf(event.occurred_at) / 60_000) * 60_000;
    const name = `${minute} ${actor}`;
    let busy = minutes.get(name);
    if (!busy) {
      const { visitor_id: visitorId, customer_id: customerId } = event;
      const who =
        visitorId === undefined
          ? { actorKind: 'customer' as const, actorId: customerId! }
          : { actorKind: 'visitor' as const, actorId: visitorId };
      busy = { actor, ...who, minute, eventIds: new Set() };
      minutes.set(name, busy);
    }
    busy.eventIds.add(event.event_id);
  }
  return [...minutes.values()];
}

/** Who did it, for `countDeeds`: the visitor where one is named, else the customer. */
export function actorOf(event: { visitor_id?: string | undefined; customer_id?: string | undefined }): string {
  return event.visitor_id === undefined ? `customer ${event.customer_id}` : `visitor ${event.visitor_id}`;
}
