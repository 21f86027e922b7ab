import type { Queryable } from '../../db/index.ts';
import type { ModelVersion } from '../../versions/index.ts';
import type { ReportedValue, ValueSummary } from './customer-value.ts';
import { selectValuesOf } from './store.ts';

/** Customers' values in a version, by their keys; absent: no model, or no orders before it. */
export async function readCustomerValues(
  db: Queryable,
  model: ModelVersion | undefined,
  customerKeys: readonly number[],
): Promise<Map<number, ReportedValue>> {
  if (!model || customerKeys.length === 0) return new Map();
  const summary = model.summary as unknown as ValueSummary;
  const { sees_leaving: seesLeaving, alive_tells: tells = true } = summary;
  const absent = !seesLeaving ? 'nobody-leaves' : tells ? 'one-order' : 'no-better-than-chance';
  const values = await selectValuesOf(db, model.version, customerKeys);
  return new Map(
    Array.from(values, ([key, value]) => {
      return [key, { model, summary, value, whyNotAlive: value.aliveProbability === null ? absent : null }];
    }),
  );
}
