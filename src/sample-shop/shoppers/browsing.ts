import type { Random } from '../draws.ts';
import type { ShopEventType } from '../facts/shapes.ts';
import type { World } from '../world.ts';
import { chooseItem } from './choice.ts';
import type { Visit } from './visits.ts';

/** One behaviour in a visit, not yet written as an event. */
export interface Behaviour {
  readonly type: ShopEventType;
  readonly item: number;
  readonly second: number;
  readonly visit: Visit;
  /** whether the shop knew whose visit it was */
  readonly loggedIn: boolean;
}

const longestVisit = 3000;
const longestPause = 45;

/** What somebody did in a visit, in time order; whatever is bought was looked at before the purchase. */
export function browse(world: World, visit: Visit, day: number, random: Random): Behaviour[] {
  const steps: { type: ShopEventType; item: number }[] = [];
  const look = (item: number, chances: Partial<Record<ShopEventType, number>>) => {
    for (const [type, chance] of Object.entries(chances)) {
      if (random() < chance) steps.push({ type: type as ShopEventType, item });
    }
  };
  for (const item of visit.purchase?.items ?? []) {
    look(item, { search: 0.08, impression: 0.1, click: 0.1, view: 0.5, favourite: 0.03, cart_add: 0.35 });
  }
  const others = visit.purchase ? Math.floor(random() * 1.4) : 1 + Math.floor(random() * 2.5);
  for (let other = 0; other < others; other++) {
    const item = chooseItem(world, visit.shopper, day, random);
    look(item, { search: 0.1, impression: 0.15, click: 0.12, view: 0.9, favourite: 0.06, cart_add: 0.05 });
  }

  const loginAt = drawLogin(visit, steps.length, random);
  const pause = Math.min(longestPause, longestVisit / (steps.length + 1));
  return steps.map(({ type, item }, step) => ({
    type,
    item,
    second: visit.second - Math.ceil((steps.length - step) * pause),
    visit,
    loggedIn: step >= loginAt,
  }));
}

/** Most are logged in when they come; the others log in on the way, at the checkout, or leave unknown. */
function drawLogin(visit: Visit, steps: number, random: Random): number {
  if (random() < 0.65) return 0;
  if (visit.purchase || random() < 0.5) return Math.floor(random() * (steps + 1));
  return steps;
}
