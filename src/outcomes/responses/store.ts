import type { PlainUpliftModel, ResponseReport } from '../../../models/coupon-response/index.ts';
import { copyLine, type Queryable, type Transaction } from '../../db/index.ts';
import { profiledCustomersQuery } from '../../intake/index.ts';

/** What a night learnt of who responds because of a campaign's coupon. */
export interface CampaignResponse {
  asOf: Date;
  learntAt: Date;
  /** whether the model is used and why, a sentence */
  verdict: string;
  /** null: nothing could be learnt */
  report: ResponseReport | null;
  /** null: the simple policy stays */
  model: PlainUpliftModel | null;
  /** the least expected gain that still gets a coupon, in minor units; null: decisions do not use the model */
  leastScore: number | null;
}

export async function saveResponse(
  db: Queryable,
  campaignKey: number,
  learnt: Omit<CampaignResponse, 'learntAt'> & { trainingRunId: number },
): Promise<void> {
  await db.query(
    `insert into campaign_responses (campaign_key, training_run_id, as_of, verdict, report, model, least_score)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (campaign_key) do update set training_run_id = excluded.training_run_id, as_of = excluded.as_of,
       learnt_at = clock_timestamp(), verdict = excluded.verdict, report = excluded.report, model = excluded.model,
       least_score = excluded.least_score`,
    [
      campaignKey,
      learnt.trainingRunId,
      learnt.asOf,
      learnt.verdict,
      learnt.report && JSON.stringify(learnt.report),
      learnt.model && JSON.stringify(learnt.model),
      learnt.leastScore,
    ],
  );
}

/** undefined: no night has learnt from the campaign */
export async function selectResponse(db: Queryable, campaignKey: number): Promise<CampaignResponse | undefined> {
  const [row] = await db.query<{
    as_of: Date;
    learnt_at: Date;
    verdict: string;
    report: ResponseReport | null;
    model: PlainUpliftModel | null;
    least_score: number | null;
  }>(`select as_of, learnt_at, verdict, report, model, least_score from campaign_responses where campaign_key = $1`, [
    campaignKey,
  ]);
  return (
    row && {
      asOf: row.as_of,
      learntAt: row.learnt_at,
      verdict: row.verdict,
      report: row.report,
      model: row.model,
      leastScore: row.least_score,
    }
  );
}

/** Numbers of the runs that learnt campaigns' responses. */
export async function readRunsOfResponses(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ training_run_id: number }>('select distinct training_run_id from campaign_responses');
  return rows.map((row) => row.training_run_id);
}

/** A model that decisions use. */
export interface DecidingModel {
  campaignKey: number;
  trainingRunId: number;
  learntAt: Date;
  leastScore: number;
}

interface DecidingRow {
  campaign_key: number;
  training_run_id: number;
  learnt_at: Date;
  least_score: number;
}

const decidingColumns = 'campaign_key, training_run_id, learnt_at, least_score';
const decides = 'model is not null and least_score is not null';

function toDeciding(row: DecidingRow): DecidingModel {
  return {
    campaignKey: row.campaign_key,
    trainingRunId: row.training_run_id,
    learntAt: row.learnt_at,
    leastScore: row.least_score,
  };
}

/** All of them, without the models themselves. */
export async function selectDeciding(db: Queryable): Promise<DecidingModel[]> {
  const rows = await db.query<DecidingRow>(
    `select ${decidingColumns} from campaign_responses where ${decides}`,
    [],
    'deciding-responses',
  );
  return rows.map(toDeciding);
}

/** Those of these campaigns with what belongs to each, which a night may have changed since they were listed. */
export async function selectModels(
  db: Queryable,
  campaignKeys: readonly number[],
): Promise<(DecidingModel & { model: PlainUpliftModel })[]> {
  const rows = await db.query<DecidingRow & { model: PlainUpliftModel }>(
    `select ${decidingColumns}, model from campaign_responses where ${decides} and campaign_key = any($1::int[])`,
    [campaignKeys],
  );
  return rows.map((row) => ({ ...toDeciding(row), model: row.model }));
}

export interface CustomerFeatures {
  customerKey: number;
  features: ArrayLike<number>;
  orderMinor: number;
  marginMinor: number;
}

export async function selectFeatures(db: Queryable, customerKeys: readonly number[]): Promise<CustomerFeatures[]> {
  const rows = await db.query<{
    customer_key: number;
    features: number[];
    order_minor: number;
    margin_minor: number;
  }>(
    `select customer_key, features, order_minor, margin_minor from response_features where customer_key = any($1::int[])`,
    [customerKeys],
    'response-features',
  );
  return rows.map((row) => ({
    customerKey: row.customer_key,
    features: row.features,
    orderMinor: row.order_minor,
    marginMinor: row.margin_minor,
  }));
}

/** Customers' features become these; whoever may not be profiled any more, or was erased, is not among them. */
export async function replaceFeatures(tx: Transaction, customers: Iterable<CustomerFeatures>): Promise<void> {
  await tx.query('delete from response_features');
  const lines = function* () {
    for (const { customerKey, features, orderMinor, marginMinor } of customers) {
      yield copyLine([customerKey, features, orderMinor, marginMinor]);
    }
  };
  await tx.copyInto('response_features (customer_key, features, order_minor, margin_minor)', lines());
  await tx.query(`delete from response_features where customer_key not in (${profiledCustomersQuery})`);
}

/** Keys of all customers who allow profiling, ascending. */
export async function selectProfiled(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(`${profiledCustomersQuery} order by customer_key`);
  return rows.map((row) => row.customer_key);
}

/** A customer's features go with them. */
export async function deleteFeatures(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('delete from response_features where customer_key = $1', [customerKey]);
}
