import type { Database, Queryable } from '../../db/index.ts';
import type { LoadedTable, ModelVersion } from '../../versions/index.ts';
import * as store from './store.ts';

/** What one customer is expected to bring, in one version. */
export interface CustomerValue {
  customerKey: number;
  expectedOrders: number;
  /** null: the version has no model of spend */
  orderValueMinor: number | null;
  revenueMinor: number | null;
  /** null: nothing can be said, see `whyNotAlive` */
  aliveProbability: number | null;
  /** when the chance of another order passes one half; null: not within as long a time as was observed */
  nextOrderAt: Date | null;
  /** the share of customers who are less likely to order again, by the version's ranking */
  likelierThan: number;
}

/** Ways to say who is likelier to order again, of which the hold-out chose one. */
export type ValueRanking = 'model' | 'recency' | 'frequency-and-recency';

/** `summary` of a customer-value version. */
export interface ValueSummary {
  horizon_days: number;
  ranking: ValueRanking;
  /** false: nobody was seen to leave, so that a probability to be alive says nothing */
  sees_leaving: boolean;
  /** false: it tells no better than chance who orders again; absent in versions from before it was asked */
  alive_tells?: boolean;
  orders: { r: number; alpha_weeks: number; a: number; b: number; log_likelihood: number };
  /** null with a reason: nothing is said about money */
  spend: {
    p: number;
    q: number;
    gamma: number;
    log_likelihood: number;
    customers: number;
    correlation: number | null;
  } | null;
  spend_refusal: string | null;
}

/** The served tables of the customer-value model, for housekeeping. */
export const valueTables = store.tables;

/** Copies a version's rows; they must come in ascending customer key. */
export function loadCustomerValues(
  db: Database,
  version: number,
  values: Iterable<CustomerValue>,
): Promise<LoadedTable> {
  return store.copyValues(db, version, values);
}

/** Every customer's value of a version, in ascending customer key. */
export async function* streamCustomerValues(db: Queryable, version: number): AsyncGenerator<CustomerValue> {
  for (let after = 0; ; ) {
    const page = await store.selectValues(db, version, after, 10_000);
    yield* page;
    if (page.length < 10_000) return;
    after = page.at(-1)!.customerKey;
  }
}

export interface ValueStanding {
  model: ModelVersion;
  summary: ValueSummary;
  value: CustomerValue;
  /** why there is no probability to be alive; null: there is one */
  whyNotAlive: 'one-order' | 'nobody-leaves' | 'no-better-than-chance' | null;
}

/** A customer's value in a version. null: no model, or no orders before it. */
export async function readCustomerValue(
  db: Queryable,
  model: ModelVersion | undefined,
  customerKey: number,
): Promise<ValueStanding | null> {
  const value = model && (await store.selectValue(db, model.version, customerKey));
  if (!value) return null;
  const summary = model.summary as unknown as ValueSummary;
  const { sees_leaving: seesLeaving, alive_tells: tells = true } = summary;
  const absent = !seesLeaving ? 'nobody-leaves' : tells ? 'one-order' : 'no-better-than-chance';
  return { model, summary, value, whyNotAlive: value.aliveProbability === null ? absent : null };
}
