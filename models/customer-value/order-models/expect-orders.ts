import type { Histories } from '../histories.ts';
import { type OrderModel, sayOfEach } from './order-model.ts';

/**
 * Expected orders of every customer within a horizon: those of one who is alive, times the probability to be.
 *
 * @param horizon in the unit of the histories
 * @returns by customer
 */
export function expectOrders(model: OrderModel, histories: Histories, horizon: number): Float64Array {
  // What is expected of one who is alive is the same for all of a pattern with the same repeats and age, of whom there are many.
  const byHistory = new Map<string, number>();
  return sayOfEach(model, histories, (history) => {
    const key = `${history.repeats} ${history.observed} ${history.pattern}`;
    const whenAlive = byHistory.get(key) ?? model.expectedOrdersAlive(history, horizon);
    byHistory.set(key, whenAlive);
    return whenAlive * model.aliveProbability(history);
  });
}
