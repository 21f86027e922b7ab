import type { BookOfFacts } from '../../../support/books/book-of-facts.ts';
import { isAvailable, isUnheardOf, type Oracle, oracles } from '../../../support/books/indicators/oracles.ts';
import { membersOf, type Reading, View } from '../../../support/books/indicators/view.ts';
import { addDays, type Grain, periodsOf, type ZoneCalendar } from '../../../support/books/zone-calendar.ts';
import type { TestService } from '../../../support/service/service.ts';

/** Something that the service tells and the book does not, or tells differently. */
export interface Difference {
  indicator: string;
  grain: Grain;
  by: string | null;
  member: string | null;
  period: string;
  what: string;
  told: unknown;
  expected: unknown;
}

export interface Comparison {
  values: number;
  differences: Difference[];
}

interface Definition {
  indicator_id: string;
  grains: Grain[];
  dimensions: string[];
  change: string | null;
  denominator: { of_all: boolean }[] | null;
  needs: { need: string }[];
}

interface Told {
  value: number | string | null;
  numerator: number | string | null;
  denominator: number | string | null;
}

interface ToldValue extends Told {
  indicator_id: string;
  period: string;
  member: string | null;
  status: string;
  unit: string;
  previous: Told | null;
  year_before: Told | null;
}

/** Dimensions by which the service tells hours. */
const byHour = [null, 'channel', 'device'];
const atOnce = 50;

/** Compares every indicator by every dimension that the service lists, and every grain, or some. @param spots days around which facts lie */
export async function compareIndicators(
  service: TestService,
  book: BookOfFacts,
  spots: readonly string[],
  {
    grains = ['hour', 'day', 'week', 'month'],
    dimensions: wanted,
  }: { grains?: readonly Grain[]; dimensions?: readonly (string | null)[] } = {},
): Promise<Comparison> {
  const { json } = await service.ask('indicators', 'GET', '/v1/indicators');
  const definitions = json.items as Definition[];
  const comparison: Comparison = { values: 0, differences: [] };
  const dimensions = wanted ?? [null, ...new Set(definitions.flatMap((definition) => definition.dimensions))];
  for (const grain of grains) {
    for (const by of dimensions) {
      if (grain === 'hour' && !byHour.includes(by)) continue;
      const asked = definitions.filter(
        ({ grains: told, dimensions }) => told.includes(grain) && (by === null || dimensions.includes(by)),
      );
      for (let first = 0; first < asked.length; first += atOnce) {
        const some = asked.slice(first, first + atOnce);
        for (const [from, to] of windowsOf(grain, spots, book.dayOf(book.now())))
          await new Comparing(service, book, { grain, by, from, to }, comparison).compare(some);
      }
    }
  }
  return comparison;
}

const neverRead: Oracle = () => {
  throw new Error('no list was served');
};

/** Days around the spots and ninety days after the first, and the weeks and months of these days and of some before and after; none to come. */
function windowsOf(grain: Grain, spots: readonly string[], today: string): [string, string][] {
  const [before, after] = { hour: [-1, 1], day: [-4, 6], week: [-7, 14], month: [-40, 25] }[grain];
  const days = [...spots.slice(0, 2), ...(grain === 'hour' ? [] : [addDays(spots[0], 90), ...spots.slice(4)])];
  const windows = days.map((day): [string, string] => {
    const last = addDays(day, after);
    return [addDays(day, before), last < today ? last : today];
  });
  // Each window is asked for by every dimension: long periods near each other are asked for together.
  const near = { hour: 0, day: 1, week: 14, month: 186 }[grain];
  const together: [string, string][] = [];
  for (const [from, to] of windows.sort(([one], [other]) => (one < other ? -1 : 1))) {
    const last = together.at(-1);
    if (last && from <= addDays(last[1], near)) last[1] = to > last[1] ? to : last[1];
    else together.push([from, to]);
  }
  return together;
}

interface Asked {
  grain: Grain;
  by: string | null;
  from: string;
  to: string;
}

class Comparing {
  private readonly service: TestService;
  private readonly book: BookOfFacts;
  private readonly asked: Asked;
  private readonly comparison: Comparison;
  private readonly readings = new Map<string, Reading>();
  private readonly periods: string[];
  private readonly before: Map<string, string>;

  constructor(service: TestService, book: BookOfFacts, asked: Asked, comparison: Comparison) {
    this.service = service;
    this.book = book;
    this.asked = asked;
    this.comparison = comparison;
    const { calendar } = book;
    const { grain, from, to } = asked;
    this.periods = listPeriods(calendar, grain, from, to);
    const near = listPeriods(calendar, grain, addDays(from, grain === 'month' ? -31 : grain === 'week' ? -7 : -1), to);
    this.before = new Map(near.slice(1).map((period, place) => [period, near[place]]));
  }

  async compare(definitions: readonly Definition[]): Promise<void> {
    const { grain, by, from, to } = this.asked;
    const ids = definitions.map(({ indicator_id: id }) => id);
    const query = new URLSearchParams({ indicator_ids: ids.join(','), grain, from, to, limit: '1000' });
    if (by !== null) query.set('by', by);
    const { status, json } = await this.service.ask('indicators', 'GET', `/v1/indicator-values?${query}`);
    if (status !== 200) throw new Error(`${query}: ${status} ${JSON.stringify(json)}`);
    if (json.pending_days !== 0)
      this.differ({ indicator: ids[0], member: null, period: from }, 'pending_days', json.pending_days, 0);
    const rows = json.items as ToldValue[];
    for (const definition of definitions) {
      this.compareOne(
        definition,
        rows.filter(({ indicator_id: id }) => id === definition.indicator_id),
      );
    }
  }

  private compareOne(definition: Definition, rows: readonly ToldValue[]): void {
    const { indicator_id: id } = definition;
    const oracle = oracles[id] ?? (isUnheardOf(id) ? neverRead : undefined);
    if (!oracle) {
      this.differ({ indicator: id, member: null, period: '' }, 'oracle', 'listed', 'not in the book');
      return;
    }
    const told = new Map(rows.map((row) => [`${row.period} ${row.member ?? ''}`, row]));
    if (told.size !== rows.length)
      this.differ({ indicator: id, member: null, period: '' }, 'rows', rows.length, told.size);
    const { by } = this.asked;
    const members = by === null ? [''] : membersOf(this.book, by);
    for (const member of new Set([...members, ...rows.map((row) => row.member ?? '')])) {
      for (const period of this.periods) {
        const row = told.get(`${period} ${member}`);
        told.delete(`${period} ${member}`);
        this.compareValue(definition, oracle, member, period, row);
      }
    }
    for (const { period, member } of told.values())
      this.differ({ indicator: id, member, period }, 'period', 'told', 'none');
  }

  private compareValue(
    definition: Definition,
    oracle: Oracle,
    member: string,
    period: string,
    row: ToldValue | undefined,
  ) {
    this.comparison.values++;
    const { grain, by } = this.asked;
    const place = { indicator: definition.indicator_id, member: by === null ? null : member, period };
    const fraction = (of: string | undefined) =>
      of !== undefined && isAvailable(new View(this.book, grain, of, by, member), definition.needs)
        ? this.read(definition, oracle, member, of)
        : null;
    const reading = (of: string | undefined) => {
      const now = fraction(of);
      return now && definition.change ? changeOf(now, fraction(this.periodBefore(of!))) : now;
    };
    const expected = fraction(period);
    if (!row) {
      // Members with nothing in the whole time are not told of.
      const isOfAll = definition.denominator?.every(({ of_all }) => of_all) ?? false;
      const isNothing =
        expected === null || (expected.numerator === 0 && (isOfAll || (expected.denominator ?? 0) === 0));
      if (by === null || !isNothing) this.differ(place, 'row', 'none', expected);
      return;
    }
    if (row.status !== (expected ? 'ok' : 'unavailable')) {
      this.differ(place, 'status', row.status, expected);
      return;
    }
    this.compareFigures(place, 'value', row.unit, expected && row, reading(period));
    this.compareFigures(place, 'previous', row.unit, row.previous, reading(this.before.get(period)));
    this.compareFigures(place, 'year_before', row.unit, row.year_before, reading(this.yearBefore(period)));
  }

  private read({ indicator_id: id }: Definition, oracle: Oracle, member: string, period: string): Reading {
    const key = JSON.stringify([id, member, period]);
    const known = this.readings.get(key);
    if (known) return known;
    const { grain, by } = this.asked;
    const reading = oracle(new View(this.book, grain, period, by, member));
    this.readings.set(key, reading);
    return reading;
  }

  private compareFigures(place: Place, what: string, unit: string, told: Told | null, expected: Change | null): void {
    const plain = told && { numerator: minorOf(told.numerator), denominator: minorOf(told.denominator) };
    const fits =
      plain === null || expected === null
        ? plain === expected
        : isSameFigure(told!.numerator, expected.numerator) &&
          isSameFigure(told!.denominator, expected.denominator) &&
          isSame(told!.value === null ? null : Number(told!.value), quotientOf(expected, unit), unit);
    if (!fits) this.differ(place, what, told && [told.value, told.numerator, told.denominator], expected);
  }

  /** "The same date, and for weeks the one 52 weeks before"; an hour by what the clock shows. */
  private yearBefore(period: string): string | undefined {
    const { grain } = this.asked;
    if (grain === 'week') return addDays(period, -364);
    const day = `${Number(period.slice(0, 4)) - 1}${period.slice(4, 10)}`;
    if (grain !== 'hour') return day;
    return this.book.calendar.hoursOf(day, day).find((hour) => hour.slice(0, 19) === `${day}${period.slice(10, 19)}`);
  }

  private periodBefore(period: string): string {
    return this.book.calendar.periodOfDay(this.asked.grain, addDays(period, -1))!;
  }

  private differ(place: Place, what: string, told: unknown, expected: unknown): void {
    const { grain, by } = this.asked;
    this.comparison.differences.push({ ...place, grain, by, what, told, expected });
  }
}

type Place = Pick<Difference, 'indicator' | 'member' | 'period'>;

function listPeriods(calendar: ZoneCalendar, grain: Grain, from: string, to: string): string[] {
  return grain === 'hour' ? calendar.hoursOf(from, to) : periodsOf(grain, from, to);
}

/** Money is told as text, and kept in the book in minor units. */
function minorOf(told: number | string | null): number | null {
  return typeof told === 'string' ? Math.round(Number(told) * 100) : told;
}

/** A reading, or the change between two of which one may not be known. */
interface Change {
  numerator: number | null;
  denominator: number | null;
}

/** "The numerator of a value is then the difference of both fractions, its denominator the earlier one." */
function changeOf(now: Reading, before: Reading | null): Change {
  const [later, earlier] = [now, before].map((one) => one && quotientOf(one, ''));
  return { numerator: later === null || earlier === null ? null : later - earlier, denominator: earlier };
}

function quotientOf({ numerator, denominator }: Change, unit: string): number | null {
  if (numerator === null || denominator === 0) return null;
  const value = denominator === null ? numerator : numerator / denominator;
  return unit === 'money' ? value / 100 : value;
}

/** Money of a mean is told in whole minor units. */
function isSameFigure(told: number | string | null, expected: number | null): boolean {
  if (typeof told !== 'string' || expected === null) return isSame(minorOf(told), expected);
  return Math.abs(minorOf(told)! - expected) <= (Number.isInteger(expected) ? 1e-5 * Math.abs(expected) : 0.5 + 1e-6);
}

/** Figures are told by six digits, and quotients of money by four more than the currency has. */
function isSame(told: number | null, expected: number | null, unit?: string): boolean {
  if (told === null || expected === null) return told === expected;
  const difference = Math.abs(told - expected);
  return difference <= (unit === 'money' ? 1e-6 : 1e-5 * Math.abs(expected));
}
