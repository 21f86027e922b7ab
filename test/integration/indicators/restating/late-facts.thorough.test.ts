import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ZoneCalendar } from '../../../support/books/zone-calendar.ts';
import { createTestService } from '../../../support/service/service.ts';
import { compareIndicators, type Difference } from './compare-indicators.ts';
import { type Step, steps, stepsOfEveryKind } from './steps.ts';
import { ToldShop } from './told-shop.ts';

/**
 * Random shops tell the real service their facts in any sequence, and every indicator is compared with a plain book.
 *
 *     HISTORY_STEPS=20000 npm run test:thorough -- late-facts    other shops each time, by a seed that is printed
 *     HISTORY_SEED=7 npm run test:thorough -- late-facts         those of this seed
 *     HISTORY_AS_FOUND=1 …                          the first shop that differs as it is, without looking for a smaller one
 *     HISTORY_WITHOUT=erase,item …                  without these kinds of steps
 */
const stepsInAll = Number(process.env['HISTORY_STEPS'] ?? 160);
const seed = Number(process.env['HISTORY_SEED'] ?? (process.env['HISTORY_STEPS'] ? Date.now() % 2 ** 31 : 1));
const isLong = process.env['HISTORY_STEPS'] !== undefined;
const isAsFound = process.env['HISTORY_AS_FOUND'] !== undefined;

/** So long a smaller shop is looked for that differs too. */
const shrinkMs = 120_000;

/** A shop has two rounds of some 20 steps. */
const perShop = 40;

/** With clocks that are changed at night and at midnight; in longer runs also one with half hours that is never changed. */
const zones = ['Europe/Berlin', 'America/Santiago', ...(isLong ? ['Asia/Kolkata'] : [])];
const start = new Date('2026-11-20T12:00:00Z');

/** How many there are of what, each with the first one. */
function told(differences: readonly Difference[]): string {
  const kinds = new Map<string, Difference[]>();
  for (const difference of differences) {
    const { indicator, what, grain, by } = difference;
    const kind = `${indicator} ${what} by ${grain}${by === null ? '' : ` and ${by}`}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), difference]);
  }
  const lines = Array.from(kinds, ([kind, [first, ...others]]) => {
    const { period, member, told, expected } = first;
    const place = `${period}${member === null ? '' : ` ${JSON.stringify(member)}`}`;
    return `${others.length + 1} × ${kind}: ${place}: told ${JSON.stringify(told)}, by the book ${JSON.stringify(expected)}`;
  });
  return [`${differences.length} differences`, ...lines].join('\n');
}

const sums = { shops: 0, facts: 0, days: 0, values: 0 };

/** Told and compared after each round. */
async function live(zone: string, rounds: readonly (readonly Step[])[]): Promise<void> {
  const clock = { now: start };
  const service = await createTestService({ env: { PANNIER_TIME_ZONE: zone }, clock: () => clock.now });
  try {
    const calendar = new ZoneCalendar(zone);
    const shop = new ToldShop(service, clock, calendar);
    await shop.open();
    // In one of the zones strangers were there before.
    if (zone === zones[1]) await shop.fillCampaigns();
    for (const [number, round] of rounds.entries()) {
      for (const step of round) {
        await shop.take(step);
        // What comes now finds its days counted, and is put to what was.
        if (number > 0) await shop.rollUp();
      }
      await shop.rollUp();
      // What was wrong before is mostly wrong in the end: only what is seen at a glance is compared on the way.
      const some = number < rounds.length - 1 && !isLong ? { grains: ['day'] as const, dimensions: [null] } : {};
      const { values, differences } = await compareIndicators(service, shop.book, shop.spots, some);
      sums.values += values;
      if (differences.length > 0) throw new Disagreement(`${told(differences)}\n${shop.told.join('\n')}`);
    }
    sums.shops++;
    sums.facts += shop.facts;
    sums.days += shop.days;
  } finally {
    await service.stop();
  }
}

class Disagreement extends Error {}

/** The smallest shop of these rounds that still differs: steps are left out, first many at once. */
async function smallest(
  zone: string,
  rounds: readonly (readonly Step[])[],
  found: Disagreement,
): Promise<Disagreement> {
  let left = rounds.flatMap((round, number) => round.map((step) => ({ step, number })));
  let error = found;
  const until = Date.now() + shrinkMs;
  for (let part = Math.ceil(left.length / 2); part >= 1; part = part === 1 ? 0 : Math.ceil(part / 2)) {
    for (let from = 0; from < left.length && Date.now() < until; ) {
      const fewer = left.toSpliced(from, part);
      try {
        await live(
          zone,
          rounds.map((_, number) => fewer.filter((one) => one.number === number).map(({ step }) => step)),
        );
        from += part;
      } catch (next) {
        if (!(next instanceof Disagreement)) throw next;
        [left, error] = [fewer, next];
      }
    }
  }
  return error;
}

async function liveOrShrink(zone: string, rounds: readonly (readonly Step[])[]): Promise<void> {
  try {
    await live(zone, rounds);
  } catch (error) {
    if (!(error instanceof Disagreement) || isAsFound) throw error;
    throw await smallest(zone, rounds, error);
  }
}

test(
  'whatever comes late, is given back, changed or erased: every indicator is what a plain book says, again after a second round',
  async () => {
    for (const [place, zone] of zones.entries()) {
      await fc.assert(
        fc.asyncProperty(fc.tuple(steps, stepsOfEveryKind), (rounds) => liveOrShrink(zone, rounds)),
        { seed: seed + place, numRuns: Math.ceil(stepsInAll / perShop / zones.length), endOnFailure: true },
      );
    }
    console.log(
      `seed ${seed}: ${sums.shops} shops, ${sums.facts} facts fed, ${sums.days} days restated, ${sums.values} values compared, 0 differences`,
    );
    expect(sums.days).toBeGreaterThan(0);
  },
  600_000 + stepsInAll * 2_000,
);
