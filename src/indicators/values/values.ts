import type { Database, Queryable } from '../../db/index.ts';
import { invalidField, notFound } from '../../errors.ts';
import { hasTouches } from '../../intake/index.ts';
import { addDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import { type Definition, type Grain, ofAll, sum } from '../definitions/definition.ts';
import {
  dimensionsOf,
  familyOf,
  findDefinition,
  grainsOf,
  isInAll,
  measureOf,
  termsOf,
} from '../definitions/definitions.ts';
import { type NeededFacts, needs } from '../definitions/needs.ts';
import { families } from '../roll-ups/families.ts';
import type { Dimension } from '../roll-ups/family.ts';
import { type CellsKept, hasManyMembers, selectCellsKept } from '../roll-ups/kept-cells/store.ts';
import { type Amounts, readAmounts } from './amounts.ts';
import { findLargestMembers } from './largest-members.ts';
import { countPeriods, type Period, periodsOf, startOf, yearBefore } from './periods.ts';
import { readMissingSegments } from './read/of-segments.ts';
import * as store from './store.ts';
import { readUncounted, type Uncounted } from './uncounted.ts';

export interface ValueQuestion {
  indicatorIds: readonly string[];
  version?: number | undefined;
  /** local days, both with it; default: the thirty days up to today */
  from?: string | undefined;
  to?: string | undefined;
  grain: Grain;
  by?: Dimension | undefined;
  /** this one only */
  member?: string | undefined;
  /** so many members, the largest numerators first */
  limit: number;
}

/** Null where there is nothing to divide by. Money is in minor units; its quotients are too. */
export interface Figures {
  value: number | null;
  /** null: of a change, where one of both is not known */
  numerator: number | null;
  /** null: the indicator has none */
  denominator: number | null;
}

/**
 * Of which part of a period alone anything can be known: `begins`: the facts began within it; `runs`: it is not over. null: of the whole
 * of it; hours are not looked at.
 */
export type Partial = 'begins' | 'runs' | null;

/** Figures of another period. */
export interface Beside extends Figures {
  partial: Partial;
}

export interface IndicatorValue {
  definition: Definition;
  period: string;
  partial: Partial;
  /** null: of the whole shop */
  member: string | null;
  /** null: unavailable, for this reason */
  figures: Figures | null;
  previous: Beside | null;
  yearBefore: Beside | null;
  reason: string | null;
}

export interface IndicatorValues {
  from: string;
  to: string;
  dataVersion: number;
  /** facts committed before then are in; null: of the days asked for one was never counted */
  asOf: Date | null;
  /** days among those asked that are to be counted anew */
  pendingDays: number;
  values: IndicatorValue[];
}

/** What these count of today stands as of their last count. */
const familiesFollowingClock = families.filter(({ followsClock }) => followsClock).map(({ name }) => name);
const usualDays = 30;
const mostValues = 100_000;

export interface ValueDependencies {
  db: Database;
  config: { timeZone: string; minorDigits: number };
  clock: () => Date;
}

/** @throws PannierError `not_found` of a single indicator; `invalid_request` naming the field that asks for what there is not */
export async function readValues(
  { db, config, clock }: ValueDependencies,
  question: ValueQuestion,
): Promise<IndicatorValues> {
  const definitions = findDefinitions(question);
  // All of an answer is of one moment, and of the version of the data that it names.
  return db.transaction(async (tx) => {
    await store.holdMoment(tx);
    return readAtOnce({ tx, config, clock }, definitions, question);
  });
}

async function readAtOnce(
  { tx: db, config: { timeZone, minorDigits }, clock }: Omit<ValueDependencies, 'db'> & { tx: Queryable },
  definitions: readonly Definition[],
  question: ValueQuestion,
): Promise<IndicatorValues> {
  const { grain, by } = question;
  const today = createLocalDates(timeZone)(clock().getTime());
  const { from, to } = readTime(question, today);
  const times = await findPeriods(db, grain, from, to, timeZone);
  const terms = definitions.flatMap(termsWithNeeds);
  const now = clock();
  const shown = await findShown(db, definitions, question, { periods: times.asked, timeZone, minorDigits, now });
  const members = by === undefined ? undefined : [...new Set(shown.flat() as string[])];
  const asked = { terms, grain, by, members, timeZone, minorDigits, now };
  const amounts = await readAmounts(db, { ...asked, periods: times.near });
  const earlier = await readAmounts(db, { ...asked, periods: times.yearBefore });
  const counted = [...new Set(terms.map(({ measure }) => familyOf(measure)))];
  const uncounted = await readUncounted(db, counted, [...times.yearBefore, ...times.near]);
  const firstDays = await readFirstDays(db, definitions, timeZone);
  const gone = goneOf(await selectCellsKept(db), grain, by);
  const missingMember = by === 'segment' ? await readMissingSegments(db) : () => undefined;
  const values: IndicatorValue[] = [];
  for (const [place, definition] of definitions.entries()) {
    for (const member of shown[place]) {
      for (const period of times.asked) {
        // Before its month there is no cohort; a week may begin before and end in it.
        if (by === 'cohort' && member! > addDays(period.until, -1)) continue;
        values.push(
          tellValue(definition, {
            ...{ member, period, times, amounts, earlier, uncounted, firstDays, gone, missingMember },
            partOf: (when) => (grain === 'hour' ? null : partOf(firstDays.since(definition), when, today)),
          }),
        );
      }
    }
  }
  const standing = await store.selectStanding(db, counted, {
    ...{ from: times.near[0]?.from ?? from, until: addDays(to, 1), today },
    followingClock: familiesFollowingClock,
  });
  const { dataVersion, pendingDays } = standing;
  return { from, to, dataVersion, pendingDays, asOf: await asOf(db, standing), values };
}

/**
 * Of whom each indicator is told: of all (null), or of the members with the largest numerators in the periods asked for. They are
 * chosen, and too many refused, before anything of them is read.
 */
async function findShown(
  db: Queryable,
  definitions: readonly Definition[],
  { by, member, grain, limit }: ValueQuestion,
  time: { periods: readonly Period[]; timeZone: string; minorDigits: number; now: Date },
): Promise<(string | null)[][]> {
  const shown: (string | null)[][] = [];
  for (const definition of definitions) {
    if (by === undefined) shown.push([null]);
    else if (member !== undefined) shown.push([member]);
    else shown.push(await findLargestMembers(db, definition, { ...time, by, grain, limit }));
    refuseTooMany(shown.flat().length * time.periods.length);
  }
  return shown;
}

function findDefinitions({ indicatorIds, version, grain, by, member }: ValueQuestion): Definition[] {
  const field = indicatorIds.length === 1 ? 'indicator_id' : 'indicator_ids';
  return indicatorIds.map((id) => {
    const definition = findDefinition(id, version);
    if (!definition && indicatorIds.length === 1) throw notFound('indicator');
    if (!definition)
      throw invalidField(field, `${id} is no indicator${version === undefined ? '' : ' in this version'}`);
    if (by !== undefined && !dimensionsOf(definition).includes(by)) {
      const known = dimensionsOf(definition);
      throw invalidField('by', `${id} is told by ${known.length === 0 ? 'nothing' : known.join(', ')}`);
    }
    if (by === undefined && !isInAll(definition)) throw invalidField('by', `${id} is told by a dimension only`);
    if (by === undefined && member !== undefined) throw invalidField('member', 'is of a dimension, which by names');
    const grains = grainsOf(definition, by);
    if (!grains.includes(grain)) throw invalidField('grain', `${id} is told by ${grains.join(', ')}`);
    return definition;
  });
}

function readTime(question: ValueQuestion, today: string): { from: string; to: string } {
  const to = question.to === undefined || question.to > today ? today : question.to;
  const from = question.from ?? addDays(to, 1 - usualDays);
  if (from > (question.to ?? to)) throw invalidField('from', 'must not be later than to');
  if (from < '1970-01-01') throw invalidField('from', 'must be 1970-01-01 or later');
  refuseTooMany(countPeriods(question.grain, from, to));
  return { from, to };
}

function refuseTooMany(values: number): void {
  if (values > mostValues) {
    throw invalidField(
      'from',
      `asks for more than ${mostValues} values: take less time, a coarser grain, or fewer members`,
    );
  }
}

/** Two periods before a day: what is compared with the one before may itself be a change. */
function firstBefore(grain: Grain, day: string): string {
  return startOf(grain, addDays(startOf(grain, addDays(day, -1)), -1));
}

/** The periods asked for, and what they are compared with. */
interface Times {
  asked: Period[];
  /** those asked for and the two before */
  near: Period[];
  /** those of the year before and the two before them, without gaps */
  yearBefore: Period[];
  /** of one of either year */
  previousOf(period: Period): Period | undefined;
  yearBeforeOf(period: Period): Period | undefined;
}

async function findPeriods(db: Queryable, grain: Grain, from: string, to: string, timeZone: string): Promise<Times> {
  const list = async (first: string, last: string): Promise<Period[]> => {
    if (last < first) return [];
    if (grain !== 'hour') return periodsOf(grain, first, last);
    const hours = await store.selectHours(db, first, addDays(last, 1), timeZone);
    return hours.map(({ key, day }) => ({ key, from: day, until: addDays(day, 1) }));
  };
  const start = startOf(grain, from);
  const near = await list(firstBefore(grain, start), to);
  const asked = near.filter((period) => period.from >= start);
  const old =
    asked.length === 0
      ? []
      : await list(firstBefore(grain, yearBefore(grain, start)), yearBefore(grain, asked.at(-1)!.from));
  const before = new Map(
    [near, old].flatMap((all) => all.slice(1).map(({ key }, place) => [key, all[place]] as const)),
  );
  /** An hour a year ago is that of the same clock time, whatever the offset was. */
  const named = (key: string) => key.slice(0, 19);
  const byName = new Map(old.toReversed().map((period) => [named(period.key), period]));
  return {
    asked,
    near,
    yearBefore: old,
    previousOf: ({ key }) => before.get(key),
    yearBeforeOf: ({ key, from: day }) => byName.get(yearBefore(grain, day) + key.slice(10, 19)),
  };
}

interface Place {
  member: string | null;
  period: Period;
  times: Times;
  amounts: Amounts;
  earlier: Amounts;
  uncounted: Uncounted;
  firstDays: FirstDays;
  /** why nothing is known of a period any more; undefined: it is kept */
  gone(period: Period): string | undefined;
  /** why nothing is known of a member; undefined: it is known */
  missingMember(member: string): string | undefined;
  partOf(period: Period): Partial;
}

/** @param since the first day with the facts that are needed */
function partOf(since: string | undefined, { from, until }: Period, today: string): Partial {
  if (until > today) return 'runs';
  return since !== undefined && since > from && since < until ? 'begins' : null;
}

function tellValue(definition: Definition, place: Place): IndicatorValue {
  const { member, period, times, amounts, earlier, uncounted, firstDays, gone, missingMember, partOf } = place;
  const why = (of: Amounts, when: Period) =>
    missingMember(member ?? '') ??
    gone(when) ??
    uncounted.missing(definition, when) ??
    firstDays.missing(definition, when) ??
    missingOf(definition, of, when.key, member ?? '');
  const fraction = (of: Amounts, when: Period | undefined) =>
    when === undefined || why(of, when) ? null : figuresOf(definition, of, when.key, member ?? '');
  const tell = (of: Amounts, when: Period | undefined) => {
    const figures = fraction(of, when);
    return figures && definition.change ? changeOf(figures, fraction(of, times.previousOf(when!))) : figures;
  };
  const beside = (of: Amounts, when: Period | undefined) => {
    const figures = tell(of, when);
    return figures && { ...figures, partial: partOf(when!) };
  };
  return {
    definition,
    period: period.key,
    partial: partOf(period),
    member,
    figures: tell(amounts, period),
    previous: beside(amounts, times.previousOf(period)),
    yearBefore: beside(earlier, times.yearBeforeOf(period)),
    reason: why(amounts, period) ?? null,
  };
}

/** What is kept for a time only: by the hour, and by dimensions with many members. */
function goneOf({ hours, members }: CellsKept, grain: Grain, by: string | undefined): Place['gone'] {
  return ({ from }) => {
    if (grain === 'hour' && from < hours) return 'Figures by the hour are kept for a time, which is over.';
    if (by !== undefined && hasManyMembers(by) && from < members)
      return `Figures by ${by} are kept for a time, which is over.`;
    return undefined;
  };
}

function figuresOf(definition: Definition, amounts: Amounts, key: string, member: string): Figures {
  const numerator = amounts.of(definition.numerator, key, member);
  if (!definition.denominator) return { value: numerator, numerator, denominator: null };
  const denominator = amounts.of(definition.denominator, key, member);
  return { value: denominator === 0 ? null : numerator / denominator, numerator, denominator };
}

/** Why a period of a member is unknown, of facts that are needed of each by itself. */
function missingOf(definition: Definition, amounts: Amounts, key: string, member: string): string | undefined {
  const missing = neededBy(definition).find((need) => need.isOfPeriod && amounts.of(termOf(need), key, member) === 0);
  return missing?.reason;
}

/** With the measures that are needed of each period. */
function termsWithNeeds(definition: Definition) {
  const needed = neededBy(definition).filter(({ isOfPeriod }) => isOfPeriod);
  return [...termsOf(definition), ...needed.flatMap(termOf)];
}

const neededBy = (definition: Definition): NeededFacts[] => definition.needs.map((need) => needs[need]);

const termOf = ({ measure, isOfAll }: NeededFacts) => (isOfAll ? ofAll(sum(measure)) : sum(measure));

/** By what part a fraction is more than it was; null where it was nothing or is not known. */
function changeOf({ value: now }: Figures, earlier: Figures | null): Figures {
  const then = earlier?.value ?? null;
  const numerator = now === null || then === null ? null : now - then;
  return { value: numerator === null || then === 0 ? null : numerator / then!, numerator, denominator: then };
}

interface FirstDays {
  /** The first day with all facts that an indicator needs; undefined: it needs none, or they have not come. */
  since(definition: Definition): string | undefined;
  /** Why an indicator is unknown of a period; undefined: it is known. */
  missing(definition: Definition, period: Period): string | undefined;
}

/** Since when there are the facts that indicators need. */
async function readFirstDays(db: Queryable, definitions: readonly Definition[], timeZone: string): Promise<FirstDays> {
  const sinceWhen = (definition: Definition) => neededBy(definition).filter(({ isOfPeriod }) => !isOfPeriod);
  const needed = [...new Set(definitions.flatMap(sinceWhen))];
  const places = needed.map(({ measure }) => {
    const { name, isInAll: inAll, dimensions } = measureOf(measure);
    return { measure: name, dimension: inAll ? 'all' : dimensions[0] };
  });
  const first = await store.selectFirstDays(db, places, timeZone);
  return {
    since: (definition) =>
      sinceWhen(definition)
        .flatMap(({ measure }) => first.get(measure) ?? [])
        .sort()
        .at(-1),
    missing(definition, period) {
      for (const { measure, reason } of sinceWhen(definition)) {
        const day = first.get(measure);
        if (day === undefined) return reason;
        if (period.until <= day) return `${reason.replace(/\.$/, '')} before ${day}.`;
      }
      return undefined;
    },
  };
}

async function asOf(db: Queryable, standing: store.Standing): Promise<Date | null> {
  const { takenAt, pendingDays, pendingSince, followedUntil, now } = standing;
  if (pendingDays > 0) return pendingSince;
  const known = (await hasTouches(db)) ? takenAt : takenAt && now;
  return known && followedUntil && followedUntil < known ? followedUntil : known;
}
