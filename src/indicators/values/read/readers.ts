import { selectFailures, selectFirstFailureDay } from '../../../coupons/index.ts';
import type { Queryable } from '../../../db/index.ts';
import { readMoment } from '../../../intake/index.ts';
import { createLocalDates } from '../../../shop/time-zone.ts';
import { readServedVersions } from '../../../versions/index.ts';
import type { Dimension, Measure } from '../../roll-ups/family.ts';
import type { Amount } from '../store.ts';
import { effectMeasures, readEffects } from './campaign-effects.ts';
import type { ReadQuestion } from './read-question.ts';
import * as store from './store.ts';

/** Measures that are read together when they are asked for; their names begin with the reader's. */
interface Reader {
  measures: readonly Measure[];
  read(db: Queryable, question: ReadQuestion, dimension: Dimension | 'all'): Promise<Amount[]>;
}

const common = { kind: 'read', dimensions: [], isMoney: false, isHourly: false, isInAll: true } as const;
const measure = (name: string, more: Partial<Measure> = {}): Measure => ({ ...common, dimensions: [], name, ...more });

/** What customers are expected to bring is known of now only. */
async function readExpectedValue(
  db: Queryable,
  { periods, members, timeZone, now }: ReadQuestion,
  dimension: Dimension | 'all',
): Promise<Amount[]> {
  const today = createLocalDates(timeZone)(now.getTime());
  const running = periods.find(({ from, until }) => from <= today && today < until);
  const { 'customer-value': value, segmentation = 0 } = await readServedVersions(db);
  if (!running || value === undefined) return [];
  const versions = { value, segmentation };
  const told = await store.selectExpectedValue(db, versions, dimension === 'segment', members);
  return told.flatMap(({ member, customers, orders, valued, revenue }) => {
    const amount = (name: string, of: number) => ({ measure: `value.${name}`, member, key: running.key, amount: of });
    return [
      amount('customers', customers),
      amount('orders', orders),
      amount('valued', valued),
      amount('revenue', revenue),
    ];
  });
}

async function readMedianGap(db: Queryable, { periods, timeZone, now }: ReadQuestion): Promise<Amount[]> {
  const begun = periods.filter(({ from }) => readMoment(from, timeZone)! <= now);
  const ends = begun.map(({ until }) => new Date(Math.min(readMoment(until, timeZone)!.getTime(), now.getTime())));
  if (ends.length === 0) return [];
  const medians = await store.selectMedianGaps(db, ends);
  return medians.flatMap(({ place, days }) => {
    const { key } = begun[place - 1];
    return [
      { measure: 'gaps.median_days', member: '', key, amount: days },
      { measure: 'gaps.known', member: '', key, amount: 1 },
    ];
  });
}

async function readFailedCodes(
  db: Queryable,
  { periods, members }: ReadQuestion,
  dimension: Dimension | 'all',
): Promise<Amount[]> {
  const first = await selectFirstFailureDay(db);
  if (first === null) return [];
  const known = periods
    .filter(({ until }) => until > first)
    .map(({ key }) => ({ measure: 'codes.known', member: '', key, amount: 1 }));
  const failures = await selectFailures(db, periods[0].from, periods.at(-1)!.until);
  const failed = failures.flatMap(({ day, reason, tries }) => {
    const member = dimension === 'reason' ? reason : '';
    const period = periods.find(({ from, until }) => from <= day && day < until);
    if (!period || (dimension === 'reason' && members?.includes(reason) === false)) return [];
    return [{ measure: 'codes.failed', member, key: period.key, amount: tries }];
  });
  return [...(dimension === 'all' ? known : []), ...sumOf(failed)];
}

/** One amount of each member and period. */
function sumOf(amounts: readonly Amount[]): Amount[] {
  const sums = new Map<string, Amount>();
  for (const amount of amounts) {
    const place = JSON.stringify([amount.measure, amount.member, amount.key]);
    sums.set(place, { ...amount, amount: amount.amount + (sums.get(place)?.amount ?? 0) });
  }
  return [...sums.values()];
}

const readers: Record<string, Reader> = {
  effects: { measures: effectMeasures, read: readEffects },
  value: {
    measures: [
      measure('value.customers', { dimensions: ['segment'] }),
      measure('value.orders', { dimensions: ['segment'] }),
      measure('value.valued', { dimensions: ['segment'] }),
      measure('value.revenue', { dimensions: ['segment'], isMoney: true }),
    ],
    read: readExpectedValue,
  },
  gaps: { measures: [measure('gaps.median_days'), measure('gaps.known')], read: readMedianGap },
  codes: {
    measures: [measure('codes.failed', { dimensions: ['reason'] }), measure('codes.known')],
    read: readFailedCodes,
  },
};

export const readMeasures: readonly Measure[] = Object.values(readers).flatMap(({ measures }) => measures);

/** @param measures of any readers */
export async function readNow(
  db: Queryable,
  question: ReadQuestion,
  measures: readonly string[],
  dimension: Dimension | 'all',
): Promise<Amount[]> {
  const names = new Set(measures.map((name) => name.split('.')[0]));
  const amounts: Amount[] = [];
  for (const name of names) amounts.push(...(await readers[name].read(db, question, dimension)));
  return amounts;
}
