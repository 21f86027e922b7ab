import type { Queryable } from '../../db/index.ts';
import { readMoment } from '../../intake/index.ts';
import { addDays, countDays, dayMs } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import type { Grain, Term } from '../definitions/definition.ts';
import { measureOf } from '../definitions/definitions.ts';
import type { Dimension } from '../roll-ups/family.ts';
import type { Period } from './periods.ts';
import { readOfSegments } from './read/of-segments.ts';
import { readNow } from './read/readers.ts';
import * as store from './store.ts';

export interface AmountQuestion {
  terms: readonly Term[];
  grain: Grain;
  by: Dimension | undefined;
  members: readonly string[] | undefined;
  /** one after the other, without gaps */
  periods: readonly Period[];
  timeZone: string;
  minorDigits: number;
  now: Date;
}

/** What terms came to, by period and member (empty: of all). */
export interface Amounts {
  /** 0 where nothing was counted */
  of(terms: readonly Term[], key: string, member: string): number;
}

/** Reads what the terms came to in the periods: of all measures of a kind together. */
export async function readAmounts(db: Queryable, question: AmountQuestion): Promise<Amounts> {
  const { terms, by, periods } = question;
  const amounts = new Map<string, number>();
  if (periods.length > 0) {
    for (const group of groupsOf(terms)) {
      const dimension = by === undefined || group.ofAll ? 'all' : by;
      for (const { measure, member, key, amount } of await readGroup(db, question, { ...group, dimension })) {
        const place = placeOf(group, measure, key, member);
        amounts.set(place, (amounts.get(place) ?? 0) + amount);
      }
    }
  }
  const ends = new Map(periods.map(({ key, until }) => [key, until]));
  const endOf = (key: string) => endInDays(ends.get(key)!, question);
  return {
    of: (wanted, key, member) =>
      wanted.reduce((total, term) => {
        const of = by === undefined || term.ofAll ? '' : member;
        const factor = term.sign * (term.timesEnd ? endOf(key) : 1);
        return total + factor * (amounts.get(placeOf(term, term.measure, key, of)) ?? 0);
      }, 0),
  };
}

interface Group extends Pick<Term, 'over' | 'ofAll'> {
  kind: 'sum' | 'level' | 'distinct' | 'read';
  measures: string[];
}

const placeOf = ({ over, ofAll }: Pick<Term, 'over' | 'ofAll'>, measure: string, key: string, member: string) =>
  [measure, over, ofAll, key, member].join('\n');

/** Terms that one statement reads. */
function groupsOf(terms: readonly Term[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { measure, over, ofAll } of terms) {
    const { kind } = measureOf(measure);
    const name = `${kind} ${over} ${ofAll}`;
    const group = groups.get(name) ?? { kind, over, ofAll, measures: [] };
    if (!group.measures.includes(measure)) group.measures.push(measure);
    groups.set(name, group);
  }
  return [...groups.values()];
}

async function readGroup(
  db: Queryable,
  question: AmountQuestion,
  group: Group & { dimension: Dimension | 'all' },
): Promise<store.Amount[]> {
  const { grain, periods, timeZone, members, now } = question;
  const ofMembers = { ...question, members: group.dimension === 'all' ? undefined : members };
  if (group.kind === 'read') return readNow(db, ofMembers, group.measures, group.dimension);
  if (group.dimension === 'segment') return readOfSegments(db, ofMembers, group.measures);
  const cells: store.CellQuestion = {
    measures: group.measures,
    dimension: group.dimension,
    members: group.dimension === 'all' ? undefined : members,
    grain,
    from: periods[0].from,
    until: periods.at(-1)!.until,
    timeZone,
  };
  if (group.over === 'all-time') {
    const totals = await store.selectTotals(db, cells, null);
    return totals.flatMap((total) => periods.map(({ key }) => ({ ...total, key })));
  }
  if (group.over === 'mean') return meanDays(await store.selectSums(db, cells), periods, { timeZone, now });
  const told = await readPeriods(db, cells, group.kind);
  if (group.over === 'period') return told;
  return cumulate(await store.selectTotals(db, cells, cells.from), told, periods, group.over === 'until-end');
}

function readPeriods(db: Queryable, cells: store.CellQuestion, kind: Group['kind']): Promise<store.Amount[]> {
  if (cells.grain === 'hour') return store.selectHourCells(db, cells);
  if (kind === 'level') return store.selectLevels(db, cells);
  return kind === 'distinct' || cells.grain === 'day' ? store.selectCells(db, cells) : store.selectSums(db, cells);
}

/** A period's end, or now where that is earlier, in days since 1970. @param until the day after its last */
export function endInDays(until: string, { timeZone, now }: { timeZone: string; now: Date }): number {
  return Math.min(readMoment(until, timeZone)!.getTime(), now.getTime()) / dayMs;
}

/** A period's days, those to come not among them; 1 at least. */
export function daysOver({ from, until }: Period, tomorrow: string): number {
  return Math.max(1, countDays(from, until < tomorrow ? until : tomorrow));
}

/** Sums of periods by their days, those to come not among them. */
function meanDays(
  sums: readonly store.Amount[],
  periods: readonly Period[],
  { timeZone, now }: Pick<AmountQuestion, 'timeZone' | 'now'>,
): store.Amount[] {
  const tomorrow = addDays(createLocalDates(timeZone)(now.getTime()), 1);
  const days = new Map(periods.map((period) => [period.key, daysOver(period, tomorrow)]));
  return sums.map((sum) => ({ ...sum, amount: sum.amount / days.get(sum.key)! }));
}

/** What had come up to each period. @param withIt with the period itself */
function cumulate(
  before: readonly store.Amount[],
  told: readonly store.Amount[],
  periods: readonly Period[],
  withIt: boolean,
): store.Amount[] {
  const byMember = new Map<string, { measure: string; member: string; base: number; amounts: Map<string, number> }>();
  const at = ({ measure, member }: store.Amount) => {
    const name = `${measure}\n${member}`;
    const found = byMember.get(name) ?? { measure, member, base: 0, amounts: new Map<string, number>() };
    byMember.set(name, found);
    return found;
  };
  for (const amount of before) at(amount).base += amount.amount;
  for (const amount of told) at(amount).amounts.set(amount.key, amount.amount);
  return [...byMember.values()].flatMap(({ measure, member, base, amounts }) => {
    let total = base;
    return periods.map(({ key }) => {
      const earlier = total;
      total += amounts.get(key) ?? 0;
      return { measure, member, key, amount: withIt ? total : earlier };
    });
  });
}
