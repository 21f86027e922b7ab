import type { Transaction } from '../../db/index.ts';
import { selectDaysOfFacts, type TouchedDay, takeTouches } from '../../intake/index.ts';
import { addDays } from '../../shop/days.ts';
import { startOf } from '../values/periods.ts';
import { areMany } from './count-days.ts';
import { families } from './families.ts';
import { type CameIn, type Family, measuresOf } from './family.ts';
import { nameToldCampaigns, otherMembers } from './named-members/store.ts';
import * as store from './store.ts';

export const followingClock = families.filter(({ followsClock }) => followsClock).map(({ name }) => name);

/** Facts that were touched make days due. @param isNewDay today has begun since */
export async function makeTouchedDue(
  tx: Transaction,
  { today, timeZone, isNewDay }: { today: string; timeZone: string; isNewDay: boolean },
): Promise<void> {
  await startFamilies(tx, timeZone);
  // Before a fact of today makes it known.
  if (isNewDay) for (const { name, everyDay } of families) if (everyDay) await store.beginDays(tx, name, today);
  const { days, itemKeys } = await takeTouches(tx);
  for (const family of families) {
    const { whole, moved } = parted(family, days);
    await makeWholeDaysDue(tx, family, whole, { today, timeZone });
    await makeMovedDaysDue(tx, family, moved, { today, timeZone });
  }
  if (days.some(({ kind }) => kind === 'cost')) await followCampaigns(tx, timeZone);
  await store.followClock(tx, followingClock, today);
  if (itemKeys.length > 0) await followItems(tx, itemKeys, timeZone);
  await store.markTaken(tx);
}

type ArrivedDay = TouchedDay & { cameIn: NonNullable<TouchedDay['cameIn']> };

const movingFamilies = new Set(
  families.filter((family) => family.sources({ minorDigits: 2, timeZone: 'UTC' }).some(({ moves }) => moves)),
);

/** Touched days that a family counts as a whole, and those that it moves by what came in. */
function parted(family: Family, days: readonly TouchedDay[]): { whole: TouchedDay[]; moved: ArrivedDay[] } {
  const read = days.filter(
    ({ kind, cameIn }) => family.reads.includes(kind) && (!cameIn || family.reads.includes(cameIn.facts)),
  );
  const isMoved = (day: TouchedDay): day is ArrivedDay => movingFamilies.has(family) && day.cameIn !== null;
  return { whole: read.filter((day) => !isMoved(day)), moved: read.filter(isMoved) };
}

interface Now {
  today: string;
  timeZone: string;
}

async function makeWholeDaysDue(
  tx: Transaction,
  family: Family,
  days: readonly TouchedDay[],
  { today, timeZone }: Now,
) {
  const touched = [...new Set(days.flatMap((day) => daysOf(family, day, today)))];
  if (touched.length === 0) return;
  const hanging = (await family.hangingDays?.(tx, touched, timeZone, today)) ?? [];
  await store.makeDue(tx, family.name, [...new Set([...touched, ...hanging])], true);
}

async function makeMovedDaysDue(
  tx: Transaction,
  family: Family,
  days: readonly ArrivedDay[],
  { today, timeZone }: Now,
) {
  if (days.length === 0) return;
  const came = factsOf(days);
  // No other day hangs on what happens today.
  const earlier = factsOf(days.filter(({ day }) => day < today));
  const touched = days.flatMap((day) => daysOf(family, day, today));
  const hanging = (await family.hangingDaysOfFacts?.(tx, earlier, timeZone, today)) ?? [];
  const due = [...new Set([...touched, ...hanging])];
  const isWhole = areMany(came, due.length);
  await store.makeDue(tx, family.name, due, isWhole);
  // Days that are counted as a whole see the facts by themselves: in a steady stream those of today.
  if (isWhole || !(await store.areSomeMoved(tx, family.name, due))) return;
  for (const facts of ['event', 'order', 'refund'] as const) {
    if (came[facts].length > 0) await store.insertFacts(tx, family.name, facts, came[facts]);
  }
}

function factsOf(days: readonly ArrivedDay[]): CameIn {
  const keysOf = (kind: string) => [
    ...new Set(days.flatMap(({ cameIn }) => (cameIn.facts === kind ? cameIn.keys : []))),
  ];
  return { event: keysOf('event'), order: keysOf('order'), refund: keysOf('refund') };
}

/** The days that a family counts anew when facts of a day have changed. */
function daysOf(family: Family, { kind, day }: TouchedDay, today: string): string[] {
  const { ofMonths, eventsReach = 0, ordersReachBack = 0 } = family;
  if (ofMonths) return [startOf('month', day)];
  const later = Array.from({ length: kind === 'event' ? eventsReach : 0 }, (_, n) => addDays(day, n + 1));
  const earlier = Array.from({ length: kind === 'order' ? ordersReachBack : 0 }, (_, n) => addDays(day, -n - 1));
  return [day, ...later.filter((one) => one <= today), ...earlier];
}

/** A family that counts for the first time, or in another way than before, counts all days. */
async function startFamilies(tx: Transaction, timeZone: string): Promise<void> {
  const known = await store.selectFamilyVersions(tx);
  const changed = families.filter(({ name, version }) => known.get(name) !== version);
  if (changed.length === 0) return;
  for (const { name, version, ofMonths, reads } of changed) {
    const days = await selectDaysOfFacts(tx, timeZone, reads);
    await store.makeAllDue(tx, name, ofMonths && days ? { ...days, first: startOf('month', days.first) } : days);
    await store.saveFamilyVersion(tx, name, version);
  }
}

/** What a campaign that costs name now did among the others is counted by its name. */
async function followCampaigns(tx: Transaction, timeZone: string): Promise<void> {
  if (!(await nameToldCampaigns(tx))) return;
  for (const family of families.filter(({ namesCampaigns }) => namesCampaigns)) {
    const byCampaign = measuresOf(family).filter(({ dimensions }) => dimensions.includes('campaign'));
    const measures = byCampaign.map(({ name }) => name);
    const among = { family: family.name, measures, dimension: 'campaign', member: otherMembers };
    await store.makeDueByMember(tx, among, timeZone);
  }
}

/** Days of so many items that changed are looked for at once. */
const itemsAtOnce = 500;

async function followItems(tx: Transaction, itemKeys: readonly number[], timeZone: string): Promise<void> {
  for (const family of families.filter(({ followsItems }) => followsItems)) {
    const byItem = measuresOf(family).filter(({ dimensions }) => dimensions.includes('item'));
    const measures = byItem.map(({ name }) => name);
    const { name, daysOfItems } = family;
    for (let first = 0; first < itemKeys.length; first += itemsAtOnce) {
      const some = itemKeys.slice(first, first + itemsAtOnce);
      await store.makeDueByItems(tx, { family: name, measures, daysOfItems }, some, timeZone);
    }
  }
}
