import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { measureTrends, recipe, weekdayExposure } from '../../../models/trends/index.ts';
import type { Database } from '../../db/index.ts';
import { say } from '../../sentences/index.ts';
import { addDays } from '../../shop/days.ts';
import type { NightTask } from '../nights/night-task.ts';
import * as store from './store.ts';
import { type DailyCounts, type Direction, type Trend, type TrendOf, trendsOf } from './trend.ts';

/** No further past is looked at. */
const mostDays = 365;
const daysOfSearches = 28;

/** Measures what rises and falls, and what is searched for in vain, and writes it in place of what was measured before. */
export async function measureShop(db: Database, { timeZone, today }: NightTask): Promise<void> {
  const span = { from: addDays(today, -mostDays), until: today, timeZone };
  for (const of of trendsOf) {
    const counts =
      of === 'search' ? await store.selectSearchCounts(db, span) : await store.selectOrderCounts(db, of, span);
    const first = counts.reduce((least, { days }) => Math.min(least, days[0]), mostDays);
    const days = mostDays - first;
    const measured = measure(of, counts, first, days);
    const [trends, refusal] = typeof measured === 'string' ? [[], measured] : [measured, null];
    await db.transaction((tx) => store.replaceTrends(tx, of, trends, { lastDay: addDays(today, -1), days, refusal }));
  }
  const words = await store.countSearches(db, { ...span, from: addDays(today, -daysOfSearches) });
  await db.transaction((tx) => store.replaceSearchWords(tx, words));
}

/** Members that are judged; a text: why none is. */
function measure(of: TrendOf, counts: readonly DailyCounts[], first: number, days: number): Trend[] | string {
  if (counts.length === 0) return say('trend.nothing', {});
  const matrix = toMatrix(counts, first, days);
  const trends = measureTrends(matrix, weekdayExposure(matrix), recipe);
  if ('refusal' in trends) {
    const needed = recipe.recentDays + recipe.minimumPastDays;
    return say('trend.too-short', { days, needed });
  }
  const { index, low, high, falseDiscovery, rising, falling } = trends;
  const toTrend = (direction: Direction) => (row: number, place: number) => {
    const { member, visitors, days: when, counts: howMany } = counts[row];
    const isRecent = (at: number) => when[at] - first >= days - recipe.recentDays;
    const sum = (recent: boolean) =>
      howMany.reduce((total, count, at) => total + (isRecent(at) === recent ? count : 0), 0);
    return {
      ...{ of, direction, place: place + 1, member, index: index[row], low: low[row], high: high[row] },
      ...{ recentCount: sum(true), pastCount: sum(false), falseDiscoveryRate: falseDiscovery[row], visitors },
    };
  };
  const called = new Set([...rising, ...falling]);
  const steady = Array.from(index.keys())
    .filter((row) => !called.has(row) && !Number.isNaN(index[row]))
    .sort((one, other) => index[other] - index[one]);
  return [
    ...Array.from(rising, toTrend('rising')),
    ...Array.from(falling, toTrend('falling')),
    ...steady.map(toTrend('steady')),
  ];
}

function toMatrix(counts: readonly DailyCounts[], first: number, columns: number): SparseMatrix {
  const offsets = new Uint32Array(counts.length + 1);
  for (const [row, { days }] of counts.entries()) offsets[row + 1] = offsets[row] + days.length;
  const indices = new Uint32Array(offsets[counts.length]);
  const values = new Float32Array(offsets[counts.length]);
  for (const [row, one] of counts.entries()) {
    indices.set(
      one.days.map((day) => day - first),
      offsets[row],
    );
    values.set(one.counts, offsets[row]);
  }
  return { rows: counts.length, columns, offsets, indices, values };
}
