import {
  type CustomerTagsRecipe,
  type DerivedTags,
  deriveTags,
  type TagFacts,
} from '../../../models/customer-tags/index.ts';
import type { ChannelCount } from '../../intake/index.ts';
import type { CustomerTagging, TagName, TagsSummary } from '../../segments/index.ts';
import { createLocalTime } from '../snapshot/local-time.ts';
import { numberNames, type Snapshot } from '../snapshot/snapshot.ts';

export interface LearntTags {
  /** in ascending customer key; made anew at every walk */
  taggings: Iterable<CustomerTagging>;
  names: TagName[];
  summary: TagsSummary;
  /** of how many customers each tag is known */
  support: Record<string, number>;
}

/**
 * The tags of everybody in the snapshot who ordered or looked at something.
 *
 * @param channels how many events a customer had by which channel; of customers outside the snapshot none count
 * @param nextOrders by customer key, when the model of customer value expects the next order
 */
export function learnTags(
  snapshot: Snapshot,
  recipe: CustomerTagsRecipe,
  options: {
    timeZone: string;
    channels: readonly ChannelCount[];
    nextOrders: ReadonlyMap<number, Date>;
  },
): LearntTags {
  const { timeZone, nextOrders } = options;
  const index = new Map(Array.from(snapshot.customerKeys, (key, customer) => [key, customer]));
  const counts = options.channels.filter(({ customerKey }) => index.has(customerKey));
  const channels = numberNames(counts.map(({ channel }) => channel));
  const { asOf, customerKeys, isProduct, categories, brands, lines, events } = snapshot;
  const facts: TagFacts = {
    asOf,
    customerCount: customerKeys.length,
    items: { isProduct, categories: categories.numbers, brands: brands.numbers },
    lines,
    events,
    channels: {
      customers: Uint32Array.from(counts, ({ customerKey }) => index.get(customerKey)!),
      channels: Uint32Array.from(channels.numbers),
      events: Uint32Array.from(counts, ({ events: count }) => count),
    },
  };
  const { shopGap, tags } = deriveTags(facts, recipe, {
    localTime: createLocalTime(timeZone),
    nextOrderByValue: (customer) => nextOrders.get(customerKeys[customer]!)?.getTime() ?? null,
  });
  function* taggings(): Generator<CustomerTagging> {
    for (const { customer, ...told } of tags) yield { customerKey: customerKeys[customer]!, ...told };
  }
  return {
    taggings: { [Symbol.iterator]: taggings },
    names: [
      ...listNames('category', categories.names),
      ...listNames('brand', brands.names),
      ...listNames('channel', channels.names),
    ],
    summary: { shop_gap_days: shopGap },
    support: countKnown(tags),
  };
}

function countKnown(tags: DerivedTags['tags']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { customer: _, ...told } of tags) {
    for (const [name, tag] of Object.entries(told)) {
      const isKnown = Array.isArray(tag) ? tag.length > 0 : tag !== null;
      counts[name] = (counts[name] ?? 0) + Number(isKnown);
    }
  }
  return counts;
}

function listNames(kind: TagName['kind'], names: readonly string[]): TagName[] {
  return names.map((name, nameKey) => ({ kind, nameKey, name }));
}
