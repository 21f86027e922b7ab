import { daysBefore, type Transaction } from '../../db/index.ts';
import { type Batch, cleanBatch, type Entry, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { findItems } from '../catalogue/store.ts';
import { checkEvent } from '../cleaning/check-facts.ts';
import { actorOf, countDeeds, robotEventsPerMinute } from '../cleaning/robots.ts';
import type { CleaningContext, Fault } from '../cleaning/rules.ts';
import { refuseLateFacts } from '../erasure/late-facts.ts';
import { followPeople, type PersonKeys, resolvePeople } from '../people/identity.ts';
import type { EventElement } from '../request-elements.ts';
import { Touches } from '../touches/touches.ts';
import {
  claimEventIds,
  type EventDetails,
  type EventRow,
  insertEvents,
  selectDeeds,
  selectDroppedPeriods,
  selectKnownEventIds,
} from './store.ts';

/** Appends events; each event id counts once, in this batch and ever. */
export async function recordEvents(
  tx: Transaction,
  elements: readonly EventElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('event', elements, (element) => element.event_id);
  cleanBatch(batch, (element) => checkEvent(element, context));
  await refuseRobots(tx, batch, context.robotEventsPerMinute);
  await refuseLateFacts(tx, batch, occurredAt, (ids) => selectKnownEventIds(tx, ids));
  await refuseExpired(tx, batch, context);
  const itemKeys = await refuseUnknownItems(tx, batch);
  const fresh = await claimFresh(tx, batch);
  let since: ReadonlyMap<number, number> = new Map();
  const touches = new Touches();
  if (fresh.length > 0) {
    const people = await resolvePeople(tx, fresh);
    const rows = fresh.map((element) => toRow(element, people.keysOf(element), itemKeys));
    const keys = await insertEvents(tx, rows);
    touches.addFacts({ kind: 'event', facts: 'event', moments: fresh.map(occurredAt), keys });
    since = await followPeople(tx, rows);
  }
  const verdicts = await batch.close(tx, context.importId);
  return { verdicts, itemKeys: [], customerKeys: [...since.keys()], since, touches };
}

/** When the events that can be stored occurred: these are the partitions that `recordEvents` needs. */
export function momentsOf(elements: readonly EventElement[], context: CleaningContext): number[] {
  return elements.filter((element) => checkEvent(element, context).length === 0).map(occurredAt);
}

/**
 * A robot is who did more in a clock minute than a person can, in this batch and before it, however the events came in. All its
 * events in the batch are refused.
 */
async function refuseRobots(
  tx: Transaction,
  batch: Batch<EventElement>,
  limit: number = robotEventsPerMinute,
): Promise<void> {
  const entries = batch.undecided();
  const minutes = countDeeds(entries.map(({ element }) => element));
  const robots = new Set<string>();
  for (const [place, ids] of (await selectDeeds(tx, minutes, limit)).entries()) {
    const { actor, eventIds } = minutes[place];
    for (const id of ids) eventIds.add(id);
    if (eventIds.size > limit) robots.add(actor);
  }
  for (const entry of entries) if (robots.has(actorOf(entry.element))) batch.refuse(entry, [robotFault(entry.element)]);
}

function robotFault(element: EventElement): Fault {
  const field = element.visitor_id === undefined ? '/customer_id' : '/visitor_id';
  return { rule: 'robot', field, message: 'has more events in one minute than a person can make' };
}

/**
 * Of a time whose events were dropped nothing is taken: its days keep what was counted of them, and the next round would drop it again.
 * A history that is older than the retention and was never here is taken, and kept for as long as if it were new.
 */
async function refuseExpired(
  tx: Transaction,
  batch: Batch<EventElement>,
  { now, eventRetentionDays }: RecordContext,
): Promise<void> {
  const since = daysBefore(now, eventRetentionDays).getTime();
  const old = batch.undecided().filter(({ element }) => occurredAt(element) < since);
  if (old.length === 0) return;
  const dropped = await selectDroppedPeriods(tx);
  for (const entry of old) {
    const at = occurredAt(entry.element);
    if (!dropped.some(({ from, until }) => at >= from.getTime() && at < until.getTime())) continue;
    const message = 'is of a time whose events have been dropped, because their retention had passed';
    batch.refuse(entry, [{ rule: 'event_expired', field: '/occurred_at', message }]);
  }
}

/** An event does not make an item, as an order does: nothing would be known of it. It waits in quarantine for the catalogue. */
async function refuseUnknownItems(tx: Transaction, batch: Batch<EventElement>): Promise<Map<string, number>> {
  const entries = batch.undecided().filter(({ element }) => element.item_id !== undefined);
  if (entries.length === 0) return new Map();
  const keys = await findItems(tx, [...new Set(entries.map(({ element }) => element.item_id!))]);
  for (const entry of entries) {
    if (keys.has(entry.element.item_id!)) continue;
    batch.refuse(entry, [{ rule: 'unknown_item', field: '/item_id', message: 'is not an item that is known' }]);
  }
  return keys;
}

async function claimFresh(tx: Transaction, batch: Batch<EventElement>): Promise<EventElement[]> {
  const entries = batch.undecided();
  if (entries.length === 0) return [];
  const times = new Map(entries.toReversed().map(({ id, element }) => [id, occurredAt(element)]));
  const claimed = await claimEventIds(tx, times);
  const fresh: Entry<EventElement>[] = entries.filter(({ id }) => claimed.delete(id));
  for (const entry of fresh) batch.accept(entry);
  for (const entry of batch.undecided()) batch.merge(entry);
  return fresh.map(({ element }) => element);
}

function toRow(element: EventElement, person: PersonKeys, itemKeys: ReadonlyMap<string, number>): EventRow {
  return {
    eventId: element.event_id,
    type: element.type,
    ...person,
    itemKey: element.item_id === undefined ? null : itemKeys.get(element.item_id)!,
    at: occurredAt(element),
    listId: element.list_id,
    position: element.position,
    query: element.query,
    name: element.name,
    properties: element.properties,
    details: detailsOf(element),
  };
}

function detailsOf(element: EventElement): EventDetails | undefined {
  const { session_id: sessionId, dwell_seconds: dwellSeconds, rating, topic, order_id: orderId, results } = element;
  const { path, device, campaign, ...rest } = element.page ?? {};
  const { name, ...tags } = campaign ?? {};
  const page = { ...rest, ...tags };
  const details: EventDetails = {
    sessionId,
    path,
    device,
    campaign: name,
    dwellSeconds,
    rating,
    topic,
    orderId,
    results,
    page: Object.keys(page).length > 0 ? page : undefined,
  };
  return Object.values(details).some((detail) => detail !== undefined) ? details : undefined;
}

function occurredAt(element: EventElement): number {
  return Date.parse(element.occurred_at);
}
