import type { CalibrationBin } from '../../../models/customer-labels/index.ts';
import { copyLine, type Queryable, type Transaction } from '../../db/index.ts';
import { declaredValuesQuery, profiledCustomersQuery } from '../../intake/index.ts';
import type { ModelKind } from '../../versions/index.ts';

/** What a night has learnt of a customer, and what they have declared. */
export interface LabelRow {
  customerKey: number;
  /** null: not declared */
  declared: string | null;
  recencyDays: number;
  frequency: number;
  monetaryMinor: number;
  discountShare: number | null;
  priceLevel: number | null;
  couponShare: number | null;
  dayPart: string | null;
  weekday: string | null;
  channel: string | null;
  /** shares of the lines by category */
  categories: Record<string, number>;
}

/** Customers with orders who may be profiled, by their keys after one; only those who have declared it, or all. */
export function selectLabelRows(
  db: Queryable,
  attribute: string,
  versions: Partial<Record<ModelKind, number>>,
  { after, limit, onlyDeclared }: { after: number; limit: number; onlyDeclared: boolean },
): Promise<LabelRow[]> {
  const values: unknown[] = [versions.segmentation ?? 0, versions['customer-tags'] ?? 0, after, limit];
  const declared = declaredValuesQuery(attribute, (value) => `$${values.push(value)}`);
  return db.query<LabelRow>(
    `select learnt.customer_key as "customerKey", declared.value as declared, learnt.recency_days as "recencyDays",
            learnt.frequency, learnt.monetary_minor::float8 as "monetaryMinor", learnt.discount_share::float8 as "discountShare",
            tag.price_level::float8 as "priceLevel", tag.coupon_share::float8 as "couponShare", tag.day_part as "dayPart",
            tag.weekday, channel.name as channel,
            coalesce((select jsonb_object_agg(category.name, own.share)
              from unnest(tag.category_keys, tag.category_shares) as own (name_key, share)
              join tag_names as category on category.version = $2 and category.kind = 'category'
                and category.name_key = own.name_key), '{}') as categories
     from customer_segments as learnt
     join (${profiledCustomersQuery}) as profiled on profiled.customer_key = learnt.customer_key
     ${onlyDeclared ? '' : 'left'} join (${declared}) as declared on declared.customer_key = learnt.customer_key
     left join customer_tags as tag on tag.version = $2 and tag.customer_key = learnt.customer_key
     left join tag_names as channel on channel.version = $2 and channel.kind = 'channel' and channel.name_key = tag.channel_key
     where learnt.version = $1 and learnt.customer_key > $3 order by learnt.customer_key limit $4`,
    values,
  );
}

/** Who may be profiled and has declared an attribute as one value, by their keys. */
export async function selectDeclared(db: Queryable, attribute: string): Promise<Map<number, string>> {
  const values: unknown[] = [];
  const rows = await db.query<{ customer_key: number; value: string }>(
    declaredValuesQuery(attribute, (value) => `$${values.push(value)}`),
    values,
  );
  return new Map(rows.map(({ customer_key, value }) => [customer_key, value]));
}

/** How the probabilities of customers held out came true, as it is kept. */
export interface StoredJudgement {
  held_out: number;
  log_loss: number;
  log_loss_of_shares: number;
  gain: { value: number; low: number; high: number };
  hits: number;
  commonest: number;
  expected_calibration_error: number;
  calibration: CalibrationBin[];
}

/** Why nothing is said of anybody: of the model, or because it must not be. */
export type PredictionRefusal =
  | 'too-few-declared'
  | 'too-few-labels'
  | 'no-better-than-shares'
  | 'badly-calibrated'
  | 'barred';

/** A declared attribute that the last whole run has learnt, or did not. */
export interface PredictedAttribute {
  name: string;
  trainingRunId: number;
  asOf: Date;
  refusal: PredictionRefusal | null;
  /** customers who have declared it */
  declared: number;
  labels: string[];
  /** who has declared each of the labels */
  labelCustomers: number[];
  features: string[];
  judgement: StoredJudgement | null;
}

/** Probabilities of one customer; features are places among those of the attribute, from 1 on. */
export interface StoredPrediction {
  customerKey: number;
  name: string;
  probabilities: readonly number[];
  reasons: readonly { feature: number; weight: number }[];
}

/** As `replacePredictions` takes it: made beforehand, so that the transaction is short, and as text, which takes least memory. */
export function predictionLine({ customerKey, name, probabilities, reasons }: StoredPrediction): string {
  const [places, weights] = [reasons.map(({ feature }) => feature), reasons.map(({ weight }) => weight)];
  return copyLine([customerKey, name, probabilities, places, weights]);
}

/** Puts what a run has learnt in the place of all that was. Of whoever has gone or objects nothing is kept. */
export async function replacePredictions(
  tx: Transaction,
  attributes: readonly PredictedAttribute[],
  lines: readonly string[],
): Promise<void> {
  await tx.query('delete from predicted_labels');
  await tx.query('delete from predicted_attributes');
  for (const one of attributes) {
    await tx.query(
      `insert into predicted_attributes
         (name, training_run_id, as_of, refusal, declared, labels, label_customers, features, judgement)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[one.name, one.trainingRunId, one.asOf, one.refusal, one.declared, one.labels, one.labelCustomers],
        ...[one.features, one.judgement && JSON.stringify(one.judgement)],
      ],
    );
  }
  await tx.copyInto('predicted_labels (customer_key, name, probabilities, reason_features, reason_weights)', lines);
  await tx.query(`delete from predicted_labels where customer_key not in (${profiledCustomersQuery})`);
}

/** Is anything kept of an attribute that was predicted? */
export async function hasPredictions(db: Queryable): Promise<boolean> {
  return (await db.query('select from predicted_attributes limit 1')).length > 0;
}

/** By their names. */
export function selectPredictedAttributes(db: Queryable): Promise<PredictedAttribute[]> {
  return db.query<PredictedAttribute>(
    `select name, training_run_id as "trainingRunId", as_of as "asOf", refusal, declared, labels,
       label_customers as "labelCustomers", features, judgement from predicted_attributes order by name`,
  );
}

/** The likelihoods of customers, by attribute. */
export function selectPredictions(
  db: Queryable,
  customerKeys: readonly number[],
): Promise<
  (Pick<PredictedAttribute, 'name' | 'asOf' | 'labels' | 'features'> & {
    customerKey: number;
    probabilities: number[];
    reasonFeatures: number[];
    reasonWeights: number[];
  })[]
> {
  return db.query(
    `select customer_key as "customerKey", name, as_of as "asOf", labels, features, probabilities,
       reason_features as "reasonFeatures", reason_weights as "reasonWeights"
     from predicted_labels join predicted_attributes using (name) where customer_key = any($1::int[]) order by customer_key, name`,
    [customerKeys],
    'select-predictions',
  );
}

/** Runs that predictions are of. */
export async function readRunsOfPredictions(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ training_run_id: number }>('select distinct training_run_id from predicted_attributes');
  return rows.map((row) => row.training_run_id);
}

/** What is predicted of a customer goes with them. */
export async function deletePredictionsOf(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('delete from predicted_labels where customer_key = $1', [customerKey]);
}
