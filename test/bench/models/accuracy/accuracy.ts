import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  type CollaborativeFilteringRecipe,
  choicesOf,
  createMatrices,
  type Facts,
  fitFamily,
  type MethodName,
  makeFolds,
  recipe as nightly,
  type RecipeTrial,
  tuneRecipe,
} from '../../../../models/collaborative-filtering/index.ts';
import {
  bootstrapMean,
  judgeLists,
  type ListJudgement,
  pairedBootstrap,
  personalFrequency,
  type TestSet,
} from '../../../../models/evaluation/index.ts';
import { rankPopularity } from '../../../../models/popularity/index.ts';
import { startTaskThreads } from '../../../../src/training/engines/local/task-threads.ts';
import { type Problem, readFixedFiles, readOrders, readRatings, type Variation } from './accuracy-data.ts';

/**
 * Accuracy side by side: simple models, each tuned with the same number of trials on the same validation part of the
 * training data, and the night's choice of them all; R@20 and NDCG@20 with bootstrap intervals over customers.
 *
 *     npm run bench:accuracy -- --orders online-retail.csv.gz --ratings goodbooks-ratings.csv.gz --fixed amazon-electronics
 *
 * --orders takes UCI Online Retail's columns (--cut 2011-08-01 --days 31), --ratings a CSV with user, item and rating, --fixed
 * a folder with train.txt and test.txt. --users N judges that many customers, --seed S splits and draws. Other problems out
 * of the same files: --share 0.3 keeps some of the customers, --repurchase exclude asks for what is new to them, --resplit
 * splits fixed files anew, --thin 5 keeps so many ratings of a user at most to learn from. --brief leaves out what is neither simple
 * nor the choice, --only what is not the choice, --verbose prints every trial. --write FILE keeps every customer's figures,
 * --beside FILE compares with those of another run, paired.
 */
const { values: options } = parseArgs({
  options: {
    orders: { type: 'string', multiple: true, default: [] },
    ratings: { type: 'string', multiple: true, default: [] },
    fixed: { type: 'string', multiple: true, default: [] },
    cut: { type: 'string', default: '2011-08-01' },
    days: { type: 'string', default: '31' },
    users: { type: 'string' },
    seed: { type: 'string', default: '1' },
    share: { type: 'string', default: '1' },
    repurchase: { type: 'string', default: 'allow' },
    resplit: { type: 'boolean', default: false },
    thin: { type: 'string' },
    brief: { type: 'boolean', default: false },
    only: { type: 'boolean', default: false },
    write: { type: 'string' },
    beside: { type: 'string' },
    methods: { type: 'string', default: nightly.tuning.methods.join() },
    verbose: { type: 'boolean', default: false },
  },
});
const places = 20;
const seed = Number(options.seed);
const now = () => performance.now() / 1_000;
const entry = new URL('../../../../src/training/engines/local/task-worker.js', import.meta.url);
const runner = startTaskThreads(entry, availableParallelism());

interface Row {
  name: string;
  judged: ListJudgement;
  seconds: { tune: number; cpu: number; fit: number; list: number };
}

/** A method by itself: no repurchases, no popularity, nothing but its scores. */
function alone(name: MethodName, settings: object = {}): CollaborativeFilteringRecipe {
  const methods = Object.fromEntries(
    Object.entries(nightly.methods).map(([each, method]) => [each, { ...method, weight: each === name ? 1 : 0 }]),
  );
  return {
    ...nightly,
    methods: { ...methods, [name]: { ...methods[name], ...settings } } as unknown as typeof nightly.methods,
    blend: { collaborative: 1_000, popularityPower: 0, floor: 1e-6 },
    tuning: { ...nightly.tuning, methods: [name] },
  };
}

async function run(problem: Problem): Promise<void> {
  const { facts, repurchase } = problem;
  const holdout = sample(problem.holdout);
  const sellable = new Set(facts.sales.items).size;
  const { interactions, repurchases } = createMatrices(facts)({
    halfLifeDays: Number.POSITIVE_INFINITY,
    repurchaseHalfLifeDays: Number.POSITIVE_INFINITY,
    popularityHalfLifeDays: Number.POSITIVE_INFINITY,
  });
  const owners = new Uint32Array(interactions.columns);
  for (const item of interactions.indices) owners[item]++;
  const owned = { owners, customers: interactions.rows };
  const judge = (listFor: (customer: number) => ArrayLike<number>) =>
    judgeLists(holdout, listFor, { k: places, sellable, owned });
  const ownedBy = (customer: number) =>
    new Set(repurchases.indices.subarray(repurchases.offsets[customer], repurchases.offsets[customer + 1]));

  console.log(
    `\n${problem.name}: ${interactions.rows} customers, ${interactions.columns} items, ${interactions.indices.length} pairs; ` +
      `${holdout.customers.length} customers judged, repurchase ${repurchase}`,
  );
  const rows: Row[] = [];
  const add = async (name: string, recipe: CollaborativeFilteringRecipe) => {
    const [started, used] = [now(), process.cpuUsage()];
    const tuned = await tuneRecipe(facts, { ...recipe, repurchase, candidates: places }, { seed, now, runner });
    const [fitStarted, { user, system }] = [now(), process.cpuUsage(used)];
    const { candidatesOf } = fitFamily(facts, tuned.recipe, { seed, threads: 2 });
    const listStarted = now();
    const judged = judge((customer) => candidatesOf(customer).items);
    const cpu = (user + system) / 1e6;
    const seconds = { tune: fitStarted - started, cpu, fit: listStarted - fitStarted, list: now() - listStarted };
    rows.push({ name, judged, seconds });
    if (options.verbose) for (const trial of tuned.trials) console.log(`  ${describe(trial)}`);
    return tuned;
  };
  const rankPopular = (halfLifeDays: number) => {
    const { items, ageDays } = facts.sales;
    const weights = new Float32Array(items.length).fill(1);
    return rankPopularity({ items, ageDays, weights, itemCount: interactions.columns }, { halfLifeDays }).ranking;
  };

  const started = now();
  const popular = rankPopular(bestHalfLife(facts, repurchase));
  const tuned = now() - started;
  const firstUnowned = (customer: number) => {
    const own = repurchase === 'exclude' ? ownedBy(customer) : new Set();
    const list: number[] = [];
    for (const item of popular) {
      if (list.length === places) break;
      if (!own.has(item)) list.push(item);
    }
    return list;
  };
  rows.push({ name: 'popularity', judged: judge(firstUnowned), seconds: { tune: tuned, cpu: 0, fit: 0, list: 0 } });
  if (repurchase === 'allow') {
    const list = personalFrequency(popular, interactions.columns);
    const { customers, items, ageDays } = facts.purchases;
    const linesOf = new Map<number, number[]>();
    for (const [line, customer] of customers.entries()) {
      if (!linesOf.has(customer)) linesOf.set(customer, []);
      linesOf.get(customer)!.push(line);
    }
    const frequent = judge((customer) => {
      const lines = linesOf.get(customer) ?? [];
      return list(
        lines.map((line) => items[line]),
        lines.map((line) => ageDays[line]),
        places,
      );
    });
    rows.push({ name: 'personal frequency', judged: frequent, seconds: { tune: 0, cpu: 0, fit: 0, list: 0 } });
  }
  const methods = options.methods.split(',') as MethodName[];
  if (methods.includes('rp3beta') && !options.brief && !options.only)
    await add('p3alpha', alone('rp3beta', { beta: 0, shrinkage: 0 }));
  const isAsked = (name: MethodName) => !options.only && (!options.brief || isSimple(name));
  for (const name of methods) if (isAsked(name)) await add(name, alone(name));
  const choice = await add("the night's choice", { ...nightly, tuning: { ...nightly.tuning, methods } });
  print(rows);
  console.log(`chosen: ${JSON.stringify(choice.trials.at(-1)?.settings)}`);

  console.log(`memory at its peak: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  compareWithOthers(rows);

  const simple = rows.filter(({ name }) => isSimple(name));
  const best = simple.reduce((one, other) => (other.judged.ndcg > one.judged.ndcg ? other : one));
  const chosen = rows.at(-1)!;
  const gains = chosen.judged.ndcgByCustomer.map((ndcg, index) => ndcg - best.judged.ndcgByCustomer[index]);
  const { mean, low, high } = pairedBootstrap(gains, { seed, samples: 1_000 });
  console.log(
    `the night's choice / best simple (${best.name}): ${(chosen.judged.ndcg / best.judged.ndcg).toFixed(4)}; ` +
      `difference ${mean.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
  );
}

/** Beside the same customers' figures of another run, row by row. */
function compareWithOthers(rows: readonly Row[]): void {
  if (options.write) {
    writeFileSync(options.write, JSON.stringify(rows.map(({ name, judged }) => [name, [...judged.ndcgByCustomer]])));
  }
  if (!options.beside) return;
  const others = new Map<string, number[]>(JSON.parse(readFileSync(options.beside, 'utf8')));
  for (const { name, judged } of rows) {
    const before = others.get(name);
    if (!before) continue;
    const gains = judged.ndcgByCustomer.map((ndcg, index) => ndcg - before[index]);
    const { mean, low, high } = pairedBootstrap(gains, { seed, samples: 1_000 });
    console.log(`${name.padEnd(20)} less the other run's: ${mean.toFixed(5)} [${low.toFixed(5)}, ${high.toFixed(5)}]`);
  }
}

function isSimple(name: string): boolean {
  return ['popularity', 'item-knn', 'rp3beta'].includes(name);
}

/** Popularity's one setting, on the same validation part. */
function bestHalfLife(facts: Facts, repurchase: 'allow' | 'exclude'): number {
  const folds = makeFolds(facts, nightly.tuning, { repurchase, seed });
  const figures = choicesOf(nightly.popularityHalfLifeDays).map((halfLifeDays) => {
    const judged = folds.map((fold) => {
      const { items, ageDays } = fold.facts.sales;
      const weights = new Float32Array(items.length).fill(1);
      const { itemCount } = fold.facts.behaviours;
      const { ranking } = rankPopularity({ items, ageDays, weights, itemCount }, { halfLifeDays });
      const top = ranking.subarray(0, places);
      return judgeLists(fold, () => top, { k: places, sellable: ranking.length }).ndcg * fold.customers.length;
    });
    return { halfLifeDays, figure: judged.reduce((sum, figure) => sum + figure, 0) };
  });
  return figures.reduce((one, other) => (other.figure > one.figure ? other : one)).halfLifeDays;
}

function sample(holdout: TestSet): TestSet {
  const step = options.users ? Math.max(1, Math.floor(holdout.customers.length / Number(options.users))) : 1;
  const isKept = (_: unknown, place: number) => place % step === 0;
  return { customers: holdout.customers.filter(isKept), relevant: holdout.relevant.filter(isKept) };
}

function print(rows: Row[]): void {
  console.log(
    `${'model'.padEnd(20)} NDCG@20                    Recall@20                  cover  novel    tune  tune-cpu     fit    list s`,
  );
  for (const { name, judged, seconds } of rows) {
    const figures = [judged.ndcgByCustomer, judged.recallByCustomer].map((values) => {
      const { mean, low, high } = bootstrapMean(values, { seed, samples: 1_000 });
      return `${mean.toFixed(5)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
    });
    const times = [seconds.tune, seconds.cpu, seconds.fit, seconds.list].map((value) => value.toFixed(1).padStart(7));
    console.log(
      `${name.padEnd(20)} ${figures.join('  ')}  ${judged.coverage.toFixed(3)}  ${judged.novelty.toFixed(2).padStart(5)} ${times.join(' ')}`,
    );
  }
}

function describe({ method, settings, ndcg, recall, coverage, novelty, seconds, refused }: RecipeTrial): string {
  if (refused) return `${method} ${JSON.stringify(settings)} refused: ${refused}`;
  const figures = [ndcg, recall, coverage].map((value) => value.toFixed(4)).join(' ');
  return `${method.padEnd(10)} ${figures} ${novelty.toFixed(2)} ${seconds.toFixed(1)} s ${JSON.stringify(settings)}`;
}

const variation: Variation = {
  seed,
  share: Number(options.share),
  repurchase: options.repurchase as Variation['repurchase'],
  resplit: options.resplit,
  thin: options.thin === undefined ? Number.POSITIVE_INFINITY : Number(options.thin),
};
for (const file of options.orders) {
  const cut = Date.parse(`${options.cut}T00:00:00Z`);
  await run(await readOrders(file, { cut, end: cut + Number(options.days) * 86_400_000 }, variation));
}
for (const file of options.ratings) await run(await readRatings(file, variation));
for (const folder of options.fixed) await run(readFixedFiles(folder, variation));
await runner.stop();
