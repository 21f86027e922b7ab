import { daysBefore, type Transaction } from '../../db/index.ts';
import { momentOf } from '../../formats/moment.ts';
import { type Batch, cleanBatch, type Entry, openBatch } from '../batch/batch.ts';
import type { RecordContext, Recorded } from '../batch/recorded.ts';
import { findItems } from '../catalogue/store.ts';
import { checkEvent } from '../cleaning/check-facts.ts';
import { actorOf, type BusyMinute, countDeeds, robotEventsPerMinute } from '../cleaning/robots.ts';
import type { CleaningContext, Fault } from '../cleaning/rules.ts';
import { findErasures } from '../erasure/erasures.ts';
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
  takeEventIds,
} from './store.ts';

/** Appends events; each event id counts once, in this batch and ever. */
export async function recordEvents(
  tx: Transaction,
  elements: readonly EventElement[],
  context: RecordContext,
): Promise<Recorded> {
  const batch = openBatch('event', elements, (element) => element.event_id);
  cleanBatch(batch, (element) => checkEvent(element, context));
  const { itemKeys, knownIds } = await refuseByWhatIsKnown(tx, batch, context);
  const fresh = await claimFresh(tx, batch, knownIds);
  let since: ReadonlyMap<number, number> = new Map();
  const touches = new Touches();
  if (fresh.length > 0) {
    const people = await resolvePeople(tx, fresh);
    const rows = fresh.map((element) => toRow(element, people.keysOf(element), itemKeys));
    const [keys, followed] = await Promise.all([insertEvents(tx, rows), followPeople(tx, rows)]);
    touches.addFacts({ kind: 'event', facts: 'event', moments: rows.map(({ at }) => at), keys });
    since = followed;
  }
  const verdicts = await batch.close(tx, context.importId);
  return { verdicts, itemKeys: [], customerKeys: [...since.keys()], since, touches };
}

/** When the events that can be stored occurred: these are the partitions that `recordEvents` needs. */
export function momentsOf(elements: readonly EventElement[], context: CleaningContext): number[] {
  return elements.filter((element) => checkEvent(element, context).length === 0).map(occurredAt);
}

interface Known {
  /** of the items that are named */
  itemKeys: ReadonlyMap<string, number>;
  /** ids of events that are stored; undefined: not asked */
  knownIds: ReadonlySet<string> | undefined;
}

/** What has to be known for that is asked at once. */
async function refuseByWhatIsKnown(
  tx: Transaction,
  batch: Batch<EventElement>,
  context: RecordContext,
): Promise<Known> {
  const elements = batch.undecided().map(({ element }) => element);
  if (elements.length === 0) return { itemKeys: new Map(), knownIds: undefined };
  const { robotEventsPerMinute: limit = robotEventsPerMinute } = context;
  const minutes = countDeeds(elements);
  const itemIds = [...new Set(elements.map((element) => element.item_id).filter((id) => id !== undefined))];
  const [deeds, erasures, itemKeys, knownIds] = await Promise.all([
    selectDeeds(tx, minutes, limit),
    findErasures(tx, elements),
    itemIds.length > 0 ? findItems(tx, itemIds) : new Map<string, number>(),
    context.isShort ? selectKnownEventIds(tx, [...new Set(elements.map((element) => element.event_id))]) : undefined,
  ]);
  refuseRobots(batch, minutes, deeds, limit);
  await refuseLateFacts(tx, batch, occurredAt, (ids) => selectKnownEventIds(tx, ids), erasures);
  await refuseExpired(tx, batch, context);
  refuseUnknownItems(batch, itemKeys);
  return { itemKeys, knownIds };
}

/**
 * A robot is who did more in a clock minute than a person can, in this batch and before it, however the events came in. All its
 * events in the batch are refused.
 * @param deeds of each minute, the ids of what was done before
 */
function refuseRobots(
  batch: Batch<EventElement>,
  minutes: readonly BusyMinute[],
  deeds: readonly string[][],
  limit: number,
): void {
  const robots = new Set<string>();
  for (const [place, { actor, eventIds }] of minutes.entries()) {
    for (const id of deeds[place]) eventIds.add(id);
    if (eventIds.size > limit) robots.add(actor);
  }
  if (robots.size === 0) return;
  for (const entry of batch.undecided())
    if (robots.has(actorOf(entry.element))) batch.refuse(entry, [robotFault(entry.element)]);
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
function refuseUnknownItems(batch: Batch<EventElement>, known: ReadonlyMap<string, number>): void {
  for (const entry of batch.undecided()) {
    const { item_id: itemId } = entry.element;
    if (itemId === undefined || known.has(itemId)) continue;
    batch.refuse(entry, [{ rule: 'unknown_item', field: '/item_id', message: 'is not an item that is known' }]);
  }
}

async function claimFresh(
  tx: Transaction,
  batch: Batch<EventElement>,
  knownIds: ReadonlySet<string> | undefined,
): Promise<EventElement[]> {
  const entries = batch.undecided();
  const times = new Map(entries.toReversed().map(({ id, element }) => [id, occurredAt(element)]));
  for (const id of knownIds ?? []) times.delete(id);
  if (times.size > 0 && knownIds) await takeEventIds(tx, times);
  const claimed = times.size > 0 && !knownIds ? await claimEventIds(tx, times) : new Set(times.keys());
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
  return momentOf(element.occurred_at);
}
