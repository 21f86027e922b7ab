import {
  type CustomerTagsRecipe,
  type DerivedTags,
  deriveTags,
  recipe,
  recipeSchema,
  type TagFacts,
} from '../../../models/customer-tags/index.ts';
import { type ChannelCount, streamChannels } from '../../intake/index.ts';
import {
  type CustomerTagging,
  compareTags,
  loadCustomerTags,
  segmentTables,
  streamCustomerValues,
  type TagName,
  type TagsSummary,
} from '../../segments/index.ts';
import { createLocalTime } from '../snapshot/local-time.ts';
import { numberNames, type Snapshot } from '../snapshot/snapshot.ts';
import { customerValue } from './customer-value.ts';
import type { ServedLearner, Surroundings } from './learner.ts';

export interface LearntTags {
  /** in ascending customer key; made anew at every walk */
  taggings: Iterable<CustomerTagging>;
  names: TagName[];
  summary: TagsSummary;
  /** how many customers have each tag */
  support: Record<string, number>;
}

/** What tags need beside the snapshot. */
interface TagSources {
  /** how many events a customer had by which channel; of customers outside the snapshot none count */
  channels: readonly ChannelCount[];
  /** by customer key, when the model of customer value expects the next order */
  nextOrders: ReadonlyMap<number, Date>;
}

export const customerTags = {
  kind: 'customer-tags',
  recipe,
  schema: recipeSchema,
  needs: ['customer-value'],
  gather: async (around) => ({ channels: await readChannels(around), nextOrders: await readNextOrders(around) }),
  learn: ({ snapshot, recipe, beside, settings }) =>
    learnTags(snapshot, recipe, { timeZone: settings.timeZone, ...beside }),
  served: {
    tables: segmentTables['customer-tags'],
    load: (db, version, { learnt }) => loadCustomerTags(db, version, learnt.taggings, learnt.names),
    metrics: ({ learnt }) => ({ customers_with: learnt.support }),
    summary: ({ learnt }) => ({ ...learnt.summary }),
    compare: compareTags,
  },
} satisfies ServedLearner<'customer-tags', CustomerTagsRecipe, LearntTags, TagSources>;

async function readChannels({ db, snapshot: { asOf, watermark } }: Surroundings): Promise<ChannelCount[]> {
  return db.transaction(async (tx) => {
    const counts: ChannelCount[] = [];
    for await (const count of streamChannels(tx, new Date(asOf), watermark)) counts.push(count);
    return counts;
  });
}

/** When customers are expected to order next, by key: as this run has learnt it, else as is published. */
async function readNextOrders({ db, published, snapshot: { asOf }, learntBy }: Surroundings) {
  const version = published?.models['customer-value'];
  const isOfNow = version && version.asOf.getTime() <= asOf;
  const value = learntBy(customerValue);
  const learnt = value && !('refusal' in value) ? value.values : undefined;
  const nextOrders = new Map<number, Date>();
  for await (const one of learnt ?? (isOfNow ? streamCustomerValues(db, version.version) : [])) {
    // What was expected for a time that is over says nothing.
    if (one.nextOrderAt && one.nextOrderAt.getTime() >= asOf) nextOrders.set(one.customerKey, one.nextOrderAt);
  }
  return nextOrders;
}

/** The tags of everybody in the snapshot who ordered or looked at something. */
export function learnTags(
  snapshot: Snapshot,
  recipe: CustomerTagsRecipe,
  options: TagSources & { timeZone: string },
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
    nextOrderByValue: (customer) => nextOrders.get(customerKeys[customer])?.getTime() ?? null,
  });
  function* taggings(): Generator<CustomerTagging> {
    for (const { customer, ...own } of tags) yield { customerKey: customerKeys[customer], ...own };
  }
  return {
    taggings: { [Symbol.iterator]: taggings },
    names: [
      ...listNames('category', categories.names),
      ...listNames('brand', brands.names),
      ...listNames('channel', channels.names),
    ],
    summary: { shop_gap_days: shopGap },
    support: countTags(tags),
  };
}

function countTags(tags: DerivedTags['tags']): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { customer: _, ...own } of tags) {
    for (const [name, tag] of Object.entries(own)) {
      const isThere = Array.isArray(tag) ? tag.length > 0 : tag !== null;
      counts[name] = (counts[name] ?? 0) + Number(isThere);
    }
  }
  return counts;
}

function listNames(kind: TagName['kind'], names: readonly string[]): TagName[] {
  return names.map((name, nameKey) => ({ kind, nameKey, name }));
}
