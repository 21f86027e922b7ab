import { seededRandom } from '../../../models/random.ts';
import type { Calendar } from '../calendar.ts';
import { createPool, drawInteger, drawMember, drawWait, type Random } from '../draws.ts';
import type { World } from '../world.ts';
import { createAgenda } from './agenda.ts';
import { type Basket, createBaskets } from './baskets.ts';
import { habits, lapseDay, type Shoppers } from './shoppers.ts';

/** A visit of the shop by somebody, which ends at `second` of the day, with a purchase if there is a basket. */
export interface Visit {
  readonly shopper: number;
  readonly device: number;
  readonly second: number;
  readonly purchase?: Basket;
}

/** How busy a day of the week is, Sunday first, against the busiest. */
export const weekdayLoad = [0.9, 0.5, 0.45, 0.5, 0.6, 0.8, 1];

/** For each day of the week the chances of moving by -3 to 3 days, as members 0 to 6. */
const shifts = [0, 1, 2, 3, 4, 5, 6];
const shiftsFrom = shifts.map((weekday) => createPool(shifts, (shift) => weekdayLoad[(weekday + shift + 4) % 7]));

/** Of the visits of customers. */
export const buysOnVisit = 0.72;
const opens = 7 * 3600;
const closes = 24 * 3600 - 1;

/**
 * Plays the shop's days from the first to the last; each day's visits come in time order. Every call plays the same
 * days. Memory holds one day and some 50 bytes a shopper, however many visits there are.
 */
export function* playDays(world: World): Generator<Visit[]> {
  const { calendar, shoppers } = world;
  const random = seededRandom(world.seeds.visits);
  const agenda = createAgenda(calendar.days, shoppers.count);
  const baskets = createBaskets(world, random);
  const ordersLeft = shoppers.orders.slice();
  const lapsedFrom = lapseDay(calendar.days);
  for (let shopper = 0; shopper < shoppers.count; shopper++) {
    agenda.enter(Math.max(0, settleDay(calendar, shoppers.firstDays[shopper], random)), shopper);
  }

  for (let day = 0; day < calendar.days; day++) {
    const visits: Visit[] = [];
    for (const shopper of agenda.take(day)) {
      const habit = habits[shoppers.habits[shopper]];
      if (habit === 'lapsed' && day >= lapsedFrom) continue;
      const buys = ordersLeft[shopper] > 0 && random() < buysOnVisit;
      if (buys) ordersLeft[shopper]--;
      visits.push({
        shopper,
        device: drawInteger(random, 0, shoppers.devices[shopper] - 1),
        second: drawSecond(random),
        ...(buys && { purchase: baskets.fill(shopper, day) }),
      });
      const returns = habit === 'passer-by' ? random() < 0.4 : ordersLeft[shopper] > 0;
      if (!returns) continue;
      const planned = day + drawGap(shoppers, shopper, random);
      agenda.enter(Math.max(day + 1, settleDay(calendar, planned, random)), shopper);
    }
    yield visits.sort((a, b) => a.second - b.second);
  }
}

/** Afternoons and evenings are busier than mornings and nights. */
export function drawSecond(random: Random): number {
  return opens + Math.floor(((random() + random() + random()) / 3) * (closes - opens));
}

/** When somebody comes again: by rhythm and chance. */
function drawGap({ intervals }: Shoppers, shopper: number, random: Random): number {
  const interval = intervals[shopper];
  return Math.round(0.4 * interval + drawWait(random, 0.6 * interval));
}

/** Moves a visit by three days at most, to a day of the week that suits. */
function settleDay({ weekdays }: Calendar, planned: number, random: Random): number {
  const weekday = (weekdays[0] + planned) % 7;
  return planned + drawMember(random, shiftsFrom[weekday]) - 3;
}
