import { countProbability } from './count-distribution.ts';

/** Of the values from 0 to 1. */
const bins = 1_000;
/** As if so many cases had come as stated, so that few cases correct little. */
const prior = 20;
/** Beyond is nothing that cases could tell of. */
const greatest = 0.99999;

/**
 * By how much the shares that a distribution states are wrong, learnt from what came: the mean over all cases of the
 * probability integral transform for counts (Czado, Gneiting and Held 2009), turned round as Kuleshov, Fenner and Ermon 2018 do.
 */
export class Calibration {
  readonly #shares = new Float64Array(bins + 1);
  readonly #changes = new Float64Array(bins + 2);
  #sums: Float64Array | undefined;

  /** What came, and the mean and dispersion by which it had been foreseen. */
  add(count: number, mean: number, dispersion: number): void {
    const below = countProbability(Math.floor(count) - 1, mean, dispersion);
    const upTo = countProbability(Math.floor(count), mean, dispersion);
    this.#sums = undefined;
    const first = Math.min(bins - 1, Math.floor(below * bins));
    const last = Math.min(bins - 1, Math.floor(upTo * bins));
    if (first === last) {
      this.#shares[first + 1]++;
      return;
    }
    // Evenly over what lies between: the bins at both ends in part, and in all between the same, which is kept as its change.
    const density = 1 / (upTo - below) / bins;
    this.#shares[first + 1] += density * (first + 1 - below * bins);
    this.#shares[last + 1] += density * (upTo * bins - last);
    this.#changes[first + 2] += density;
    this.#changes[last + 1] -= density;
  }

  /** How often a share that the distribution states is not exceeded. */
  come(stated: number): number {
    const place = Math.min(1, Math.max(0, stated)) * bins;
    const bin = Math.min(bins - 1, Math.floor(place));
    const cumulative = this.#cumulative();
    return cumulative[bin] + (place - bin) * (cumulative[bin + 1] - cumulative[bin]);
  }

  /** The share that the distribution must be asked for, so that what it gives is exceeded as seldom as `share` says. */
  correct(share: number): number {
    const cumulative = this.#cumulative();
    if (share >= 1) return greatest;
    let [below, next] = [0, bins];
    while (next - below > 1) {
      const middle = (below + next) >> 1;
      if (cumulative[middle] < share) below = middle;
      else next = middle;
    }
    const part = (share - cumulative[next - 1]) / (cumulative[next] - cumulative[next - 1]);
    return Math.min(greatest, (next - 1 + part) / bins);
  }

  /** Shares that came up to each bin. */
  #cumulative(): Float64Array {
    if (!this.#sums) {
      const sums = new Float64Array(bins + 1);
      let between = 0;
      for (let bin = 1; bin <= bins; bin++) {
        between += this.#changes[bin];
        sums[bin] = sums[bin - 1] + this.#shares[bin] + between + prior / bins;
      }
      this.#sums = sums.map((sum) => sum / sums[bins]);
    }
    return this.#sums;
  }
}
