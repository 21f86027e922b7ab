import { expectOrders, type Histories, readOrderModel } from '../../../models/customer-value/index.ts';
import type { Queryable } from '../../db/index.ts';
import { type OrderDays, readOrderDays } from '../../intake/index.ts';
import type { OrderModelName, ReportedValue, ValueSummary } from './customer-value.ts';

const daysAWeek = 7;

/**
 * The same value within another horizon, by the model that the night has published: what a customer had done by then is read from
 * the facts. What is kept of the night's horizon is as it was.
 */
export async function valueWithin(db: Queryable, reported: ReportedValue, horizonDays: number): Promise<ReportedValue> {
  const { model, summary, value } = reported;
  if (horizonDays === summary.horizon_days) return reported;
  const done = await readOrderDays(db, value.customerKey, model.asOf);
  // Given back since: what the night knew is gone.
  if (!done) return reported;
  const [expectedOrders] = expectOrders(orderModelOf(summary), historiesOf(done), horizonDays / daysAWeek);
  const revenueMinor = value.orderValueMinor === null ? null : Math.round(value.orderValueMinor * expectedOrders);
  return {
    ...reported,
    summary: { ...summary, horizon_days: horizonDays },
    value: { ...value, expectedOrders: Math.fround(expectedOrders), revenueMinor },
  };
}

/** Times are in weeks, as the names of its parameters say. */
function orderModelOf({ orders: { model, log_likelihood, ...parameters } }: ValueSummary) {
  const inWeeks = Object.entries(parameters).map(([name, value]) => [name.replace(/_weeks$/, ''), Number(value)]);
  return readOrderModel((model ?? 'bg-nbd') as OrderModelName, Object.fromEntries(inWeeks));
}

/** Of one customer, in weeks, as the night counts them. */
function historiesOf({ days, first, last }: OrderDays): Histories {
  return {
    repeats: Uint32Array.of(days - 1),
    lastRepeat: Float64Array.of((first - last) / daysAWeek),
    observed: Float64Array.of(first / daysAWeek),
    meanSpend: Float64Array.of(0),
  };
}
