import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { trainItemNeighbours } from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import {
  blendLikes,
  ContentIndex,
  contentSettings,
  type ItemContent,
  type Likes,
} from '../../../models/content-neighbours/index.ts';
import { bootstrapMean, pairedBootstrap, recallAt } from '../../../models/evaluation/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { isProduct } from '../../support/simulated/daily-sales.ts';

/**
 * Do titles find new goods? Of Online Retail, at four cuts: customers who bought before the cut and then, within 28 days, goods that
 * were first sold after it; how many of these are among the first 100 (and 20) of all goods that came in those 28 days, ranked by
 * likeness to what each customer had bought, beside the best sellers of categories. The data have no categories: the last word of
 * a title stands for one. Then related goods: another item of an order beside one of it, by how often that one had been bought.
 * And how long the index takes; where sizes of catalogues are named, that alone.
 *
 *     npm run bench:content-neighbours -- online-retail.csv.gz [items of the measured catalogue]
 */
const [file, ...sizes] = process.argv.slice(2);
if (!file) throw new Error('Name the file: npm run bench:content-neighbours -- online-retail.csv.gz');
const dayMs = 86_400_000;
const windowDays = 28;
const cuts = ['2011-05-01', '2011-06-01', '2011-07-01', '2011-08-01'].map((day) => Date.parse(`${day}T00:00:00Z`));

interface Line {
  order: number;
  customer: string;
  item: number;
  at: number;
}

const titles: string[] = [];
const prices: number[] = [];
const lines = readLines(gunzipSync(readFileSync(file)).toString('utf8').split('\n'));

function readLines(rows: readonly string[]): Line[] {
  const [orders, items] = [new Map<string, number>(), new Map<string, number>()];
  const numbered = (of: Map<string, number>, id: string) => {
    if (!of.has(id)) of.set(id, of.size);
    return of.get(id)!;
  };
  return rows.slice(1).flatMap((row) => {
    const fields = row.split(',');
    const [order, id] = fields;
    const [quantity, time, price, customer] = fields.slice(-5);
    if (fields.length < 8 || order.startsWith('C') || !isProduct(id) || !(Number(quantity) > 0 && Number(price) > 0))
      return [];
    const item = numbered(items, id.toUpperCase());
    titles[item] ??= fields.slice(2, -5).join(',').replaceAll('"', '').trim();
    prices[item] ??= Number(price);
    return [{ order: numbered(orders, order), customer, item, at: Date.parse(`${time.replace(' ', 'T')}Z`) }];
  });
}

const contentOf = (item: number): ItemContent => ({
  ...{ title: titles[item], price: prices[item], categories: [], brand: null, attributes: {} },
});
const headOf = (item: number) =>
  titles[item]
    .toLowerCase()
    .match(/[a-z]+(?=[^a-z]*$)/)?.[0]
    .replace(/s$/, '') ?? '';

/** Of the goods that are new in the window, those first whose likes were bought, or whose category sells. */
function judgeNewGoods(cut: number) {
  const end = cut + windowDays * dayMs;
  const firstSold = new Map<number, number>();
  for (const { item, at } of lines) firstSold.set(item, Math.min(at, firstSold.get(item) ?? at));
  const isNew = (item: number) => firstSold.get(item)! >= cut && firstSold.get(item)! < end;
  const fresh = [...firstSold.keys()].filter(isNew);
  const index = new ContentIndex();
  for (const [item, at] of firstSold) if (at < end) index.set(item, contentOf(item));
  const likesOf = new Map(fresh.map((item) => [item, index.likesOf(item, 200, (other) => !isNew(other))]));

  const sales = new Map<string, number>();
  const histories = new Map<string, Set<number>>();
  const bought = new Map<string, Set<number>>();
  for (const { customer, item, at } of lines) {
    if (at < cut) sales.set(headOf(item), (sales.get(headOf(item)) ?? 0) + 1);
    if (customer === '' || at >= end) continue;
    const [of, isMeant] = at < cut ? [histories, true] : [bought, isNew(item)];
    if (isMeant) of.set(customer, (of.get(customer) ?? new Set()).add(item));
  }
  const rank = (scoreOf: (item: number) => number) => {
    const scores = new Map(fresh.map((item) => [item, scoreOf(item)]));
    return [...fresh].sort((a, b) => scores.get(b)! - scores.get(a)! || a - b);
  };
  const ways: Record<string, (history: ReadonlySet<number>) => number[]> = {
    'content neighbours': (history) =>
      rank((item) => {
        const { items, similarities } = likesOf.get(item)!;
        return items.reduce((sum, other, place) => sum + (history.has(other) ? similarities[place] : 0), 0);
      }),
    'category best sellers': () => rank((item) => sales.get(headOf(item)) ?? 0),
    "best sellers of the customer's categories": (history) => {
      const own = new Map<string, number>();
      for (const item of history) own.set(headOf(item), (own.get(headOf(item)) ?? 0) + 1);
      const most = Math.max(1, ...sales.values());
      return rank((item) => (own.get(headOf(item)) ?? 0) + (sales.get(headOf(item)) ?? 0) / (2 * most));
    },
  };
  const customers = [...bought.keys()].filter((customer) => histories.has(customer));
  const recalls = Object.entries(ways).map(([way, list]) => {
    const lists = customers.map((customer) => list(histories.get(customer)!));
    const at = (places: number) =>
      Float64Array.from(customers, (customer, place) => recallAt(places, lists[place], bought.get(customer)!));
    return { way, at100: at(100), at20: at(20) };
  });
  console.log(
    `\n${new Date(cut).toISOString().slice(0, 10)}: ${fresh.length} new goods, ${customers.length} customers who bought any`,
  );
  for (const { way, at100, at20 } of recalls) {
    console.log(
      `  ${way.padEnd(42)} Recall@100 ${shown(bootstrapMean(at100, draws))}, @20 ${shown(bootstrapMean(at20, draws))}`,
    );
  }
  console.log(
    `  ${'by chance'.padEnd(42)} Recall@100 ${Math.min(1, 100 / fresh.length).toFixed(3)}, @20 ${Math.min(1, 20 / fresh.length).toFixed(3)}`,
  );
  return recalls;
}

const draws = { seed: 1, samples: 1_000 };
const shown = ({ mean, low, high }: { mean: number; low: number; high: number }) =>
  `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;

/** Another item of an order beside one of it, which is drawn: by behaviour, by content, and blended as it is served. */
function judgeRelated(cut: number): void {
  const end = cut + windowDays * dayMs;
  const itemCount = titles.length;
  const baskets = new Map<number, Set<number>>();
  const purchases = new Float64Array(itemCount);
  const seen = new Uint8Array(itemCount);
  const later = new Map<number, Set<number>>();
  for (const { order, item, at } of lines) {
    if (at >= end) continue;
    seen[item] = 1;
    if (at < cut) purchases[item]++;
    const of = at < cut ? baskets : later;
    of.set(order, (of.get(order) ?? new Set()).add(item));
  }
  const rows = [...baskets.values()].map((items) => Uint32Array.from(items).sort());
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((items, row) => {
    offsets[row + 1] = offsets[row] + items.length;
  });
  const indices = new Uint32Array(offsets[rows.length]);
  rows.forEach((items, row) => {
    indices.set(items, offsets[row]);
  });
  const table = trainItemNeighbours(
    { rows: rows.length, columns: itemCount, offsets, indices, values: new Float32Array(indices.length).fill(1) },
    { method: 'rp3beta', alpha: 0.6, beta: 0.7, shrinkage: 40, neighbours: 50 },
  );
  const index = new ContentIndex();
  for (let item = 0; item < itemCount; item++) if (seen[item]) index.set(item, contentOf(item));
  const behaviourOf = (item: number) => ({
    items: table.neighbours.subarray(table.offsets[item], table.offsets[item + 1]),
    weights: table.weights.subarray(table.offsets[item], table.offsets[item + 1]),
  });
  const noLikes: Likes = { items: new Int32Array(), similarities: new Float32Array() };
  const purchasesOf = (item: number) => purchases[item];
  const blendWith = (priorPurchases: number, priorStrength: number) => (item: number) =>
    blendLikes(item, behaviourOf(item), index.likesOf(item, 50), purchasesOf, {
      ...contentSettings,
      priorPurchases,
      priorStrength,
    }).items;
  const ways: Record<string, (item: number) => ArrayLike<number>> = {
    behaviour: (item) => behaviourOf(item).items,
    content: (item) => index.likesOf(item, 50).items,
    'blended, as served': blendWith(contentSettings.priorPurchases, contentSettings.priorStrength),
    'k 3, s .5': blendWith(3, 0.5),
    'k 30, s .5': blendWith(30, 0.5),
    'k 10, s .25': blendWith(10, 0.25),
    'k 10, s 1': blendWith(10, 1),
    'behaviour without content': (item) => blendLikes(item, behaviourOf(item), noLikes, purchasesOf).items,
  };
  const random = seededRandom(7);
  const asked = [...later.values()].flatMap((items) => {
    const of = [...items];
    if (of.length < 2) return [];
    // Of large orders some, and of goods that were seldom bought all.
    return of
      .filter((item) => purchases[item] < 10 || random() < 3 / of.length)
      .map((item) => ({ item, of: new Set(of.filter((other) => other !== item)) }));
  });
  const classes: [string, number, number][] = [
    ['never', 0, 0],
    ['1 to 9 times', 1, 9],
    ['10 to 99 times', 10, 99],
    ['more often', 100, Number.POSITIVE_INFINITY],
  ];
  console.log(
    `\n${new Date(cut).toISOString().slice(0, 10)}: share of the first ten beside an item that were in its order`,
  );
  const lists = new Map<string, ArrayLike<number>>();
  for (const [name, from, to] of classes) {
    const some = asked.filter(({ item }) => purchases[item] >= from && purchases[item] <= to);
    if (some.length === 0) continue;
    const byWay = Object.entries(ways).map(([way, list]) => {
      const shares = Float64Array.from(some, ({ item, of }) => {
        const key = `${way} ${item}`;
        let ranked = lists.get(key);
        if (!ranked) lists.set(key, (ranked = list(item)));
        let hits = 0;
        for (let place = 0; place < Math.min(10, ranked.length); place++) if (of.has(ranked[place])) hits++;
        return hits / 10;
      });
      return { way, shares };
    });
    console.log(`  bought ${name} before (${some.length} asked)`);
    for (const { way, shares } of byWay)
      console.log(`    ${way.padEnd(28)} ${shown(bootstrapMean(shares, { seed: 1, samples: 300 }))}`);
  }
}

/** How long it takes, and how much memory, with a catalogue of so many items made of the words of this one. */
function measure(size: number): void {
  const random = seededRandom(3);
  const words = titles.flatMap((title) => title.split(' '));
  const draw = () => words[Math.floor(random() * words.length)];
  const contents = Array.from(
    { length: size },
    (_, item): ItemContent => ({
      title: Array.from({ length: 3 + Math.floor(4 * random()) }, draw).join(' '),
      categories: [[`Department ${item % 20}`, `Aisle ${item % 200}`, `Shelf ${item % 1_000}`]],
      brand: `Brand ${Math.floor(random() ** 2 * 800)}`,
      attributes: { colour: `c${Math.floor(7 * random())}` },
      price: Math.exp(1 + 3 * random()),
    }),
  );
  global.gc?.();
  const before = process.memoryUsage();
  const index = new ContentIndex();
  const whole = new ContentIndex({ ...contentSettings, mostEntries: Number.POSITIVE_INFINITY });
  const began = process.cpuUsage().user;
  for (const [item, content] of contents.entries()) index.set(item, content);
  const made = (process.cpuUsage().user - began) / 1e6;
  global.gc?.();
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  for (const [item, content] of contents.entries()) whole.set(item, content);
  for (let item = 0; item < 300; item++) index.likesOf(item, 200);
  const times: number[] = [];
  let [same, all] = [0, 0];
  for (let asked = 0; asked < 500; asked++) {
    const item = Math.floor(random() * size);
    const start = performance.now();
    const { items } = index.likesOf(item, 200);
    times.push(performance.now() - start);
    if (asked % 10 > 0) continue;
    const found = new Set(items);
    const best = whole.likesOf(item, 20).items;
    all += best.length;
    same += best.filter((other) => found.has(other)).length;
  }
  times.sort((a, b) => a - b);
  console.log(
    `\n${size} items: made in ${made.toFixed(1)} s of processor, ${(bytes / 2 ** 20).toFixed(0)} MiB, likes of one in ` +
      `${times[250].toFixed(2)} ms (99 %: ${times[495].toFixed(2)}); of the 20 most alike ${((100 * same) / all).toFixed(1)} % are found`,
  );
}

function judge(): void {
  const judged = cuts.map(judgeNewGoods);
  console.log('\nAll four cuts, content neighbours less the others');
  for (let way = 1; way < judged[0].length; way++) {
    const differences = (of: 'at100' | 'at20') =>
      Float64Array.from(
        judged.flatMap((recalls) => Array.from(recalls[0][of], (own, place) => own - recalls[way][of][place])),
      );
    console.log(
      `  ${judged[0][way].way.padEnd(42)} Recall@100 ${shown(pairedBootstrap(differences('at100'), draws))}, @20 ${shown(pairedBootstrap(differences('at20'), draws))}`,
    );
  }
  judgeRelated(cuts[3]);
}

if (sizes.length === 0) judge();
for (const size of sizes.length > 0 ? sizes : ['20000', '50000']) measure(Number(size));
