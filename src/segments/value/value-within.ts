import {
  type CovariateName,
  expectOrders,
  type Histories,
  scaleOrderModel,
} from '../../../models/customer-value/index.ts';
import type { Queryable } from '../../db/index.ts';
import { type OrderDays, readCountries, readOrderDays } from '../../intake/index.ts';
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
  const country = isTold(summary, 'country') ? await readCountries(db, [], [value.customerKey]) : undefined;
  const own = {
    'first-category': done.category,
    'first-channel': done.channel,
    country: country?.get(value.customerKey) ?? null,
  };
  const [expectedOrders] = expectOrders(orderModelOf(summary, own), historiesOf(done), horizonDays / daysAWeek);
  const revenueMinor = value.orderValueMinor === null ? null : Math.round(value.orderValueMinor * expectedOrders);
  return {
    ...reported,
    summary: { ...summary, horizon_days: horizonDays },
    value: { ...value, expectedOrders: Math.fround(expectedOrders), revenueMinor },
  };
}

const isTold = ({ covariates = [] }: ValueSummary, name: CovariateName) =>
  covariates.some(({ covariate }) => covariate === name);

/**
 * Times are in weeks, as the names of its parameters say.
 * @param own values of the customer's covariates
 */
function orderModelOf(
  { orders: { model, log_likelihood, ...parameters }, covariates = [] }: ValueSummary,
  own: Record<CovariateName, string | null>,
) {
  const inWeeks = Object.entries(parameters).map(([name, value]) => [name.replace(/_weeks$/, ''), Number(value)]);
  return scaleOrderModel(
    (model ?? 'bg-nbd') as OrderModelName,
    Object.fromEntries(inWeeks),
    covariates.filter(({ covariate, value }) => own[covariate as CovariateName] === value),
  );
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
