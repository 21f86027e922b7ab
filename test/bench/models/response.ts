import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { recipe as effectRecipe, measureCampaign, metrics } from '../../../models/campaign-effect/index.ts';
import {
  fitLogistic,
  fitResponse,
  fitTLearner,
  learnResponse,
  type NetworkSettings,
  type NetworkTrainer,
  predict,
  predictUplift,
  qiniCoefficient,
  recipe,
  takeRows,
  upliftAuc,
} from '../../../models/coupon-response/index.ts';
import { loadNetworkLearner } from '../../../src/training/learners/response-network.ts';
import { halve } from '../../support/data/halves.ts';
import { arms, type Hillstrom, pickTrial, readHillstrom } from '../../support/data/hillstrom.ts';
import { estimateArms } from '../../support/data/thinned-log.ts';
import { contestBudget, openCampaignShop, playCampaign } from '../../support/simulated/simulated-campaign.ts';

/**
 * The figures of models/coupon-response, models/campaign-effect and models/off-policy: on the Hillstrom e-mail test, and on
 * campaigns simulated in the sample shop.
 *
 *     npm run bench:response -- hillstrom-even.csv.gz [metrics|halves|verdicts|campaigns|budget|off-policy]
 */
const parts = {
  metrics: showMetrics,
  halves: showHalves,
  verdicts: showVerdicts,
  campaigns,
  budget,
  'off-policy': offPolicy,
};

async function main(): Promise<void> {
  const [file, only] = process.argv.slice(2);
  if (!file || (only && !(only in parts))) {
    throw new Error(`usage: npm run bench:response -- hillstrom-even.csv.gz [${Object.keys(parts).join('|')}]`);
  }
  const data = readHillstrom(gunzipSync(readFileSync(file)).toString('utf8'));
  for (const [name, show] of Object.entries(parts)) {
    if (only && name !== only) continue;
    const started = performance.now();
    console.log(`\n${name}`);
    await show(data);
    console.log(`(${((performance.now() - started) / 1000).toFixed(1)} s)`);
  }
}

function showMetrics(data: Hillstrom): void {
  const trial = pickTrial(data, 'Womens E-Mail', 'visit');
  const scores = (name: keyof Hillstrom['column'], sign: number) =>
    Float64Array.from(trial.rows, (row) => sign * data.column[name][row]);
  for (const [name, sign] of [
    ['womens', 1],
    ['mens', 1],
    ['history', 1],
    ['recency', -1],
  ] as const) {
    console.log(`Qini coefficient of ${sign * 1} x ${name}: ${qiniCoefficient(scores(name, sign), trial).toFixed(6)}`);
  }
  console.log(`uplift AUC of womens: ${upliftAuc(scores('womens', 1), trial).toFixed(6)}`);
}

/** Learnt on a random half, judged on the other. */
async function showHalves(data: Hillstrom): Promise<void> {
  const trial = pickTrial(data, 'Womens E-Mail', 'visit');
  const { backend, train } = await loadNetworkLearner();
  const learners: [string, NetworkTrainer, NetworkSettings][] = [
    ['logistic regression by Newton', fitLogistic, recipe.network],
    [`logistic regression by TensorFlow.js (${backend})`, train, recipe.network],
    [`hidden layer of 8 by TensorFlow.js (${backend})`, train, { ...recipe.network, hidden: [8], ridge: 0.01 }],
  ];
  for (const [name, trainer, settings] of learners) {
    const [uplift, response]: [number[], number[]] = [[], []];
    const started = performance.now();
    for (let seed = 1; seed <= 20; seed++) {
      const { learnt, judged } = halve(trial.treated.length, seed);
      const learning = { trainer, settings, seed };
      const features = takeRows(trial.features, judged);
      const of = (flags: Uint8Array) => Uint8Array.from(judged, (row) => flags[row]);
      const unseen = { treated: of(trial.treated), outcomes: of(trial.outcomes) };
      const model = await fitTLearner(trial.features, trial, learnt, learning);
      uplift.push(qiniCoefficient(predictUplift(model, features), unseen));
      response.push(
        qiniCoefficient(predict(await fitResponse(trial.features, trial, learnt, learning), features), unseen),
      );
    }
    const milliseconds = (performance.now() - started) / 60;
    console.log(
      `${name}: T-learner ${tell(uplift)}, response model ${tell(response)}, ${milliseconds.toFixed(0)} ms a fit`,
    );
  }
}

function tell(values: number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  return `${mean.toFixed(4)} (sd ${deviation.toFixed(4)})`;
}

async function showVerdicts(data: Hillstrom): Promise<void> {
  const { train } = await loadNetworkLearner();
  for (const email of ['Womens E-Mail', 'Mens E-Mail'] as const) {
    for (const target of ['visit', 'conversion'] as const) {
      const started = performance.now();
      const learnt = await learnResponse(pickTrial(data, email, target), recipe, { trainer: train, seed: 1 });
      console.log(`${email}, ${target} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      if ('refusal' in learnt) throw new Error(learnt.refusal);
      console.log(`  ${learnt.verdict}`);
      for (const { policy, qini, treatedShare, addedPerThousand } of learnt.report.judgement.policies) {
        const interval = `${qini.value.toFixed(3)} (${qini.low.toFixed(3)} to ${qini.high.toFixed(3)})`;
        console.log(
          `  ${policy}: Qini ${interval}, treating ${treatedShare} adds ${addedPerThousand.toFixed(1)} per 1,000`,
        );
      }
    }
  }
}

function campaigns(): void {
  for (const customers of [500, 2000, 10_000]) {
    const shop = openCampaignShop(customers, 1);
    const covered: Record<string, number> = {};
    const widths = { adjusted: 0, plain: 0 };
    let [alarms, refused] = [0, 0];
    const count = (name: string, { low, high }: { low: number; high: number }, truth: number) => {
      covered[name] = (covered[name] ?? 0) + Number(low <= truth && truth <= high);
    };
    const limits = { ...effectRecipe, sampleRatioAlarm: 0 };
    for (let seed = 1; seed <= 1000; seed++) {
      const run = playCampaign(shop, seed);
      refused += Number('refusal' in measureCampaign(run, effectRecipe));
      for (const [name, outcomes] of [
        ['adjusted', run],
        ['plain', { ...run, before: undefined }],
      ] as const) {
        const effect = measureCampaign(outcomes, limits);
        if ('refusal' in effect) throw new Error(effect.refusal);
        for (const metric of metrics)
          count(`${metric} ${name}`, effect.effects[metric].perCustomer, shop.truth[metric]);
        count(`profit ${name}`, effect.profit, effect.sampleRatio.treated * shop.truth.profit);
        const { low, high } = effect.effects.orders.perCustomer;
        widths[name] += high - low;
      }
      const idle = measureCampaign(playCampaign(shop, seed, 0), limits);
      if ('refusal' in idle) throw new Error(idle.refusal);
      alarms += Number(metrics.some((metric) => idle.effects[metric].isBeyondChance));
    }
    const told = Object.entries(covered).map(([name, hits]) => `${name} ${hits}`);
    console.log(`${shop.pace.length} customers: of 1,000 intervals cover the truth: ${told.join(', ')}`);
    console.log(`  A/A: ${alarms} of 1,000 alarmed on any metric; arms refused by the sample-ratio check: ${refused}`);
    console.log(
      `  interval of orders with the time before: ${(widths.adjusted / widths.plain).toFixed(3)} of the plain one`,
    );
  }
}

async function budget(): Promise<void> {
  const { train } = await loadNetworkLearner();
  for (const [name, trainer] of [
    ['Newton', fitLogistic],
    ['TensorFlow.js', train],
  ] as const) {
    for (let seed = 1; seed <= 5; seed++) {
      const contest = await contestBudget(trainer, { seed, customers: 16_000, share: 0.15 });
      const told = Object.entries(contest.profits).map(
        ([policy, { profit, spent, customers }]) =>
          `${policy} ${profit.toFixed(0)} (${customers} coupons, ${spent.toFixed(0)} of discounts)`,
      );
      console.log(`${name}, seed ${seed}, budget ${contest.budget.toFixed(0)}: profit of ${told.join(', ')}`);
    }
  }
}

async function offPolicy(data: Hillstrom): Promise<void> {
  const logs = 100;
  const within: Record<string, number[]> = {};
  for (let seed = 1; seed <= logs; seed++) {
    for (const [arm, { truth, ...estimates }] of (await estimateArms(data, seed)).entries()) {
      if (seed === 1) console.log(`${arms[arm]}: the whole test ${truth.toFixed(4)}`);
      for (const [name, { value, standardError }] of Object.entries(estimates)) {
        const errors = (value - truth) / standardError;
        if (seed === 1)
          console.log(`  ${name} ${value.toFixed(4)} ± ${standardError.toFixed(4)} (${errors.toFixed(2)} errors away)`);
        within[name] ??= arms.map(() => 0);
        within[name][arm] += Number(Math.abs(errors) <= 2);
      }
    }
  }
  for (const [name, hits] of Object.entries(within)) {
    console.log(
      `within two standard errors, of ${logs} logs: ${name} ${arms.map((arm, place) => `${arm} ${hits[place]}`).join(', ')}`,
    );
  }
}

await main();
