import type { Transaction } from '../../db/index.ts';
import { assertNotErasedMeanwhile } from '../erasure/late-facts.ts';
import { type Appearance, customerAt, deriveLinks, isKnown, type Link } from './links.ts';
import {
  lockVisitors,
  replaceLinks,
  resolveCustomers,
  resolveVisitors,
  selectAppearances,
  selectLinks,
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
  const customers = await resolveCustomers(tx, distinct(elements.map((element) => element.customer_id)), (ids) => {
    for (const id of ids) made.add(id);
  });
  await assertNotErasedMeanwhile(
    tx,
    made,
    elements.map(({ customer_id, occurred_at }) => ({ customer_id, at: new Date(occurred_at).getTime() })),
  );
  const visitors = await resolveVisitors(tx, distinct(elements.map((element) => element.visitor_id)));
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
 * @returns keys of the customers to whom behaviour was added, or moved from one to another
 */
export async function followPeople(
  tx: Transaction,
  facts: readonly (PersonKeys & { at: number })[],
): Promise<number[]> {
  const affected = new Set<number>();
  const visitorKeys = [...new Set(facts.map(({ visitorKey }) => visitorKey).filter((key) => key !== null))];
  const links = visitorKeys.length > 0 ? groupByVisitor(await selectLinks(tx, visitorKeys)) : new Map<number, Link[]>();
  const linksOf = (visitorKey: number) => links.get(visitorKey) ?? [];

  const news = new Set<number>();
  for (const fact of facts) {
    if (isAppearance(fact) && !isKnown(linksOf(fact.visitorKey), fact)) news.add(fact.visitorKey);
  }
  if (news.size > 0) {
    // All that is known is read anew, because facts may come in any order.
    await lockVisitors(tx, [...news]);
    const derived = deriveLinks(await selectAppearances(tx, [...news]));
    await replaceLinks(tx, [...news], derived);
    for (const { customerKey } of [...[...news].flatMap(linksOf), ...derived]) affected.add(customerKey);
    for (const [visitorKey, renewed] of groupByVisitor(derived)) links.set(visitorKey, renewed);
  }

  for (const { visitorKey, customerKey, at } of facts) {
    const person = customerKey ?? (visitorKey === null ? undefined : customerAt(linksOf(visitorKey), at));
    if (person !== undefined) affected.add(person);
  }
  return [...affected];
}

/**
 * Links visitors anew from all that is known of them, where a fact names other people than before.
 * @returns keys of the customers that they were or are linked with
 */
export async function relinkVisitors(tx: Transaction, visitorKeys: readonly number[]): Promise<number[]> {
  if (visitorKeys.length === 0) return [];
  await lockVisitors(tx, visitorKeys);
  const before = await selectLinks(tx, visitorKeys);
  const derived = deriveLinks(await selectAppearances(tx, visitorKeys));
  await replaceLinks(tx, visitorKeys, derived);
  return [...before, ...derived].map(({ customerKey }) => customerKey);
}

function isAppearance(fact: PersonKeys & { at: number }): fact is Appearance {
  return fact.customerKey !== null && fact.visitorKey !== null;
}

function groupByVisitor(links: readonly Link[]): Map<number, Link[]> {
  const groups = new Map<number, Link[]>();
  for (const link of links) {
    const group = groups.get(link.visitorKey);
    if (group) group.push(link);
    else groups.set(link.visitorKey, [link]);
  }
  return groups;
}
