import type { DemandForecasts } from '../forecast-demand.ts';
import { demandOver } from './demand-over.ts';

/** How an item is ordered, and how rarely it may run out. */
export interface Replenishment {
  /** days from the order until it can be sold, above 0 */
  readonly leadDays: number;
  /** standard deviation of these days; without: they are certain */
  readonly leadDeviation?: number;
  /** days that an order shall last beyond them: until the next chance or wish to order, 0 or more */
  readonly reviewDays: number;
  /** in how many cycles nobody shall go without, above 0 and below 1 */
  readonly serviceLevel: number;
  /** only so many at once or their multiples; without: 1 */
  readonly packUnits?: number;
  /** and at least so many; without: 0 */
  readonly minimumUnits?: number;
  /** by which distribution; without: counts */
  readonly distribution?: 'counts' | 'normal';
}

/** When to order, and how much now; units. */
export interface Reorder {
  /** with a position of this or less it is time to order */
  readonly point: number;
  /** what is then ordered up to */
  readonly upTo: number;
  /** of the point, what is beyond the mean demand */
  readonly safetyStock: number;
  /** units to order now; 0 where the position is above the point */
  readonly quantity: number;
}

/**
 * When and how much to order: the point is what is asked for in the lead time and exceeded in no more than 1 − serviceLevel of
 * cycles, s = Q(D over lead days); ordered is up to S = Q(D over lead and review days), in whole packs (Silver, Pyke and Thomas
 * 2017, chapter 6: (s, S) systems with a stated chance of no stock-out in a cycle). With `normal`: Q = mean + z × deviation.
 *
 * @param position units on hand and on order, less those promised
 * @throws RangeError where a figure is out of its range
 */
export function planReorder(
  forecasts: DemandForecasts,
  item: number,
  position: number,
  replenishment: Replenishment,
): Reorder {
  const { leadDays, leadDeviation = 0, reviewDays, serviceLevel, packUnits = 1, minimumUnits = 0 } = replenishment;
  for (const [name, isRight] of Object.entries({
    leadDays: leadDays > 0,
    leadDeviation: leadDeviation >= 0,
    reviewDays: reviewDays >= 0,
    serviceLevel: serviceLevel > 0 && serviceLevel < 1,
    packUnits: packUnits > 0,
    minimumUnits: minimumUnits >= 0,
  })) {
    if (!isRight) throw new RangeError(`${name} is out of its range: ${replenishment[name as keyof Replenishment]}`);
  }
  const unitsFor = (days: number) => {
    const demand = demandOver(forecasts, item, days, leadDeviation / days);
    return { mean: demand.mean, units: Math.ceil(demand.quantile(serviceLevel, replenishment.distribution) - 1e-9) };
  };
  const { mean, units: point } = unitsFor(leadDays);
  const upTo = Math.max(point, unitsFor(leadDays + reviewDays).units);
  const quantity = quantityToOrder({ point, upTo }, position, packUnits, minimumUnits);
  return { point, upTo, safetyStock: point - mean, quantity };
}

/**
 * Units to order with this position, of an order point and a level known: 0 above the point, else up to the level in whole packs.
 *
 * @param position units on hand and on order, less those promised
 */
export function quantityToOrder(
  { point, upTo }: Pick<Reorder, 'point' | 'upTo'>,
  position: number,
  packUnits = 1,
  minimumUnits = 0,
): number {
  const wanted = position > point ? 0 : upTo - position;
  const packs = Math.ceil(Math.max(wanted, minimumUnits) / packUnits - 1e-9);
  return wanted > 0 ? packs * packUnits : 0;
}
