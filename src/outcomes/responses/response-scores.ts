import {
  allocateBudget,
  expectIncrementalMargin,
  type PlainUpliftModel,
  predict,
  predictUplift,
  readModel,
  type UpliftModel,
} from '../../../models/coupon-response/index.ts';
import {
  asLogged,
  type Campaign,
  couponsLeft,
  expectDiscount,
  type ResponseScorer,
  type Responses,
} from '../../coupons/index.ts';
import type { Queryable } from '../../db/index.ts';
import { readHoldout, selectConsidered } from '../../experiments/index.ts';
import { readMemberships, streamCustomerSegments } from '../../segments/index.ts';
import { readServedVersions } from '../../versions/index.ts';
import { type ProfiledCustomers, responseAttributes } from './response-features.ts';
import * as store from './store.ts';

/**
 * The least score of a campaign that still gets a coupon: what is left of its budgets goes to the largest expected incremental
 * margin first, over the customers who were not considered yet; 0 where it is enough for all from whom a gain is expected.
 */
export async function priceScores(
  db: Queryable,
  campaign: Campaign,
  model: PlainUpliftModel,
  customers: ProfiledCustomers,
): Promise<number> {
  const rows = await rowsToConsider(db, campaign, customers);
  const scores = scoreRows(campaign, readModel(model), customers);
  const left = Float64Array.from(rows, (row) => scores[row]);
  const holdout = await readHoldout(db);
  // Who is left alone, for everything's sake or the campaign's, takes nothing of the budget.
  const budget = couponsLeft(campaign) / ((1 - holdout.share) * (1 - campaign.controlShare));
  const { chosen } = allocateBudget(left, new Float64Array(left.length).fill(1), budget);
  const gains = left.filter((score) => score > 0);
  if (chosen.length === gains.length) return 0;
  // Where nothing is left, what comes free is for the best.
  const last = chosen.at(-1);
  return last === undefined ? gains.reduce((best, gain) => Math.max(best, gain)) : left[last];
}

function scoreRows({ discount }: Campaign, model: UpliftModel, customers: ProfiledCustomers): Float64Array {
  const { features, orderMinor, marginMinor } = customers;
  return expectIncrementalMargin(
    predictUplift(model, features).map(asLogged),
    predict(model.treated, features).map(asLogged),
    marginMinor.map(asLogged),
    orderMinor.map((order) => asLogged(expectDiscount(discount, order))),
  );
}

async function rowsToConsider(
  db: Queryable,
  { experimentKey, targetGroups, targetSegments }: Campaign,
  { customerKeys }: ProfiledCustomers,
): Promise<number[]> {
  const considered = new Set(await selectConsidered(db, experimentKey));
  const members = targetSegments.length > 0 ? await readMemberships(db, customerKeys, targetSegments) : undefined;
  const grouped = targetGroups.length > 0 ? await readGroupMembers(db, new Set<string>(targetGroups)) : undefined;
  return [...customerKeys.keys()].filter((row) => {
    const key = customerKeys[row];
    return !considered.has(key) && (members?.has(key) ?? true) && (grouped?.has(key) ?? true);
  });
}

async function readGroupMembers(db: Queryable, groups: ReadonlySet<string>): Promise<Set<number>> {
  const members = new Set<number>();
  const { segmentation: version } = await readServedVersions(db);
  if (version === undefined) return members;
  for await (const { customerKey, group } of streamCustomerSegments(db, version)) {
    if (groups.has(group)) members.add(customerKey);
  }
  return members;
}

interface Kept extends store.DecidingModel {
  model: UpliftModel;
}

/** What nights have learnt, for decisions: a model is read once and kept until a night has learnt anew. */
export function createResponses(db: Queryable): Responses {
  let kept = new Map<string, Kept>();

  async function readModels(): Promise<Map<string, Kept>> {
    const deciding = await store.selectDeciding(db);
    const missing = deciding.filter((one) => !kept.has(nameOf(one))).map(({ campaignKey }) => campaignKey);
    const read = missing.length > 0 ? await store.selectModels(db, missing) : [];
    const models = [
      ...deciding.flatMap((one) => kept.get(nameOf(one)) ?? []),
      ...read.map((one) => ({ ...one, model: readModel(one.model) })),
    ];
    return new Map(models.map((one) => [nameOf(one), one]));
  }

  return {
    attributes: responseAttributes,
    async scorers() {
      kept = await readModels();
      return new Map(Array.from(kept.values(), (one) => [one.campaignKey, toScorer(one)]));
    },
    async featuresOf(customerKeys) {
      const rows = await store.selectFeatures(db, customerKeys);
      return new Map(
        rows.map(({ customerKey, features, ...worth }) => [
          customerKey,
          { ...worth, features: Float64Array.from(features) },
        ]),
      );
    },
  };
}

function nameOf({ campaignKey, trainingRunId, learntAt }: store.DecidingModel): string {
  return `${campaignKey} ${trainingRunId} ${learntAt.getTime()}`;
}

function toScorer({ trainingRunId, leastScore, model }: Kept): ResponseScorer {
  return {
    run: trainingRunId,
    leastMinor: leastScore,
    predict(values) {
      const features = { values, columns: values.length };
      return { uplift: predictUplift(model, features)[0], withCoupon: predict(model.treated, features)[0] };
    },
  };
}
