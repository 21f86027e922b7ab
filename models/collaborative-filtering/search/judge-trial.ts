import { mean } from '../../statistics.ts';
import type { Matrices } from '../facts.ts';
import type { Blend, MethodName, MethodSettings } from '../recipe.ts';
import { type MethodRefusal, type TrainingInput, trainMember } from '../train-member.ts';
import type { TrainedModel } from '../trained-model.ts';
import { addLists, compareFigures, judgeBlend, type ListSums } from './judge-blend.ts';
import { createGatherer } from './pools.ts';
import type { Sheet } from './sheet.ts';

/** One setting of one method on one fold: all that judging it needs, in plain data. */
export interface TrialInput {
  readonly name: MethodName;
  readonly settings: MethodSettings[MethodName];
  readonly training: TrainingInput;
  readonly sheet: Sheet;
  readonly matrices: Matrices;
  /** by item: how many customers of the interactions have it */
  readonly owners: Uint32Array;
  readonly blend: Blend;
  /** NDCG by customer, fold after fold: of what it has to be better than, and its own of the folds before this one */
  readonly race?: { readonly rival: Float64Array; readonly before: Float64Array };
}

export interface TrialResult {
  /** absent where not all of the sheet's customers were judged: nobody needs it any more */
  readonly model?: TrainedModel;
  /** of the sheet's customers, or of the first of them where it was given up */
  readonly ndcg: Float64Array;
  readonly isGivenUp: boolean;
  readonly lists: ListSums;
}

/** Customers judged before a trial is compared for the first time; each time there are twice as many. */
export const fewCustomers = 200;

/** Standard errors that speak for a trial before all of a fold's customers are judged: few customers tell little. */
const earlyErrors = 1.5;

/** A gain of less than this share of the rival's figure is not worth looking for. */
const leastGain = 0.005;

/** Trains a method and judges its lists, few customers first: what has no prospects by then is judged no further. */
export function judgeTrial(input: TrialInput): TrialResult | MethodRefusal {
  const { name, settings, training, sheet, matrices, owners, blend, race } = input;
  const model = trainMember(name, training, settings as never);
  if ('refused' in model) return model;
  const gather = createGatherer(sheet, matrices, [model]);
  const lists: ListSums = { customers: 0, recall: 0, listed: 0, information: 0, shown: new Set() };
  const count = sheet.customers.length;
  const before = race?.before ?? new Float64Array(0);
  const ndcg = new Float64Array(before.length + count);
  ndcg.set(before);
  for (let start = 0, end = 0; start < count; start = end) {
    end = race ? Math.min(count, start + Math.max(fewCustomers, start)) : count;
    const judged = { customers: sheet.customers.subarray(start, end), pools: gather(start, end), matrices };
    ndcg.set(judgeBlend({ judged, weights: [1], blend }), before.length + start);
    addLists(lists, judged, { weights: [1], blend, owners });
    const errors = end < count ? earlyErrors : 1;
    if (race && isHopeless(ndcg.subarray(0, before.length + end), race.rival, errors)) {
      const judgedSoFar = ndcg.slice(before.length, before.length + end);
      return { ...(end === count && { model }), ndcg: judgedSoFar, isGivenUp: true, lists };
    }
  }
  return { model, ndcg: ndcg.slice(before.length), isGivenUp: false, lists };
}

/**
 * Whether it hardly gains what is worth looking for, by what both were judged by.
 * @param errors what speaks for it in standard errors: with 1 it has one chance in six, with 1.5 one in fifteen
 */
export function isHopeless(ours: Float64Array, rival: Float64Array, errors = 1): boolean {
  const theirs = rival.subarray(0, ours.length);
  const { gain, error } = compareFigures(ours, theirs);
  return gain + errors * error < leastGain * mean(theirs);
}
