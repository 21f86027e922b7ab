import { type CustomerSegment, countAlike, type SegmentationSummary } from '../../segments/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import {
  type Action,
  type CauseThresholds,
  judgeNeed,
  type ShopAverages,
  shopAveragesOf,
} from '../decisions/choice/judge-need.ts';
import type { InputDependencies } from '../decisions/read-inputs.ts';
import { readPolicy } from '../policies/read-policy.ts';
import type { PolicyElement } from '../request-elements.ts';

/** How many customers need what. */
export type NeedCounts = Record<Action, number>;

/** What a threshold decides: what each value of it would make of the customers, all others as they are. */
export interface ThresholdPreview {
  /** as the contract names it */
  threshold: ThresholdName;
  value: number;
  /** in ascending order, with the policy's own; `moved`: whom it would give other than the policy's own does */
  choices: { value: number; needs: NeedCounts; moved: number }[];
}

/** What a policy makes of the customers whom the last night knew. */
export interface PolicyPreview {
  /** who may be profiled and has ordered */
  customers: number;
  /** null: its kind asks no thresholds */
  needs: NeedCounts | null;
  thresholds: ThresholdPreview[];
}

type ThresholdName =
  | 'lapsing_recency_score/high-value'
  | 'lapsing_recency_score/high-quality'
  | 'weak_purse'
  | 'discount_prone';

interface Threshold {
  name: ThresholdName;
  /** that are worth a look */
  values: readonly number[];
  of(thresholds: CauseThresholds): number;
  set(thresholds: CauseThresholds, value: number): CauseThresholds;
}

const scores = [0, 1, 2, 3, 4, 5];
const lapsing = (group: keyof CauseThresholds['lapsingRecencyScore']): Threshold => ({
  name: `lapsing_recency_score/${group}`,
  values: scores,
  of: ({ lapsingRecencyScore }) => lapsingRecencyScore[group],
  set: (all, value) => ({ ...all, lapsingRecencyScore: { ...all.lapsingRecencyScore, [group]: value } }),
});
const thresholds: readonly Threshold[] = [
  lapsing('high-value'),
  lapsing('high-quality'),
  {
    name: 'weak_purse',
    values: [0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1, 1.25],
    of: ({ weakPurse }) => weakPurse,
    set: (all, weakPurse) => ({ ...all, weakPurse }),
  },
  {
    name: 'discount_prone',
    values: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    of: ({ discountProne }) => discountProne,
    set: (all, discountProne) => ({ ...all, discountProne }),
  },
];

interface Alike {
  segment: Omit<CustomerSegment, 'customerKey'>;
  customers: number;
}

/** So many kinds of customers are judged without a word to other requests. */
const portion = 200;

/**
 * What each value of a policy's thresholds makes of all customers in the published segmentation who may be profiled. Writes nothing.
 * @throws PannierError `invalid_request` naming the fields
 */
export async function previewPolicy(
  { db, digits, barred }: Pick<InputDependencies, 'db' | 'digits' | 'barred'>,
  readRelease: () => Promise<PublishedRelease | undefined>,
  element: PolicyElement,
): Promise<PolicyPreview> {
  const bars = new Set(barred);
  const policy = readPolicy('', element, { digits, barred: bars });
  const model = (await readRelease())?.models.segmentation;
  const shop = shopAveragesOf(model?.summary as SegmentationSummary | undefined);
  const own: CauseThresholds | null = policy.kind === 'by-cause' ? policy : null;
  const asked = own ? thresholds.map((one) => ({ ...one, values: withOwn(one.values, one.of(own)) })) : [];
  const alike = model ? await countAlike(db, model.version, limitsOf(asked, shop)) : [];
  const customers = alike.reduce((sum, one) => sum + one.customers, 0);
  if (!own) return { customers, needs: null, thresholds: [] };

  const needs = noNeeds();
  const previews = asked.map(
    ({ name, values, of }): ThresholdPreview => ({
      threshold: name,
      value: of(own),
      choices: values.map((value) => ({ value, needs: noNeeds(), moved: 0 })),
    }),
  );
  const judge = ({ segment }: Alike, by: CauseThresholds) =>
    judgeNeed({ profilingAllowed: true, version: model!.version, segment }, shop, digits, bars, false, by).action;
  for (const [at, one] of alike.entries()) {
    const action = judge(one, own);
    needs[action] += one.customers;
    for (const [place, { set }] of asked.entries()) {
      for (const choice of previews[place].choices) {
        const then = judge(one, set(own, choice.value));
        choice.needs[then] += one.customers;
        if (then !== action) choice.moved += one.customers;
      }
    }
    if (at % portion === portion - 1) await new Promise(setImmediate);
  }
  return { customers, needs, thresholds: previews };
}

const noNeeds = (): NeedCounts => ({ coupon: 0, 'lower-priced-goods': 0, none: 0 });

const withOwn = (values: readonly number[], own: number) => [...new Set([...values, own])].sort((a, b) => a - b);

/** Between which no value of a threshold tells customers apart. */
function limitsOf(asked: readonly Threshold[], { orderMinor, unitPrice }: ShopAverages) {
  const valuesOf = (name: ThresholdName) => asked.find((one) => one.name === name)?.values ?? [];
  const purses = (average: number | null) =>
    average === null ? [] : valuesOf('weak_purse').map((part) => part * average);
  return { orderMinor: purses(orderMinor), unitPrice: purses(unitPrice), discountShare: valuesOf('discount_prone') };
}
