import type { Transaction } from '../../db/index.ts';
import { assertNotErasedMeanwhile } from '../erasure/late-facts.ts';
import { type Appearance, addAppearances, customerAt, deriveLinks, isKnown, type Link } from './links.ts';
import {
  deleteLinks,
  forgetAppearances,
  insertLinks,
  lockVisitors,
  replaceLinks,
  resolveCustomers,
  resolveVisitors,
  type Span,
  selectAppearances,
  selectEarliestAnonymous,
  selectFollowing,
  selectLatestLinks,
  selectLinks,
  selectLinksNear,
} from './store.ts';

interface PersonIds {
  customer_id?: string | undefined;
  visitor_id?: string | undefined;
}

/** A fact of a person, as sent or as staged. */
interface PersonsFact extends PersonIds {
  occurred_at: string | Date;
}

export interface PersonKeys {
  customerKey: number | null;
  visitorKey: number | null;
}

/** Makes the customers and visitors that elements name, where they are new, and holds them until the transaction ends. */
export async function resolvePeople(
  tx: Transaction,
  elements: readonly PersonsFact[],
): Promise<{ keysOf: (ids: PersonIds) => PersonKeys }> {
  const made = new Set<string>();
  const idsOf = (field: keyof PersonIds) => distinct(elements.map((element) => element[field]));
  const [customers, visitors] = await Promise.all([
    resolveCustomers(tx, idsOf('customer_id'), (ids) => {
      for (const id of ids) made.add(id);
    }),
    resolveVisitors(tx, idsOf('visitor_id')),
  ]);
  if (made.size > 0)
    await assertNotErasedMeanwhile(
      tx,
      made,
      elements.map(({ customer_id, occurred_at }) => ({ customer_id, at: new Date(occurred_at).getTime() })),
    );
  return {
    keysOf: ({ customer_id, visitor_id }) => ({
      customerKey: customer_id === undefined ? null : customers.get(customer_id)!,
      visitorKey: visitor_id === undefined ? null : visitors.get(visitor_id)!,
    }),
  };
}

function distinct(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/**
 * Links visitors with the customers that new facts name beside them. To be called after the facts are stored, in the
 * transaction that resolved their people.
 * @param facts their times in epoch milliseconds
 * @returns the customers to whom behaviour was added, or moved from one to another, each with the time of the earliest of it;
 *   infinity: there was nothing to move
 */
export async function followPeople(
  tx: Transaction,
  facts: readonly (PersonKeys & { at: number })[],
): Promise<Map<number, number>> {
  const affected = new Map<number, number>();
  const note = (customerKey: number, at: number) =>
    affected.set(customerKey, Math.min(at, affected.get(customerKey) ?? Number.POSITIVE_INFINITY));
  const spans = spansOf(facts);
  const links = await findLinks(tx, spans);
  const linksOf = (visitorKey: number) => links.get(visitorKey) ?? [];

  const news = facts.filter(isAppearance).filter((fact) => !isKnown(linksOf(fact.visitorKey), fact));
  if (news.length > 0) {
    const touched = new Set(news.map(({ visitorKey }) => visitorKey));
    const { renewed, changed } = await linkAnew(
      tx,
      spans.filter(({ visitorKey }) => touched.has(visitorKey)),
      news,
    );
    const moved = await selectEarliestAnonymous(tx, earliestOf(changed));
    for (const visitorKey of touched) {
      for (const { customerKey } of [...linksOf(visitorKey), ...(renewed.get(visitorKey) ?? [])])
        note(customerKey, moved.get(visitorKey) ?? Number.POSITIVE_INFINITY);
      links.set(visitorKey, renewed.get(visitorKey) ?? []);
    }
  }

  for (const { visitorKey, customerKey, at } of facts) {
    const person = customerKey ?? (visitorKey === null ? undefined : customerAt(linksOf(visitorKey), at));
    if (person !== undefined) note(person, at);
  }
  return affected;
}

/** The links that tell of the spans. */
async function findLinks(tx: Transaction, spans: readonly Span[]): Promise<Map<number, Link[]>> {
  if (spans.length === 0) return new Map();
  const links = groupByVisitor(await selectLatestLinks(tx, spans));
  const unsure = spans.filter(({ visitorKey, from }) => {
    const [earlier, later] = links.get(visitorKey) ?? [];
    return later !== undefined && earlier.validFrom > from;
  });
  if (unsure.length > 0)
    for (const [visitorKey, near] of groupByVisitor(await selectLinksNear(tx, unsure))) links.set(visitorKey, near);
  return links;
}

/** Facts may come in any order: what has to be read is what lies next to the new appearances, however much is known of a visitor. */
async function linkAnew(
  tx: Transaction,
  spans: readonly Span[],
  news: readonly Appearance[],
): Promise<{ renewed: Map<number, Link[]>; changed: Link[] }> {
  await lockVisitors(
    tx,
    spans.map(({ visitorKey }) => visitorKey),
  );
  const before = groupByVisitor(await selectLinksNear(tx, spans));
  const appeared = groupByVisitor(news);
  const following = groupByVisitor(await selectFollowing(tx, news));
  const renewed = new Map<number, Link[]>();
  for (const [visitorKey, of] of appeared)
    renewed.set(visitorKey, addAppearances(before.get(visitorKey) ?? [], of, following.get(visitorKey) ?? []));
  const [gone, made] = [[...before.values()].flat(), [...renewed.values()].flat()];
  const [old, fresh] = [withoutThose(gone, made), withoutThose(made, gone)];
  await deleteLinks(tx, old);
  await insertLinks(tx, fresh);
  return { renewed, changed: [...old, ...fresh] };
}

/** From when on each of their visitors is somebody else. */
function earliestOf(changed: readonly Link[]): Map<number, number> {
  const earliest = new Map<number, number>();
  for (const { visitorKey, validFrom } of changed)
    earliest.set(visitorKey, Math.min(validFrom, earliest.get(visitorKey) ?? validFrom));
  return earliest;
}

function withoutThose(links: readonly Link[], others: readonly Link[]): Link[] {
  const textOf = (link: Link) => Object.values(link).join(' ');
  const known = new Set(others.map(textOf));
  return links.filter((link) => !known.has(textOf(link)));
}

/** The stretch of time that the facts of each visitor tell of. */
function spansOf(facts: readonly (PersonKeys & { at: number })[]): Span[] {
  const spans = new Map<number, Span>();
  for (const { visitorKey, at } of facts) {
    if (visitorKey === null) continue;
    const span = spans.get(visitorKey);
    if (!span) spans.set(visitorKey, { visitorKey, from: at, until: at });
    else if (at < span.from) span.from = at;
    else if (at > span.until) span.until = at;
  }
  return [...spans.values()];
}

/**
 * Links visitors anew from all that is known of them, where a fact names other people than before.
 * @param gone what facts told before and tell no more: links outlive their facts, and would tell it on
 * @returns keys of the customers that they were or are linked with
 */
export async function relinkVisitors(
  tx: Transaction,
  visitorKeys: readonly number[],
  gone: readonly Appearance[],
): Promise<number[]> {
  if (visitorKeys.length === 0) return [];
  await lockVisitors(tx, visitorKeys);
  const before = await selectLinks(tx, visitorKeys);
  await forgetAppearances(tx, gone);
  const derived = deriveLinks(await selectAppearances(tx, visitorKeys));
  await replaceLinks(tx, visitorKeys, derived);
  return [...before, ...derived].map(({ customerKey }) => customerKey);
}

/** Does a fact tell who a visitor is? */
export function isAppearance<Fact extends PersonKeys & { at: number }>(fact: Fact): fact is Fact & Appearance {
  return fact.customerKey !== null && fact.visitorKey !== null;
}

function groupByVisitor<One extends { visitorKey: number }>(all: readonly One[]): Map<number, One[]> {
  const groups = new Map<number, One[]>();
  for (const one of all) {
    const group = groups.get(one.visitorKey);
    if (group) group.push(one);
    else groups.set(one.visitorKey, [one]);
  }
  return groups;
}
