import type { Database } from '../../../db/index.ts';
import { invalidField } from '../../../errors.ts';
import { countInBothArms, type HoldoutPeriod, readLastHoldout, selectHoldoutArms } from '../../../experiments/index.ts';
import { type Measured, measureTrial } from '../../../outcomes/index.ts';
import { say } from '../../../sentences/index.ts';
import { addDays, dayMs } from '../../../shop/days.ts';
import { createLocalDates } from '../../../shop/time-zone.ts';
import { selectStanding } from '../../values/store.ts';
import { creditWindowDays } from '../credit-window.ts';
import { selectListsKeptFrom } from '../touches/store.ts';
import * as store from './store.ts';
import type { TouchRule } from './touch-rule.ts';

export interface ListReportQuestion {
  /** local days, both with it; default: the thirty days up to today */
  from?: string | undefined;
  to?: string | undefined;
  placement?: string | undefined;
  windowDays: number;
  touch: TouchRule;
}

export interface ReportedPart extends store.PartFigures {
  /** empty: the facts do not tell, or all */
  member: string;
}

/** What personal lists added, over people who would otherwise have got popular ones; or why that is not told. */
export type ListsAdded =
  | { holdout: HoldoutPeriod; measured: Measured; inBothArms: number; reason: null }
  | { holdout: HoldoutPeriod | null; measured: Measured | null; inBothArms: number | null; reason: string };

export interface ListReport {
  asOf: Date;
  from: string;
  to: string;
  placement: string | null;
  windowDays: number;
  touch: TouchRule;
  /** of these days, still to be counted anew */
  pendingDays: number;
  shopRevenueMinor: number;
  /** by what the report parts, members with the most impressions and revenue first */
  parts: Record<store.Part, ReportedPart[]>;
  added: ListsAdded;
}

export interface ListReportDependencies {
  db: Database;
  config: { timeZone: string; minorDigits: number; listRetentionDays: number };
  clock: () => Date;
}

const usualDays = 30;
const mostDays = 400;
const mostMembers = 100;
/**
 * What lists earned by the facts that came from them, and what personal lists added.
 * @throws PannierError `invalid_request` naming the field of a time that cannot be looked at
 */
export async function reportLists(
  { db, config, clock }: ListReportDependencies,
  question: ListReportQuestion,
): Promise<ListReport> {
  const asOf = clock();
  const { timeZone, minorDigits, listRetentionDays } = config;
  const today = createLocalDates(timeZone)(asOf.getTime());
  const days = daysOf(question, today);
  const { windowDays, touch, placement } = question;
  const isStored = windowDays === creditWindowDays;
  const keptFrom = await selectListsKeptFrom(db);
  if (keptFrom !== undefined && days[0] < keptFrom) {
    throw invalidField('from', `must be ${keptFrom} or later: what came from lists before is no longer kept`);
  }
  if (!isStored) refuseForgotten(days[0], windowDays, new Date(asOf.getTime() - listRetentionDays * dayMs));
  const asked = { days, timeZone, minorDigits, windowDays, touch, placement };
  const [{ pendingDays }, counts, earned, shopRevenueMinor, from, until] = await Promise.all([
    selectStanding(db, ['lists'], { from: days[0], until: addDays(days.at(-1)!, 1), today, followingClock: [] }),
    store.selectCounts(db, asked, isStored),
    store.selectEarned(db, asked, isStored),
    store.selectShopRevenue(db, asked),
    store.selectStartOfDay(db, days[0], timeZone),
    store.selectStartOfDay(db, addDays(days.at(-1)!, 1), timeZone),
  ]);
  return {
    asOf,
    from: days[0],
    to: days.at(-1)!,
    placement: placement ?? null,
    windowDays,
    touch,
    pendingDays,
    shopRevenueMinor,
    parts: partsOf(counts, earned),
    added: await measureAdded(db, { from, until: until < asOf ? until : asOf, minorDigits }),
  };
}

function daysOf({ from, to }: ListReportQuestion, today: string): string[] {
  const last = to === undefined || to > today ? today : to;
  const first = from ?? addDays(last, 1 - usualDays);
  if (first > last) throw invalidField('from', to === undefined ? 'lies in the future' : 'must not be later than to');
  const days: string[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    if (days.push(day) > mostDays) throw invalidField('from', `asks for more than ${mostDays} days`);
  }
  return days;
}

/** In another window lists are found in their log, which is kept for a time only; a line may name one of two windows before. */
function refuseForgotten(first: string, windowDays: number, loggedSince: Date): void {
  const possible = addDays(loggedSince.toISOString().slice(0, 10), 2 * windowDays + 1);
  if (first >= possible) return;
  throw invalidField(
    'window_days',
    `other than ${creditWindowDays} can be looked at from ${possible} on: the log of lists goes no further back`,
  );
}

const nothing: store.PartFigures = {
  impressions: 0,
  clicks: 0,
  cartAdds: 0,
  assistedClicks: 0,
  assistedCartAdds: 0,
  orders: 0,
  revenueMinor: 0,
  costedMinor: 0,
  marginMinor: 0,
  assistedOrders: 0,
  assistedRevenueMinor: 0,
};

function partsOf(
  counts: Awaited<ReturnType<typeof store.selectCounts>>,
  earned: Awaited<ReturnType<typeof store.selectEarned>>,
): ListReport['parts'] {
  const byPart = new Map(store.parts.map((part) => [part, new Map<string, ReportedPart>()]));
  for (const { part, member, ...figures } of [...counts, ...earned]) {
    const members = byPart.get(part)!;
    members.set(member, { ...nothing, ...members.get(member), member, ...figures });
  }
  const isBefore = (one: ReportedPart, other: ReportedPart) =>
    other.impressions - one.impressions ||
    other.revenueMinor - one.revenueMinor ||
    (one.member < other.member ? -1 : 1);
  const sorted = (part: store.Part) => [...byPart.get(part)!.values()].sort(isBefore).slice(0, mostMembers);
  const parts = Object.fromEntries(store.parts.map((part) => [part, sorted(part)])) as ListReport['parts'];
  return { ...parts, all: parts.all.length > 0 ? parts.all : [{ ...nothing, member: '' }] };
}

/**
 * At most a twentieth of people are held out, so that this arm is small by nature; of simulated shops with so few the intervals
 * hold the truth as often as they say (models/campaign-effect/CARD.md).
 */
const fewestInArm = 30;

/**
 * By intention to treat: every customer from the day on which they first asked for a list, by the arm that was drawn then. Who was
 * drawn otherwise as a visitor stays: nearly all visitors of the customers held out have seen personal lists, but few visitors of the
 * others popular ones, so that without them the arms would be of different people.
 */
async function measureAdded(
  db: Database,
  { from, until, minorDigits }: { from: Date; until: Date; minorDigits: number },
): Promise<ListsAdded> {
  const holdout = await readLastHoldout(db, 'lists');
  if (!holdout) {
    const reason = say('lists.nobody-held-out', {});
    return { holdout: null, measured: null, inBothArms: null, reason };
  }
  const end = holdout.until && holdout.until < until ? holdout.until : until;
  if (end <= from || holdout.since >= until) {
    return { holdout, measured: null, inBothArms: null, reason: say('lists.nobody-then', {}) };
  }
  const trial = {
    arms: await selectHoldoutArms(db, holdout),
    isControl: ({ arm }: { arm: string }) => arm === 'holdout',
    controlShare: holdout.share,
    since: from,
    until: end,
    discounts: new Map<number, number>(),
    fewestInArm,
  };
  const measured = await measureTrial(db, trial, minorDigits);
  const inBothArms = await countInBothArms(db, holdout, end);
  const { effect } = measured;
  if (effect.sampleRatio.treated + effect.sampleRatio.control === 0) {
    return {
      holdout,
      measured,
      inBothArms,
      reason: say('lists.nobody-asked', {}),
    };
  }
  if ('refusal' in effect) return { holdout, measured, inBothArms, reason: sentence(effect.refusal) };
  return { holdout, measured, inBothArms, reason: null };
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
