import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { recipe } from '../../../models/association-rules/index.ts';
import { trainItemNeighbours } from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import { recipe as popularityRecipe } from '../../../models/popularity/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { makeTogetherList } from '../../../src/recommendations/complements/bought-together.ts';
import { buildComplementTable } from '../../../src/recommendations/complements/complement-table.ts';
import { nothingReleased, type ServedRelease } from '../../../src/recommendations/learnt/served-release.ts';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { type Catalogue, createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { rulesOf } from '../../../src/recommendations/rules/rule-table.ts';
import { buildServedRules } from '../../../src/recommendations/rules/served-rules.ts';
import { demoSize, generateSampleShop } from '../../../src/sample-shop/index.ts';
import {
  categoryRowsOf,
  complementRowsOf,
  learnRules,
  ruleRowsOf,
  summariseContexts,
} from '../../../src/training/learners/association-rules.ts';
import { rankSales } from '../../../src/training/learners/fit-lists.ts';
import { toBaskets } from '../../../src/training/snapshot/baskets.ts';
import { linesAsOf } from '../../../src/training/snapshot/sales.ts';
import type { Snapshot } from '../../../src/training/snapshot/snapshot.ts';
import { parseSaleLines } from '../../support/data/sale-lines.ts';
import { snapshotOf } from '../../support/data/sample-snapshot.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';
import { makeSnapshot } from '../../support/shops/training-snapshot.ts';
import { isProduct } from '../../support/simulated/daily-sales.ts';

/**
 * Is a bought-together box ever empty, and is it right? Of all the data: the share of items that were sold with a box, and with a
 * full one, by rules alone and as it is served (popular items that only fill up do not count). Learnt from the first seven
 * eighths of the orders, asked for the others: how often another item of an order is among the first ten beside one of it, drawn
 * from all pairs of the order; and how often its second line is beside the first. RP3beta of the orders stands beside them, also
 * without goods of the same category, which the box keeps out unless a rule names them.
 *
 *     npm run bench:bought-together -- online-retail.csv.gz
 */
const size = 10;
const own: ReadonlySet<string> = new Set(['association-rules', 'co-occurrence', 'category-complement']);

interface Box {
  items: number[];
  /** of those how many are no filling up */
  meant: number;
}
type Boxes = (item: number) => Box;

function learn(snapshot: Snapshot): Record<string, Boxes> {
  const baskets = toBaskets(snapshot);
  const { catalogue, release } = releaseOf(snapshot);
  const { table } = release.rules!;
  const nearest = trainItemNeighbours(
    { ...baskets, values: new Float32Array(baskets.indices.length).fill(1) },
    { method: 'rp3beta', alpha: 0.6, beta: 0.7, shrinkage: 40, neighbours: 10 * size },
  );
  const nearestOf = (item: number) =>
    Array.from(nearest.neighbours.subarray(nearest.offsets[item], nearest.offsets[item + 1]));
  const { numbers } = snapshot.categories;
  const isAlike = (item: number, other: number) => numbers[item] >= 0 && numbers[item] === numbers[other];
  const box = (items: number[]): Box => ({ items, meant: items.length });
  return {
    'rules alone': (item) =>
      box(
        rulesOf(table, item)
          .slice(0, size)
          .map((rule) => table.consequents[rule]),
      ),
    'as served': (item) => {
      const made = makeTogetherList({ catalogue, release, item, options: { limit: size }, now: snapshot.asOf });
      const listed = JSON.parse(made.itemsJson) as RecommendedItem[];
      return {
        items: listed.map(({ item_id }) => catalogue.indexOf(item_id)!),
        meant: listed.filter(({ reason }) => own.has(reason.source)).length,
      };
    },
    'RP3beta of orders': (item) => box(nearestOf(item).slice(0, size)),
    'RP3beta elsewhere': (item) =>
      box(
        nearestOf(item)
          .filter((other) => !isAlike(item, other))
          .slice(0, size),
      ),
  };
}

/** What the night makes of the snapshot, as it is served; the dense index of an item is its index in the snapshot. */
function releaseOf(snapshot: Snapshot): { catalogue: Catalogue; release: ServedRelease } {
  const { categories, itemKeys } = snapshot;
  const catalogue = createCatalogue();
  catalogue.apply(
    Array.from(itemKeys, (itemKey, item) =>
      catalogueItem(itemKey, {
        itemId: String(itemKey),
        category: categories.names[categories.numbers[item]] ?? null,
        isProduct: snapshot.isProduct[item] === 1,
      }),
    ),
    1,
  );
  const learnt = learnRules(snapshot, recipe, { timeZone: 'UTC' });
  const { popularity } = rankSales(snapshot, snapshot.asOf, popularityRecipe);
  const version = { version: 1, asOf: new Date(snapshot.asOf) };
  const release: ServedRelease = {
    ...nothingReleased,
    popularity: {
      ...version,
      items: Int32Array.from(popularity.ranking),
      scores: Float64Array.from(popularity.ranking, (item) => popularity.scores[item]),
      trends: new Float64Array(popularity.ranking.length),
      rebuying: new Map(),
    },
    rules: {
      ...version,
      ...buildServedRules(catalogue, { contexts: summariseContexts(learnt.contexts) }, [
        ...ruleRowsOf({ learnt, snapshot }),
      ]),
      complements: buildComplementTable(
        catalogue,
        [...complementRowsOf({ learnt, snapshot })],
        categoryRowsOf({ learnt, snapshot }),
      ),
    },
  };
  return { catalogue, release };
}

/** The snapshot as of a time. */
function before(snapshot: Snapshot, asOf: number): Snapshot {
  const { events } = snapshot;
  const kept = Uint32Array.from(events.times.keys()).filter((event) => events.times[event] < asOf);
  return {
    ...snapshot,
    asOf,
    ...linesAsOf(snapshot, asOf),
    events: {
      customers: kept.map((event) => events.customers[event]),
      items: kept.map((event) => events.items[event]),
      types: Uint8Array.from(kept, (event) => events.types[event]),
      places: Uint8Array.from(kept, (event) => events.places[event]),
      times: Float64Array.from(kept, (event) => events.times[event]),
    },
  };
}

function measure(name: string, snapshot: Snapshot): void {
  const { lines, orderCount } = snapshot;
  const sold = new Set(toBaskets(snapshot).indices);
  console.log(`\n${name}: ${sold.size} items sold, ${orderCount} orders`);
  const whole = Object.entries(learn(snapshot));
  for (const [way, boxOf] of whole) {
    const meant = Array.from(sold, (item) => boxOf(item).meant);
    const share = (least: number) => percent(meant.filter((count) => count >= least).length / sold.size);
    console.log(`  ${way.padEnd(18)} a box ${share(1)}, five and more ${share(5)}, full (${size}) ${share(size)}`);
  }
  const first = Math.floor((orderCount * 7) / 8);
  const cut = lines.times[lines.orders.indexOf(first)];
  const held = { ...toBaskets(snapshot) };
  const start = lines.orders.findIndex((_, line) => lines.times[line] >= cut);
  for (const [way, boxOf] of Object.entries(learn(before(snapshot, cut)))) {
    const boxes = new Map<number, ReadonlySet<number>>();
    const isIn = (beside: number, other: number) => {
      let box = boxes.get(beside);
      if (!box) boxes.set(beside, (box = new Set(boxOf(beside).items)));
      return box.has(other);
    };
    const [pairs, seconds] = [drawnPairs(held, lines.orders[start], isIn), secondLines(snapshot, start, isIn)];
    console.log(
      `  ${way.padEnd(18)} another item of the order ${percent(pairs.hit)} of ${pairs.orders} orders, its second line beside the first ${percent(seconds.hit)}`,
    );
  }
}

type IsIn = (beside: number, other: number) => boolean;

/** An item of the order is drawn, then another of it: the mean over all such draws. */
function drawnPairs({ rows, offsets, indices }: SparseMatrix, from: number, isIn: IsIn) {
  let [sum, orders] = [0, 0];
  for (let order = from; order < rows; order++) {
    const items = indices.subarray(offsets[order], offsets[order + 1]);
    if (items.length < 2) continue;
    let hits = 0;
    for (const beside of items) for (const other of items) if (other !== beside && isIn(beside, other)) hits++;
    sum += hits / (items.length * (items.length - 1));
    orders++;
  }
  return { hit: sum / orders, orders };
}

/** The second distinct good of the order's lines, as they stand, beside the first. */
function secondLines({ lines, isProduct: isGood }: Snapshot, start: number, isIn: IsIn) {
  let [hits, orders] = [0, 0];
  for (let line = start; line < lines.orders.length; ) {
    const goods: number[] = [];
    const order = lines.orders[line];
    for (; lines.orders[line] === order; line++) {
      const item = lines.items[line];
      if (goods.length < 2 && isGood[item] === 1 && !goods.includes(item)) goods.push(item);
    }
    if (goods.length < 2) continue;
    orders++;
    if (isIn(goods[0], goods[1])) hits++;
  }
  return { hit: hits / orders, orders };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function demo(): Snapshot {
  const end = new Date('2026-03-01T00:00:00Z');
  return snapshotOf(generateSampleShop({ seed: 1, ...demoSize, end }), end.getTime()).snapshot;
}

function onlineRetail(file: string): Snapshot {
  const rows = gunzipSync(readFileSync(file)).toString('utf8').split(/\r?\n/);
  const { customers, items, orders, times, quantities, unitPrices, ...ids } = parseSaleLines(
    rows.filter((row) => row !== ''),
    { withGuests: true },
  );
  const { customerIds, itemIds, orderIds } = ids;
  const firstOf = new Float64Array(orderIds.length).fill(Number.POSITIVE_INFINITY);
  for (const [line, order] of orders.entries()) firstOf[order] = Math.min(firstOf[order], times[line]);
  const places = Array.from(orders.keys()).sort(
    (a, b) => firstOf[orders[a]] - firstOf[orders[b]] || orders[a] - orders[b] || a - b,
  );
  return makeSnapshot({
    asOf: Date.parse('2011-09-01T00:00:00Z'),
    customers: customerIds.length,
    items: itemIds.map((id) => isProduct(id)),
    lines: places.map((line) => ({
      ...(customerIds[customers[line]] !== '' && { customer: customers[line] }),
      item: items[line],
      order: orders[line],
      time: firstOf[orders[line]],
      quantity: quantities[line],
      unitPrice: unitPrices[line],
    })),
  });
}

measure('demo', demo());
const [file] = process.argv.slice(2);
if (file) measure('Online Retail', onlineRetail(file));
