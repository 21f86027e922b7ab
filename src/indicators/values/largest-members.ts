import type { Queryable } from '../../db/index.ts';
import { addDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import type { Definition, Grain, Term } from '../definitions/definition.ts';
import { measureOf } from '../definitions/definitions.ts';
import type { Dimension, Measure } from '../roll-ups/family.ts';
import { daysOver, endInDays } from './amounts.ts';
import type { Period } from './periods.ts';
import { readOfSegments } from './read/of-segments.ts';
import { readNow } from './read/readers.ts';
import * as store from './store.ts';

export interface LargestQuestion {
  by: Dimension;
  grain: Grain;
  /** those asked for, one after the other */
  periods: readonly Period[];
  timeZone: string;
  minorDigits: number;
  now: Date;
  limit: number;
}

/** The members of a dimension of whom an indicator is told, the largest numerators in the periods first. */
export async function findLargestMembers(
  db: Queryable,
  { numerator, denominator }: Definition,
  question: LargestQuestion,
): Promise<string[]> {
  if (question.periods.length === 0) return [];
  const ranked = (terms: readonly Term[], isBelow: boolean) =>
    terms.filter(({ ofAll }) => !ofAll).map((term) => ({ ...term, kind: measureOf(term.measure).kind, isBelow }));
  const terms = [...ranked(numerator, false), ...ranked(denominator ?? [], true)];
  const counted = terms.flatMap(({ kind, ...term }) => (kind === 'read' ? [] : [{ ...term, kind }]));
  if (counted.length < terms.length || question.by === 'segment') return largestOfRead(db, terms, question);
  const { by, grain, periods, timeZone, now, limit } = question;
  const tomorrow = addDays(createLocalDates(timeZone)(now.getTime()), 1);
  // An hour that clocks go through twice is one here.
  const times = new Map(
    periods.map((period) => [
      period.key.slice(0, 19),
      {
        first: period.key.slice(0, 19),
        days: daysOver(period, tomorrow),
        end: endInDays(period.until, { timeZone, now }),
      },
    ]),
  );
  return store.selectLargestMembers(db, {
    ...{ dimension: by, grain, timeZone, limit, terms: counted },
    from: periods[0].from,
    until: periods.at(-1)!.until,
    periods: [...times.values()],
  });
}

/** The same of what is measured when it is asked for, of which there are few. */
async function largestOfRead(
  db: Queryable,
  terms: readonly (Term & { isBelow: boolean; kind: Measure['kind'] })[],
  question: LargestQuestion,
): Promise<string[]> {
  const asked = { ...question, members: undefined };
  const named = (isRead: boolean) =>
    terms.filter(({ kind }) => (kind === 'read') === isRead).map(({ measure }) => measure);
  const amounts = [
    ...(await readNow(db, asked, named(true), question.by)),
    ...(named(false).length > 0 ? await readOfSegments(db, asked, named(false)) : []),
  ];
  const sizes = new Map<string, { above: number; below: number }>();
  for (const member of new Set(amounts.map((amount) => amount.member))) {
    const total = (isBelow: boolean) =>
      question.periods.reduce((all, { key }) => all + Math.abs(amountOf(amounts, terms, { isBelow, member, key })), 0);
    sizes.set(member, { above: total(false), below: total(true) });
  }
  return [...sizes]
    .filter(([, { above, below }]) => above > 0 || below > 0)
    .sort(([one, size], [other, than]) => than.above - size.above || than.below - size.below || (one < other ? -1 : 1))
    .slice(0, question.limit)
    .map(([member]) => member);
}

function amountOf(
  amounts: readonly store.Amount[],
  terms: readonly (Term & { isBelow: boolean })[],
  { isBelow, member, key }: { isBelow: boolean; member: string; key: string },
): number {
  const of = amounts.filter((amount) => amount.member === member && amount.key === key);
  return terms
    .filter((term) => term.isBelow === isBelow)
    .reduce((sum, term) => sum + term.sign * (of.find(({ measure }) => measure === term.measure)?.amount ?? 0), 0);
}
