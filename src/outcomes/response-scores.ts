import {
  allocateBudget,
  expectIncrementalMargin,
  type PlainUpliftModel,
  predict,
  predictUplift,
  readModel,
  type UpliftModel,
} from '../../models/coupon-response/index.ts';
import {
  asLogged,
  type Campaign,
  couponsLeft,
  expectDiscount,
  type ResponseScorer,
  type Responses,
  selectConsidered,
  selectHoldouts,
} from '../coupons/index.ts';
import type { Queryable } from '../db/index.ts';
import { readMemberships, streamCustomerSegments } from '../segments/index.ts';
import { readPublishedRelease } from '../versions/index.ts';
import { type KnownCustomers, responseAttributes } from './response-features.ts';
import * as store from './store.ts';

/**
 * The least score of a campaign that still gets a coupon: what is left of its budgets goes to the largest expected incremental
 * margin first, over the customers who were not considered yet; 0 where it is enough for all from whom a gain is expected.
 */
export async function priceScores(
  db: Queryable,
  campaign: Campaign,
  model: PlainUpliftModel,
  customers: KnownCustomers,
): Promise<number> {
  const rows = await rowsToConsider(db, campaign, customers);
  const scores = scoreRows(campaign, readModel(model), customers);
  const left = Float64Array.from(rows, (row) => scores[row]!);
  const [holdout] = await selectHoldouts(db, 1);
  // Who is left alone, for everything's sake or the campaign's, takes nothing of the budget.
  const budget = couponsLeft(campaign) / ((1 - holdout!.share) * (1 - campaign.controlShare));
  const { chosen } = allocateBudget(left, new Float64Array(left.length).fill(1), budget);
  const gains = left.filter((score) => score > 0);
  if (chosen.length === gains.length) return 0;
  // Where nothing is left, what comes free is for the best.
  const last = chosen.at(-1);
  return last === undefined ? gains.reduce((best, gain) => Math.max(best, gain)) : left[last]!;
}

function scoreRows({ discount }: Campaign, model: UpliftModel, customers: KnownCustomers): Float64Array {
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
  { campaignKey, targetGroups, targetSegments }: Campaign,
  { customerKeys }: KnownCustomers,
): Promise<number[]> {
  const considered = new Set(await selectConsidered(db, campaignKey));
  const members = targetSegments.length > 0 ? await readMemberships(db, customerKeys, targetSegments) : undefined;
  const grouped = targetGroups.length > 0 ? await readGroupMembers(db, new Set<string>(targetGroups)) : undefined;
  return [...customerKeys.keys()].filter((row) => {
    const key = customerKeys[row]!;
    return !considered.has(key) && (members?.has(key) ?? true) && (grouped?.has(key) ?? true);
  });
}

async function readGroupMembers(db: Queryable, groups: ReadonlySet<string>): Promise<Set<number>> {
  const members = new Set<number>();
  const version = (await readPublishedRelease(db))?.versions.segmentation;
  if (version === undefined) return members;
  for await (const { customerKey, group } of streamCustomerSegments(db, version)) {
    if (groups.has(group)) members.add(customerKey);
  }
  return members;
}

/** What nights have learnt, for decisions: a model is read once and kept until a night has learnt anew. */
export function createResponses(db: Queryable): Responses {
  let kept = new Map<string, UpliftModel>();

  async function readModels(deciding: readonly store.DecidingModel[]): Promise<Map<string, UpliftModel>> {
    const missing = deciding.filter((one) => !kept.has(nameOf(one))).map(({ campaignKey }) => campaignKey);
    const found = missing.length > 0 ? await store.selectModels(db, missing) : new Map<number, PlainUpliftModel>();
    return new Map(
      deciding.flatMap((one): [string, UpliftModel][] => {
        const plain = found.get(one.campaignKey);
        const model = kept.get(nameOf(one)) ?? (plain && readModel(plain));
        return model ? [[nameOf(one), model]] : [];
      }),
    );
  }

  return {
    attributes: responseAttributes,
    async scorers() {
      const deciding = await store.selectDeciding(db);
      kept = await readModels(deciding);
      return new Map(
        deciding.flatMap((one): [number, ResponseScorer][] => {
          const model = kept.get(nameOf(one));
          return model ? [[one.campaignKey, toScorer(one, model)]] : [];
        }),
      );
    },
    async featuresOf(customerKeys) {
      const known = await store.selectFeatures(db, customerKeys);
      return new Map(
        known.map(({ customerKey, features, ...worth }) => [
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

function toScorer({ trainingRunId, leastScore }: store.DecidingModel, model: UpliftModel): ResponseScorer {
  return {
    run: trainingRunId,
    leastMinor: leastScore,
    predict(values) {
      const features = { values, columns: values.length };
      return { uplift: predictUplift(model, features)[0]!, withCoupon: predict(model.treated, features)[0]! };
    },
  };
}
