import { dayMs } from '../../shop/days.ts';
import { timeAt } from '../calendar.ts';
import { listCustomers } from '../facts/list-facts.ts';
import type { ShopCustomer } from '../facts/shapes.ts';
import type { World } from '../world.ts';
import { chance, matters } from './planted.ts';
import { surveyOf } from './survey.ts';

/** Were customers before the data begins. */
const shareOld = 0.3;
const longestBefore = 400;
/** Customers as they are without indicators, each with the moment of registration: at the first visit, or long before it. */
export function* listRegistered(world: World): Generator<ShopCustomer> {
  const { calendar, seeds } = world;
  const { firstDays, firstSeconds } = surveyOf(world);
  let customer = 0;
  for (const element of listCustomers(world)) {
    const drawn = chance(seeds.trade, matters.registered, customer);
    const day = firstDays[customer];
    const before = Date.parse(calendar.dates[0]) - Math.ceil((1 + (drawn / shareOld) * longestBefore) * dayMs);
    const registered_at =
      drawn < shareOld || day < 0
        ? `${new Date(before).toISOString().slice(0, 19)}Z`
        : timeAt(calendar, day, firstSeconds[customer]);
    yield { ...element, registered_at };
    customer++;
  }
}
