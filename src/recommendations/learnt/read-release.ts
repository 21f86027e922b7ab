import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { exposureSchema, noExposure } from '../../../models/exposure/index.ts';
import type { Database } from '../../db/index.ts';
import { type PublishedRelease, readPublishedRelease } from '../../versions/index.ts';
import { buildComplementTable } from '../complements/complement-table.ts';
import type { ComplementRow } from '../complements/learnt-complements.ts';
import { readCategoryComplements, readItemComplements } from '../complements/store.ts';
import type { NeighbourTable } from '../lists/fold-in.ts';
import { sourceNumber } from '../lists/ranked-items.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { NewcomerTasteRow, NewcomerTastes } from '../newcomers/newcomer-tastes.ts';
import { readNewcomerTastes } from '../newcomers/store.ts';
import type { BlockRow, RuleRow } from '../rules/learnt-rules.ts';
import { buildServedRules, withoutRules } from '../rules/served-rules.ts';
import { readRuleBlocks, readRules } from '../rules/store.ts';
import { readSearchTerms } from '../searches/store.ts';
import type { BestSellersBySegment, SegmentSalesRow } from '../segment-sales/segment-sales.ts';
import { readSegmentSales } from '../segment-sales/store.ts';
import type { NeighboursRow } from './rows.ts';
import { type Learnt, nothingReleased, type ServedPopularity, type ServedRelease } from './served-release.ts';
import { type PopularityColumns, readNeighbours, readPopularity } from './store.ts';

/** How often places are looked at, as a version keeps it. */
const curveSchema = z.array(z.number().positive().max(1)).min(1);

/**
 * Reads the published release whole. Gives `held` back when it is the published one already and no other rules are blocked.
 * @param readItems brings items into the catalogue that it does not know yet
 */
export async function readRelease(
  db: Database,
  catalogue: Catalogue,
  readItems: (itemKeys: number[]) => Promise<void>,
  held: ServedRelease,
): Promise<ServedRelease> {
  const published = await readPublishedRelease(db);
  if (!published) return nothingReleased;
  const ruleBlocks = await readRuleBlocks(db);
  if (published.releaseId === held.releaseId) return withBlocks(catalogue, held, ruleBlocks);
  const {
    popularity,
    'association-rules': rules,
    'collaborative-filtering': collaborative,
    segmentation,
  } = published.models;
  const read = await db.session(async (tx) => ({
    popularity: popularity && (await readPopularity(tx, popularity.version)),
    newcomers: popularity && (await readNewcomerTastes(tx, popularity.version)),
    rules: rules && (await readRules(tx, rules.version)),
    complements: rules && (await readItemComplements(tx, rules.version)),
    categories: rules && (await readCategoryComplements(tx, rules.version)),
    searches: rules && (await readSearchTerms(tx, rules.version)),
    neighbours: collaborative && (await readNeighbours(tx, collaborative.version)),
    segments: segmentation && (await readSegmentSales(tx, segmentation.version)),
  }));
  await readItems(unknownItems(catalogue, read));
  const release: ServedRelease = {
    releaseId: published.releaseId,
    publishedAt: published.createdAt,
    popularity: popularity && {
      ...learnt(popularity),
      ...popularityOf(catalogue, read.popularity!),
      newcomers: newcomersOf(catalogue, read.newcomers!),
    },
    rules: rules && {
      ...learnt(rules),
      ...buildServedRules(catalogue, rules.summary, read.rules!),
      complements: buildComplementTable(catalogue, read.complements!, read.categories!),
      searches: read.searches!,
    },
    ruleBlocks: [],
    collaborative: collaborative && {
      ...learnt(collaborative),
      neighbours: neighbourTableOf(catalogue, read.neighbours!),
      repurchase: collaborative.recipe['repurchase'] === 'exclude' ? 'exclude' : 'allow',
      justBought: collaborative.recipe['justBought'] === 'offer' ? 'offer' : 'wait',
      exposure: exposureSchema.safeParse(collaborative.recipe['exposure']).data ?? noExposure,
      examination: curveSchema.safeParse(collaborative.summary['examination']).data,
    },
    segments: segmentation && { ...learnt(segmentation), bestSellers: bestSellersOf(catalogue, read.segments!) },
  };
  return withBlocks(catalogue, release, ruleBlocks);
}

/** The release without these rules; itself when it is without them already. */
function withBlocks(catalogue: Catalogue, release: ServedRelease, ruleBlocks: BlockRow[]): ServedRelease {
  if (isDeepStrictEqual(release.ruleBlocks, ruleBlocks)) return release;
  if (!release.rules) return { ...release, ruleBlocks };
  return {
    ...release,
    ruleBlocks,
    rules: { ...release.rules, ...withoutRules(catalogue, release.rules.contexts, ruleBlocks) },
  };
}

type Model = NonNullable<PublishedRelease['models']['popularity']>;

function learnt({ version, asOf }: Model): Learnt {
  return { version, asOf };
}

interface Read {
  popularity: PopularityColumns | undefined;
  newcomers: NewcomerTasteRow[] | undefined;
  rules: RuleRow[] | undefined;
  complements: ComplementRow[] | undefined;
  neighbours: NeighboursRow[] | undefined;
  segments: SegmentSalesRow[] | undefined;
}

function unknownItems(catalogue: Catalogue, read: Read): number[] {
  const named = new Set<number>(read.popularity?.itemKeys);
  for (const { antecedent, consequent } of read.rules ?? []) {
    named.add(consequent);
    for (const item of antecedent) named.add(item);
  }
  for (const { itemKey } of read.neighbours ?? []) named.add(itemKey);
  for (const { itemKey } of read.complements ?? []) named.add(itemKey);
  for (const { itemKeys } of read.newcomers ?? []) for (const key of Array.from(itemKeys)) named.add(key);
  for (const { itemKeys } of read.segments ?? []) for (const key of Array.from(itemKeys)) named.add(key);
  return [...named].filter((key) => catalogue.indexOfKey(key) === undefined);
}

function popularityOf(catalogue: Catalogue, read: PopularityColumns): ServedPopularity {
  const known = read.itemKeys
    .map((_, rank) => rank)
    .filter((rank) => catalogue.indexOfKey(read.itemKeys[rank]) !== undefined);
  return {
    items: Int32Array.from(known, (rank) => catalogue.indexOfKey(read.itemKeys[rank])!),
    scores: Float64Array.from(known, (rank) => read.scores[rank] / read.scores[0]),
    trends: Float64Array.from(known, (rank) => read.trends[rank]),
    purchases: purchasesOf(catalogue, read),
    rebuying: new Map(
      known.flatMap((rank) => {
        const [fromDays, days] = [read.rebuyFromDays[rank], read.rebuyDays[rank]];
        return Number.isNaN(days) ? [] : [[catalogue.indexOfKey(read.itemKeys[rank])!, { fromDays, days }] as const];
      }),
    ),
  };
}

function newcomersOf(catalogue: Catalogue, rows: readonly NewcomerTasteRow[]): NewcomerTastes {
  const tastes = new Map<string, Map<string, { rest: number; lifts: Map<number, number> }>>();
  for (const { trait, value, rest, itemKeys, lifts } of rows) {
    const ofItems = new Map<number, number>();
    for (let at = 0; at < itemKeys.length; at++) {
      const item = catalogue.indexOfKey(itemKeys[at]);
      if (item !== undefined) ofItems.set(item, lifts[at]);
    }
    if (!tastes.has(trait)) tastes.set(trait, new Map());
    tastes.get(trait)!.set(value, { rest, lifts: ofItems });
  }
  return tastes;
}

function purchasesOf(catalogue: Catalogue, { itemKeys, purchases }: PopularityColumns): Int32Array {
  const byItem = new Int32Array(catalogue.size);
  for (const [rank, key] of itemKeys.entries()) {
    const item = catalogue.indexOfKey(key);
    if (item !== undefined) byItem[item] = purchases[rank];
  }
  return byItem;
}

function neighbourTableOf(catalogue: Catalogue, rows: NeighboursRow[]): NeighbourTable {
  const rowOf = new Map<number, NeighboursRow>();
  let entries = 0;
  for (const row of rows) {
    const item = catalogue.indexOfKey(row.itemKey);
    if (item === undefined) continue;
    rowOf.set(item, row);
    entries += row.neighbours.length;
  }
  const itemCount = catalogue.size;
  const offsets = new Uint32Array(itemCount + 1);
  const neighbours = new Int32Array(entries);
  const weights = new Float32Array(entries);
  let end = 0;
  for (let item = 0; item < itemCount; item++) {
    const row = rowOf.get(item);
    for (let rank = 0; row !== undefined && rank < row.neighbours.length; rank++) {
      const neighbour = catalogue.indexOfKey(row.neighbours[rank]);
      if (neighbour === undefined) continue;
      neighbours[end] = neighbour;
      weights[end++] = row.weights[rank];
    }
    offsets[item + 1] = end;
  }
  return { itemCount, offsets, neighbours, weights };
}

function bestSellersOf(catalogue: Catalogue, rows: SegmentSalesRow[]): BestSellersBySegment {
  return new Map(
    rows.map(({ segmentId, itemKeys, scores }) => {
      const items = Int32Array.from(itemKeys, (key) => catalogue.indexOfKey(key)!);
      const sources = new Uint8Array(items.length).fill(sourceNumber['segment-popularity']);
      return [segmentId, { items, scores: Float64Array.from(scores), sources, because: items.map(() => -1) }];
    }),
  );
}
