import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type CandidateInput,
  createCandidateRanker,
  type FittedFamily,
  fitFamily,
  recipe as nightly,
  type ResolvedRecipe,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { judgeLists, type ListJudgement, pairedBootstrap } from '../../../models/evaluation/index.ts';
import { createKernels } from '../../../models/kernels/index.ts';
import { trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import { seededRandom } from '../../../models/random.ts';
import {
  columnCount,
  columnsAsked,
  createCandidateDescriber,
  createOrderReasons,
  createRanks,
  createRowScorer,
  describerBytes,
  discountAt,
  explainRow,
  type FeatureColumns,
  featureNames,
  type Knowledge,
  knowledgeOf,
  type Objective,
  orderReasonsBytes,
  ranksBytes,
  rowScorerBytes,
  type TreeTable,
  worthOf,
} from '../../../models/ranking/index.ts';
import { startTaskThreads } from '../../../src/training/engines/local/task-threads.ts';
import { type Problem, readOrders } from './accuracy/accuracy-data.ts';

/**
 * The learnt order beside the blend's: NDCG@20 of the same customers after several cuts, paired, and what of all that is paid for what
 * they bought is paid for what the list had; whether the search would have taken it; time of learning, microseconds that
 * 200 candidates take, and what each feature was worth. Then what an order by each objective costs the others, of the same customers.
 * The file tells no costs: of each item a share of its price drawn from 10 to 70 % is what is left of it, for margins alone.
 *
 *     npm run bench:ranking -- online-retail.csv.gz [--cuts 2011-05-01,2011-08-01] [--days 31]
 */
const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    cuts: { type: 'string', default: '2011-05-01,2011-06-01,2011-07-01,2011-08-01' },
    days: { type: 'string' },
  },
});
const [file] = positionals;
if (!file) throw new Error('Name the file: npm run bench:ranking -- online-retail.csv.gz');
const dayMs = 86_400_000;
const places = 20;
const seed = 1;
const settings = nightly.ranking!;
const entry = new URL('../../../src/training/engines/local/task-worker.js', import.meta.url);
const runner = startTaskThreads(entry, availableParallelism());

const ratios: number[] = [];
for (const day of options.cuts.split(',')) {
  const cut = new Date(`${day}T00:00:00Z`);
  const month = new Date(cut).setUTCMonth(cut.getUTCMonth() + 1);
  const end = options.days ? cut.getTime() + Number(options.days) * dayMs : month;
  const variation = { seed, share: 1, repurchase: 'allow', resplit: false, thin: Number.POSITIVE_INFINITY } as const;
  ratios.push(await compare(day, await readOrders(file, { cut: cut.getTime(), end }, variation)));
}
console.log(`mean of the ratios: ${(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toFixed(4)}`);
await runner.stop();

async function compare(day: string, { facts, holdout }: Problem): Promise<number> {
  const searched = { ...nightly, candidates: places, ranking: { ...settings, use: ['no', 'yes'] as const } };
  const { recipe, trials } = await tuneRecipe(facts, searched, { seed, runner });
  const learn = (use: 'no' | 'yes', objective: Objective = 'purchase', known = facts) => {
    const { user, system } = process.cpuUsage();
    const ranking = { ...settings, use, objective };
    const fitted = fitFamily(known, { ...recipe, ranking } as ResolvedRecipe, { seed, threads: 2 });
    const used = process.cpuUsage({ user, system });
    return { fitted, seconds: (used.user + used.system) / 1e6 };
  };
  const [blend, ordered] = [learn('no'), learn('yes')];
  const costly = { ...facts, unitCosts: plantCosts(facts) };
  const knowledge = knowledgeOf(costly);
  const { price } = knowledge.goods;
  const paidFor = (item: number) => (Number.isNaN(price[item]) ? 0 : Math.exp(price[item]));
  const [before, after] = [blend, ordered].map(({ fitted }) => {
    const shares: number[] = [];
    let place = 0;
    const judged = judgeLists(
      holdout,
      (customer) => {
        const { items } = fitted.candidatesOf(customer);
        const relevant = holdout.relevant[place++];
        const worth = (of: Iterable<number>) => Array.from(of, paidFor).reduce((sum, each) => sum + each, 0);
        shares.push(worth(items.filter((item) => relevant.has(item))) / Math.max(1e-9, worth(relevant)));
        return items;
      },
      { k: places, sellable: facts.purchases.itemCount },
    );
    return { judged, revenue: Float64Array.from(shares) };
  });
  const found = trials.find(({ method }) => method === 'ranking');
  const ratio = after.judged.ndcg / before.judged.ndcg;
  console.log(
    `\n${day}: ${holdout.customers.length} customers; NDCG@20 blend ${before.judged.ndcg.toFixed(4)}, learnt order ` +
      `${after.judged.ndcg.toFixed(4)}: ${ratio.toFixed(4)} times; ${told(gains(after.judged, before.judged))}\n` +
      `  share of what was paid that the list had: ${told(after.revenue.map((share, at) => share - before.revenue[at]))}\n` +
      `  the search says: ${found?.refused ?? JSON.stringify(found?.settings)}\n` +
      `  CPU seconds: blend fitted ${blend.seconds.toFixed(1)}, with its order learnt ${ordered.seconds.toFixed(1)}`,
  );
  const { ranking } = ordered.fitted.candidates;
  if (!ranking) return ratio;
  const worth = Object.entries(ordered.fitted.worth!).sort(([, one], [, other]) => other - one);
  console.log(
    `  worth: ${worth
      .slice(0, 12)
      .map(([name, part]) => `${name} ${(100 * part).toFixed(1)} %`)
      .join(', ')}`,
  );
  const lists = {
    blend: blend.fitted,
    purchase: ordered.fitted,
    revenue: learn('yes', 'revenue').fitted,
    margin: learn('yes', 'margin', costly).fitted,
  };
  weighAims(lists, holdout, knowledge);
  timeScoring(ordered.fitted.candidates, holdout.customers);
  explain(ordered.fitted, holdout.customers[0]);
  return ratio;
}

/** Of each item what its price leaves is drawn by itself, from 10 to 70 % of it. */
function plantCosts(facts: Problem['facts']): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from(knowledgeOf(facts).goods.price, (price) => Math.exp(price) * (1 - (0.1 + 0.6 * random())));
}

/** What lists by each order hold by each aim, and how much less or more than the order by purchases, paired. */
function weighAims(
  orders: Readonly<Record<string, FittedFamily>>,
  { customers, relevant }: Problem['holdout'],
  knowledge: Knowledge,
): void {
  const measured = Object.entries(orders).map(([name, { candidatesOf }]) => {
    const aims = ['NDCG@20', 'revenue', 'margin'].map(() => new Float64Array(customers.length));
    customers.forEach((customer, place) => {
      const items = candidatesOf(customer).items.subarray(0, places);
      const hits = items.filter((item) => relevant[place].has(item));
      const sum = (worth: (item: number) => number) => hits.reduce((total, item) => total + worth(item), 0);
      const ideal = Array.from({ length: Math.min(places, relevant[place].size) }, (_, at) => discountAt(at));
      const gained = items.reduce((total, item, at) => total + (relevant[place].has(item) ? discountAt(at) : 0), 0);
      aims[0][place] = gained / ideal.reduce((total, discount) => total + discount, 0);
      aims[1][place] = sum(worthOf('revenue', knowledge));
      aims[2][place] = sum(worthOf('margin', knowledge));
    });
    return { name, aims };
  });
  const base = measured.find(({ name }) => name === 'purchase')!;
  console.log(
    '  by list of 20: NDCG, what is paid for a piece of each hit, what is left of it; beside the order by purchases',
  );
  for (const { name, aims } of measured) {
    const cells = aims.map((figures, aim) => {
      const { mean, low, high } = pairedBootstrap(
        figures.map((figure, at) => figure - base.aims[aim][at]),
        { seed, samples: 1_000 },
      );
      const all = figures.reduce((total, figure) => total + figure, 0) / figures.length;
      return `${all.toFixed(4)} ${mean < 0 ? '' : '+'}${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
    });
    console.log(`    ${name.padEnd(10)}${cells.join(' | ')}`);
  }
}

function gains(ours: ListJudgement, theirs: ListJudgement): Float64Array {
  return ours.ndcgByCustomer.map((ndcg, at) => ndcg - theirs.ndcgByCustomer[at]);
}

function told(differences: Float64Array): string {
  const { mean, low, high } = pairedBootstrap(differences, { seed, samples: 1_000 });
  return `difference ${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}

/**
 * Of 200 candidates of customers in turn: what each step takes, trees walked node by node beside the kernel; and what a list takes with its
 * order and without. Microseconds of the processor, medians of rounds of a hundred customers; what the methods say of items is drawn.
 */
function timeScoring(candidates: CandidateInput, customers: Uint32Array): void {
  const count = 200;
  const { trees, knowledge } = candidates.ranking!;
  const ranking = { ...candidates.ranking!, candidates: count };
  const recipe = { ...candidates.recipe, candidates: count };
  const asked = customers.subarray(0, 100);
  const ordered = createCandidateRanker({ ...candidates, recipe, ranking });
  const plain = createCandidateRanker({ ...candidates, recipe, ranking: undefined });
  const methods = 2 + (candidates.others?.length ?? 0);
  const width = columnCount(methods);
  const kernels = createKernels(treeKernels, {
    bytes:
      rowScorerBytes(trees, width, count) +
      describerBytes(knowledge, count) +
      orderReasonsBytes(trees, count) +
      ranksBytes(count),
  });
  const scorer = createRowScorer(kernels, trees, width, count);
  const describe = createCandidateDescriber(kernels, knowledge, scorer, count);
  const ranksOf = createRanks(kernels, count);
  const sayWhy = createOrderReasons(kernels, trees, { scorer, most: count });
  const wanted = columnsAsked(trees, width);
  const risen = Uint32Array.from({ length: 30 }, (_, row) => 40 + row);
  const byItem = new Float64Array(candidates.neighbours.itemCount);
  const random = seededRandom(seed);
  const lists = Array.from(asked, (customer) => {
    plain.expect(Uint32Array.of(customer));
    const { items, scores } = plain.rank(customer);
    const drawn = Array.from({ length: methods }, () => Float64Array.from(items, random));
    const told = { customer, items, scores: Float64Array.from(scores), owned: byItem, interest: byItem };
    return { ...told, methods: drawn, sums: Float64Array.from(items, (_, place) => random() - place / items.length) };
  });
  const walked = new Float64Array(count);
  type Listed = (typeof lists)[number];
  const steps: Record<string, (list: Listed) => void> = {
    features: (list) => describe(list, wanted),
    trees: ({ items }) => scorer.score(items.length),
    order: ({ sums }) => ranksOf(sums),
    reasons: () => sayWhy(risen),
    'trees walked node by node': ({ items }) => walk(trees, { ...scorer, count: items.length }, walked),
    'a list with its order': ({ customer }) => list(ordered, customer),
    'without it': ({ customer }) => list(plain, customer),
  };
  const times = Object.fromEntries(Object.keys(steps).map((name) => [name, [] as number[]]));
  for (let round = 0; round < 60; round++) {
    for (const [name, step] of Object.entries(steps)) {
      const started = process.cpuUsage();
      for (const each of lists) step(each);
      const { user, system } = process.cpuUsage(started);
      times[name].push((user + system) / lists.length);
    }
  }
  // The first third is before everything is compiled.
  const median = (name: string) =>
    times[name].slice(20).sort((one, other) => one - other)[(times[name].length - 20) >> 1];
  console.log(
    `  ${count} candidates, ${trees.roots.length} trees, microseconds of the processor: ` +
      `${Object.keys(steps)
        .map((name) => `${name} ${median(name).toFixed(0)}`)
        .join(', ')}: features, trees and order ${(median('a list with its order') - median('without it')).toFixed(0)}`,
  );

  function list(ranker: typeof plain, customer: number): void {
    ranker.expect(Uint32Array.of(customer));
    ranker.rank(customer);
  }
}

/** Scores as trees are told of: node by node. */
function walk(
  { roots, features, thresholds, below, above, values }: TreeTable,
  { columns, stride, count }: FeatureColumns & { readonly count: number },
  scores: Float64Array,
): void {
  scores.fill(0);
  for (const root of roots) {
    for (let row = 0; row < count; row++) {
      let node = root;
      while (node >= 0) node = columns[features[node] * stride + row] > thresholds[node] ? above[node] : below[node];
      scores[row] += values[-1 - node];
    }
  }
}

/** The strongest features of the first places of one list. */
function explain({ candidates, worth }: FittedFamily, customer: number): void {
  const ranker = createCandidateRanker(candidates);
  ranker.expect(Uint32Array.of(customer));
  const { items, features } = ranker.describe(customer);
  const names = Object.keys(worth!);
  const contributions = new Float64Array(names.length);
  for (let row = 0; row < Math.min(2, items.length); row++) {
    explainRow(candidates.ranking!.trees, { ...features, row }, contributions);
    const strongest = names
      .map((name, feature) => ({ name, part: contributions[feature] }))
      .sort((one, other) => Math.abs(other.part) - Math.abs(one.part));
    console.log(
      `  place ${row + 1} of the blend: ${strongest
        .slice(0, 4)
        .map(({ name, part }) => `${name} ${part > 0 ? '+' : ''}${part.toFixed(2)}`)
        .join(', ')} of ${featureNames.length} and more`,
    );
  }
}
