/** One row a customer of a campaign with a control group. */
export interface RandomisedTrial {
  /** 1: got the coupon, 0: control */
  readonly treated: Uint8Array;
  /** 1: did what the campaign is for, 0: did not */
  readonly outcomes: Uint8Array;
}

/** The customers of a trial in the order of their scores, best first. */
export interface Ranking {
  readonly order: Uint32Array;
  /** by place: 2 × treated + outcome */
  readonly kinds: Uint8Array;
  /** by place: whether the next score is another; equal scores are one point of a curve */
  readonly isLast: Uint8Array;
}

/** @throws RangeError where a score is not a finite number */
export function rankByScore(scores: Float64Array, { treated, outcomes }: RandomisedTrial): Ranking {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) throw new RangeError(`scores[${bad}] must be a finite number, not ${scores[bad]}`);
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  return {
    order,
    kinds: Uint8Array.from(order, (customer) => 2 * treated[customer] + outcomes[customer]),
    isLast: Uint8Array.from(order, (customer, place) => Number(scores[customer] !== scores[order[place + 1]])),
  };
}

/**
 * The Qini coefficient: the area between the Qini curve and the diagonal to its end, over that area of the perfect curve,
 * which has first who has the outcome with the coupon, last who has it without ("with negative effects"). The curve is, of
 * the k best by score, the treated with the outcome less the controls with it times treated per control, over k; equal
 * scores are one point. 0 is no better than chance. The definition of scikit-uplift's `qini_auc_score` (Radcliffe 2007;
 * Devriendt et al. 2020); other variants give other figures for the same ranking.
 *
 * @throws RangeError where a score is not finite, lengths differ, a flag is not 0 or 1, or an arm or outcome is absent
 */
export function qiniCoefficient(scores: Float64Array, trial: RandomisedTrial): number {
  requireTrial(trial, scores.length);
  return qiniOfRanking(rankByScore(scores, trial));
}

/**
 * The uplift AUC: as the Qini coefficient, of the curve of the difference of both arms' outcome rates among the k best
 * times k. The definition of scikit-uplift's `uplift_auc_score`.
 *
 * @throws RangeError as `qiniCoefficient`
 */
export function upliftAuc(scores: Float64Array, trial: RandomisedTrial): number {
  requireTrial(trial, scores.length);
  return shareOfPerfect(rankByScore(scores, trial), upliftHeight, perfectUplift);
}

/**
 * The Qini coefficient of a ranking; NaN where an arm or the outcome is absent.
 *
 * @param times by customer, how often each counts; absent: once
 */
export function qiniOfRanking(ranking: Ranking, times?: Uint16Array): number {
  return shareOfPerfect(ranking, qiniHeight, perfectQini, times);
}

/** @throws RangeError */
export function requireTrial({ treated, outcomes }: RandomisedTrial, customers: number): void {
  for (const [name, flags] of [
    ['treated', treated],
    ['outcomes', outcomes],
  ] as const) {
    if (flags.length !== customers) {
      throw new RangeError(`${name} must have ${customers} elements, one a customer, not ${flags.length}`);
    }
    const bad = flags.findIndex((flag) => flag > 1);
    if (bad >= 0) throw new RangeError(`${name}[${bad}] must be 0 or 1, not ${flags[bad]}`);
    if (!flags.includes(1)) throw new RangeError(`${name} must hold a 1`);
    if (name === 'treated' && !flags.includes(0)) throw new RangeError('treated must hold a 0: there is no control');
  }
}

type Height = (controls: number, controlOutcomes: number, treated: number, treatedOutcomes: number) => number;

function qiniHeight(controls: number, controlOutcomes: number, treated: number, treatedOutcomes: number): number {
  return treatedOutcomes - (controls > 0 ? (controlOutcomes * treated) / controls : 0);
}

function upliftHeight(controls: number, controlOutcomes: number, treated: number, treatedOutcomes: number): number {
  const withCoupon = treated > 0 ? treatedOutcomes / treated : 0;
  const without = controls > 0 ? controlOutcomes / controls : 0;
  return (withCoupon - without) * (treated + controls);
}

/** Customers of each kind: 2 × treated + outcome. */
type Counts = number[];

/** Of the perfect order: the points of the curve, as counts of customers up to each. */
function perfectQini([controlsWithout, controlsWith, treatedWithout, treatedWith]: Counts): Counts[] {
  return [
    [0, 0, 0, treatedWith],
    [controlsWithout, 0, treatedWithout, treatedWith],
    [controlsWithout, controlsWith, treatedWithout, treatedWith],
  ];
}

function perfectUplift([controlsWithout, controlsWith, treatedWithout, treatedWith]: Counts): Counts[] {
  return [
    [0, 0, 0, treatedWith],
    [controlsWithout, 0, 0, treatedWith],
    controlsWith > treatedWithout
      ? [controlsWithout, controlsWith, 0, treatedWith]
      : [controlsWithout, 0, treatedWithout, treatedWith],
    [controlsWithout, controlsWith, treatedWithout, treatedWith],
  ];
}

function shareOfPerfect(
  { order, kinds, isLast }: Ranking,
  height: Height,
  perfect: (totals: Counts) => Counts[],
  times?: Uint16Array,
): number {
  const counts = [0, 0, 0, 0];
  let [area, before, size] = [0, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const count = times ? times[order[place]] : 1;
    counts[kinds[place]] += count;
    size += count;
    if (!isLast[place] || size === 0) continue;
    const here = heightAt(counts, height);
    area += (size * (before + here)) / 2;
    before = here;
    size = 0;
  }
  const diagonal = (sum(counts) * before) / 2;
  return (area - diagonal) / (areaUnder(perfect(counts), height) - diagonal);
}

function heightAt(counts: Counts, height: Height): number {
  return height(counts[0] + counts[1], counts[1], counts[2] + counts[3], counts[3]);
}

/** By trapezoids, from (0, 0) on. */
function areaUnder(points: Counts[], height: Height): number {
  const steps = points.map((counts) => ({ at: sum(counts), height: heightAt(counts, height) }));
  return steps.reduce((area, step, place) => {
    const last = place === 0 ? { at: 0, height: 0 } : steps[place - 1];
    return area + ((step.at - last.at) * (last.height + step.height)) / 2;
  }, 0);
}

function sum(counts: Counts): number {
  return counts[0] + counts[1] + counts[2] + counts[3];
}
