import type { Queryable } from '../../db/index.ts';
import type { ModelVersion } from '../../versions/index.ts';
import type { ReportedValue, ValueSummary } from './customer-value.ts';
import { selectValue } from './store.ts';

/** A customer's value in a version. null: no model, or no orders before it. */
export async function readCustomerValue(
  db: Queryable,
  model: ModelVersion | undefined,
  customerKey: number,
): Promise<ReportedValue | null> {
  const value = model && (await selectValue(db, model.version, customerKey));
  if (!value) return null;
  const summary = model.summary as unknown as ValueSummary;
  const { sees_leaving: seesLeaving, alive_tells: tells = true } = summary;
  const absent = !seesLeaving ? 'nobody-leaves' : tells ? 'one-order' : 'no-better-than-chance';
  return { model, summary, value, whyNotAlive: value.aliveProbability === null ? absent : null };
}
