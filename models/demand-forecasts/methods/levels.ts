import { mean } from '../../statistics.ts';

/**
 * Methods that foresee one level for every day to come. `demand`: what was sold on days one after another, oldest first, at
 * least one and none below 0, in units. All give units a day, and 0 where nothing was ever sold.
 *
 * Their constants, first values and roundings are those of statsforecast 2.1.1, so that figures can be compared.
 */

/** Simple exponential smoothing (Brown 1956), begun with the first value. */
export function smooth(demand: Float64Array, weight: number): number {
  let level = demand[0];
  for (let day = 1; day < demand.length; day++) level += weight * (demand[day] - level);
  return level;
}

/** Smoothing whose weight, from 0.1 to 0.3, errs least by squares one step ahead in the past: by golden section. */
export function smoothBest(demand: Float64Array): number {
  return demand.length < 2 ? demand[0] : smooth(demand, bestWeight(demand));
}

const golden = (Math.sqrt(5) - 1) / 2;
/** Of the weight: closer than this the squares differ by rounding only. */
const precision = 1e-8;

function bestWeight(demand: Float64Array): number {
  let [low, high] = [0.1, 0.3];
  let [left, right] = [high - (high - low) * golden, low + (high - low) * golden];
  let [leftError, rightError] = [squaresOf(demand, left), squaresOf(demand, right)];
  while (high - low > precision) {
    if (leftError === rightError) break;
    if (leftError < rightError) {
      [high, right, rightError] = [right, left, leftError];
      left = high - (high - low) * golden;
      leftError = squaresOf(demand, left);
    } else {
      [low, left, leftError] = [left, right, rightError];
      right = low + (high - low) * golden;
      rightError = squaresOf(demand, right);
    }
  }
  return (low + high) / 2;
}

function squaresOf(demand: Float64Array, weight: number): number {
  let level = demand[0];
  let squares = 0;
  for (let day = 1; day < demand.length; day++) {
    const error = demand[day] - level;
    squares += error * error;
    level += weight * error;
  }
  return squares;
}

/** The mean of the last `days`, or of all where there are fewer. */
export function meanOfLast(demand: Float64Array, days: number): number {
  return mean(demand.subarray(Math.max(0, demand.length - days)));
}

/** Croston 1972: what is bought when something is bought, over the days between, both smoothed. */
export function croston(demand: Float64Array, weight: number): number {
  let [size, gap, last] = [0, 0, -1];
  for (let day = 0; day < demand.length; day++) {
    if (demand[day] === 0) continue;
    if (last < 0) [size, gap] = [demand[day], day + 1];
    else {
      size += weight * (demand[day] - size);
      gap += weight * (day - last - gap);
    }
    last = day;
  }
  return last < 0 ? 0 : size / gap;
}

/** Croston's method without its bias (Syntetos and Boylan 2005): less by half the weight. */
export function syntetosBoylan(demand: Float64Array, weight: number): number {
  return (1 - weight / 2) * croston(demand, weight);
}

/** Teunter, Syntetos and Babai 2011: smooths the chance of a sale on every day, so that what is no longer sold fades. */
export function teunterSyntetosBabai(demand: Float64Array, weights: { size: number; chance: number }): number {
  let size = 0;
  let chance = demand[0] > 0 ? 1 : 0;
  for (let day = 0; day < demand.length; day++) {
    const sold = demand[day];
    if (day > 0) chance += weights.chance * ((sold > 0 ? 1 : 0) - chance);
    // A size of 0 is that of no sale before.
    if (sold > 0) size = size === 0 ? sold : size + weights.size * (sold - size);
  }
  return size * chance;
}

/**
 * ADIDA (Nikolopoulos et al. 2011): smooths sums of as many days as lie between two sales in the mean. Days that fill no sum
 * are left out at the beginning.
 */
export function smoothSums(demand: Float64Array): number {
  const gap = meanGap(demand);
  return gap === 0 ? 0 : smoothSumsOf(demand, gap);
}

/** IMAPA (Petropoulos and Kourentzes 2015): the mean of what sums of 1, 2, … days say, up to ADIDA's. */
export function smoothManySums(demand: Float64Array): number {
  const gap = meanGap(demand);
  if (gap === 0) return 0;
  let total = 0;
  for (let days = 1; days <= gap; days++) total += smoothSumsOf(demand, days);
  return total / gap;
}

function smoothSumsOf(demand: Float64Array, days: number): number {
  const count = Math.floor(demand.length / days);
  const sums = new Float64Array(count);
  let day = demand.length - count * days;
  for (let place = 0; place < count; place++) {
    for (const end = day + days; day < end; day++) sums[place] += demand[day];
  }
  return smoothBest(sums) / days;
}

/** Days from sale to sale, in the mean from the beginning on and to the nearest whole (a half to the even); 0 without one. */
function meanGap(demand: Float64Array): number {
  const last = demand.findLastIndex((sold) => sold > 0);
  if (last < 0) return 0;
  let sales = 0;
  for (const sold of demand) if (sold > 0) sales++;
  const gap = (last + 1) / sales;
  const whole = Math.floor(gap);
  if (gap - whole !== 0.5) return Math.round(gap);
  return whole % 2 === 0 ? whole : whole + 1;
}
