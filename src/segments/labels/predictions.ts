import type { Queryable } from '../../db/index.ts';
import { attributesOf } from '../../intake/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { type PredictedAttribute, selectPredictedAttributes, selectPredictions } from './store.ts';

/** What is likely of a customer who has not declared an attribute. Never a fact. */
export interface Prediction {
  attribute: string;
  asOf: Date;
  /** the likeliest first; they add up to 1 */
  probabilities: { value: string; probability: number }[];
  /** what speaks most for or against the likeliest, and how much it adds to the logarithm of the odds */
  reasons: { feature: string; weight: number }[];
}

/** The attributes that are predicted; one that was barred since is no more. */
export async function readPredictedAttributes(db: Queryable, barred: readonly string[]): Promise<PredictedAttribute[]> {
  const bars = new Set(barred);
  return (await selectPredictedAttributes(db)).map((one) =>
    barredAmong([one.name], bars) === undefined
      ? one
      : { ...one, refusal: 'barred', labels: [], labelCustomers: [], features: [], judgement: null },
  );
}

/** What is likely of customers, by key, of what is not barred and they have not declared since. */
export async function readPredictions(
  db: Queryable,
  customerKeys: readonly number[],
  barred: readonly string[],
): Promise<Map<number, Prediction[]>> {
  const found = new Map<number, Prediction[]>();
  if (customerKeys.length === 0) return found;
  const bars = new Set(barred);
  const rows = (await selectPredictions(db, customerKeys)).filter(
    ({ name }) => barredAmong([name], bars) === undefined,
  );
  if (rows.length === 0) return found;
  const known = await attributesOf(db, [...new Set(rows.map(({ customerKey }) => customerKey))]);
  for (const row of rows) {
    const { customerKey, name } = row;
    const customer = known.get(customerKey);
    if (!customer?.profilingAllowed || (customer.attributes[name] ?? null) !== null) continue;
    const probabilities = row.labels
      .map((value, place) => ({ value, probability: row.probabilities[place] }))
      .sort((one, other) => other.probability - one.probability);
    const reasons = row.reasonFeatures.map((place, index) => ({
      feature: row.features[place - 1],
      weight: row.reasonWeights[index],
    }));
    const own = found.get(customerKey) ?? [];
    own.push({ attribute: name, asOf: row.asOf, probabilities, reasons });
    found.set(customerKey, own);
  }
  return found;
}
