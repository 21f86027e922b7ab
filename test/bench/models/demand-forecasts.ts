import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  type Bands,
  type DemandForecasts,
  forecastDemand,
  methods,
  planReorder,
  recipe,
} from '../../../models/demand-forecasts/index.ts';
import { toDemand } from '../../support/simulated/daily-demand.ts';
import { sumDailySales } from '../../support/simulated/daily-sales.ts';

/**
 * Forecasts of Online Retail: items with 20 sale days or more before the last days, these held out. By day, week and 28 days: the
 * error beside seasonal naive and means, how many fall into the intervals (days when the shop is closed left out), of how many items
 * an interval does not hold what is expected, how often more is asked for in a lead time than the reorder point, and the time for
 * all items. The data end is the file's, and as many days earlier as are asked for.
 *
 *     npm run bench:demand-forecasts -- online-retail.csv.gz [days earlier ...]
 */
const leastSaleDays = 20;
const horizon = recipe.horizonDays;
const spans = [
  ['day', 1],
  ['week', 7],
  ['28 days', horizon],
] as const;

/** What others would say of the next days. */
const plain: Record<string, (past: Float64Array) => (day: number) => number> = {
  'seasonal naive': (past) => (day) => past[past.length - 7 + (day % 7)],
  'mean of all days': (past) => level(past),
  'mean of 28 days': (past) => level(past.subarray(-28)),
};

function level(days: Float64Array): () => number {
  const mean = days.reduce((sum, units) => sum + units, 0) / days.length;
  return () => mean;
}

function judge(sales: Float64Array[], days: number): void {
  const past = days - horizon;
  const kept = sales.filter((row) => row.subarray(0, past).filter((units) => units > 0).length >= leastSaleDays);
  const demand = toDemand(kept, past);
  const started = performance.now();
  // Day 0, 2010-12-01, was a Wednesday.
  const forecasts = forecastDemand({ demand, firstWeekday: 2 }, recipe);
  const seconds = (performance.now() - started) / 1e3;
  const sold = kept.map((row) => row.subarray(past, days));
  console.log(
    `\n${past} days, then ${horizon} held out: ${kept.length} items of ${leastSaleDays} sale days or more, ${seconds.toFixed(1)} s`,
  );
  const errors: Record<string, Record<string, string>> = {};
  for (const [name, foresee] of Object.entries(plain)) {
    const paths = kept.map((row) =>
      Float64Array.from({ length: horizon }, (_, day) => foresee(row.subarray(0, past))(day)),
    );
    errors[name] = errorsOf(paths, sold);
  }
  const chosen = kept.map((_, item) => forecasts.days.means.subarray(item * horizon, (item + 1) * horizon));
  errors['chosen'] = errorsOf(chosen, sold);
  console.table(errors);
  const bands: Record<string, Bands> = { day: forecasts.days, week: forecasts.weeks, '28 days': forecasts.horizon };
  const coverage = spans.map(([span, length]) => [span, coverageOf(bands[span], sold, length)]);
  console.table(Object.fromEntries(coverage));
  console.log(judgePoints(forecasts, sold));
  const counts = methods.map((method) => [method, forecasts.method.filter((one) => one === method).length]);
  console.log(counts.map(([method, count]) => `${method} ${count}`).join(', '));
}

function sums(days: Float64Array, length: number): number[] {
  return Array.from({ length: days.length / length }, (_, nth) =>
    days.subarray(nth * length, (nth + 1) * length).reduce((sum, units) => sum + units, 0),
  );
}

/** wMAPE: sum of |sold − foreseen| over all sums and items, of what was sold; and how much too much was foreseen in all. */
function errorsOf(paths: Float64Array[], sold: Float64Array[]): Record<string, string> {
  const total = sold.reduce((sum, row) => sum + sums(row, horizon)[0], 0);
  const figures = spans.map(([span, length]) => {
    const error = sold.reduce((sum, row, item) => {
      const foreseen = sums(paths[item], length);
      return sum + sums(row, length).reduce((own, units, nth) => own + Math.abs(units - foreseen[nth]), 0);
    }, 0);
    return [`wMAPE ${span}`, (error / total).toFixed(3)];
  });
  const foreseen = paths.reduce((sum, path) => sum + sums(path, horizon)[0], 0);
  return Object.fromEntries([...figures, ['too much', `${(100 * (foreseen / total - 1)).toFixed(0)} %`]]);
}

function coverageOf({ means, low80, high80, low95, high95 }: Bands, sold: Float64Array[], length: number) {
  const cases = sold.flatMap((row) => sums(row, length)).map((units, place) => ({ units, place }));
  const open = cases.filter(({ place }) => means[place] > 0);
  const share = (low: Float64Array, high: Float64Array) =>
    (open.filter(({ units, place }) => low[place] <= units && units <= high[place]).length / open.length).toFixed(3);
  const items = new Set<number>();
  for (const [place, mean] of means.entries()) {
    if (Math.floor(mean) > high80[place] || Math.ceil(mean) < low80[place])
      items.add(Math.floor((place * length) / horizon));
  }
  return {
    'in 80 %': share(low80, high80),
    'in 95 %': share(low95, high95),
    cases: open.length,
    'items beside it': items.size,
  };
}

/** By the settings' lead time and service level. */
const terms = { leadDays: 14, reviewDays: 7, serviceLevel: 0.95 };

function judgePoints(forecasts: DemandForecasts, sold: Float64Array[]): string {
  const plans = sold.map((_, item) => planReorder(forecasts, item, 0, terms));
  const total = (of: (plan: (typeof plans)[number]) => number) => plans.reduce((sum, plan) => sum + of(plan), 0);
  const short = plans.filter(({ point }, item) => sums(sold[item], terms.leadDays)[0] > point).length;
  const below = plans.filter(({ safetyStock }) => safetyStock < 0).length;
  return `${terms.leadDays} days: more than the reorder point in ${(short / plans.length).toFixed(3)}; points ${total(({ point }) => point)} of ${total(
    ({ point, safetyStock }) => point - safetyStock,
  ).toFixed(0)} expected, below it ${below}`;
}

const [file, ...earlier] = process.argv.slice(2);
const { sales, days } = sumDailySales(gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split(/\r?\n/));
for (const back of earlier.length > 0 ? earlier.map(Number) : [0]) judge(sales, days - back);
