import { levelOf, levels } from './by-level.ts';
import { countProbability } from './count-distribution.ts';

/** Of the values from 0 to 1. */
const bins = 1_000;
/** As if so many cases had come as stated, so that few cases correct little. */
const prior = 100;
/** As if each level had so many cases like those of all levels. */
const shared = 200;
/** Beyond is nothing that cases could tell of. */
const greatest = 0.99999;

/**
 * By how much the shares that a distribution states are wrong, learnt from what came: the mean over all cases of the
 * probability integral transform for counts (Czado, Gneiting and Held 2009), turned round as Kuleshov, Fenner and Ermon 2018 do; by
 * the level of what was foreseen, drawn to that of all levels.
 */
export class Calibration {
  readonly #tables = Array.from({ length: levels }, () => new Table());
  #cumulative: Float64Array[] | undefined;

  /** What came, and the mean and dispersion by which it had been foreseen. */
  add(count: number, mean: number, dispersion: number): void {
    const below = countProbability(Math.floor(count) - 1, mean, dispersion);
    const upTo = countProbability(Math.floor(count), mean, dispersion);
    const level = levelOf(mean);
    const first = Math.min(levels - 2, Math.floor(level));
    this.#tables[first].add(below, upTo, 1 - level + first);
    this.#tables[first + 1].add(below, upTo, level - first);
    this.#cumulative = undefined;
  }

  /** How shares come out where so much is foreseen. */
  at(mean: number): Shares {
    this.#cumulative ??= accumulate(this.#tables);
    const level = levelOf(mean);
    const first = Math.min(levels - 2, Math.floor(level));
    return new Shares([
      [1 - level + first, this.#cumulative[first]],
      [level - first, this.#cumulative[first + 1]],
    ]);
  }
}

/** How many cases came up to each share that was stated. */
class Table {
  readonly #shares = new Float64Array(bins);
  readonly #changes = new Float64Array(bins + 1);

  /** A case that lies evenly between two shares. */
  add(below: number, upTo: number, weight: number): void {
    const first = Math.min(bins - 1, Math.floor(below * bins));
    const last = Math.min(bins - 1, Math.floor(upTo * bins));
    if (first === last) {
      this.#shares[first] += weight;
      return;
    }
    // The bins at both ends in part, and in all between the same, which is kept as its change.
    const density = weight / (upTo - below) / bins;
    this.#shares[first] += density * (first + 1 - below * bins);
    this.#shares[last] += density * (upTo * bins - last);
    this.#changes[first + 1] += density;
    this.#changes[last] -= density;
  }

  /** Cases by bin. */
  count(): Float64Array {
    let between = 0;
    return this.#shares.map((cases, bin) => {
      between += this.#changes[bin];
      return cases + between;
    });
  }
}

/** By level the share of cases that came up to each bin. */
function accumulate(tables: readonly Table[]): Float64Array[] {
  const counts = tables.map((table) => table.count());
  const all = new Float64Array(bins).fill(prior / bins);
  for (const cases of counts) for (let bin = 0; bin < bins; bin++) all[bin] += cases[bin];
  const total = all.reduce((sum, cases) => sum + cases, 0);
  return counts.map((cases) => {
    const sums = new Float64Array(bins + 1);
    for (let bin = 0; bin < bins; bin++) sums[bin + 1] = sums[bin] + cases[bin] + (shared * all[bin]) / total;
    return sums.map((sum) => sum / sums[bins]);
  });
}

/** How the shares that a distribution states come out. */
export class Shares {
  /** the share that came up to each bin, and its weight; weights add up to 1 */
  readonly #parts: readonly (readonly [weight: number, cumulative: Float64Array])[];

  constructor(parts: readonly (readonly [weight: number, cumulative: Float64Array])[]) {
    this.#parts = parts;
  }

  /** These and others, of which there is a part. */
  mix(others: Shares, part: number): Shares {
    return new Shares([
      ...this.#parts.map(([weight, sums]) => [weight * (1 - part), sums] as const),
      ...others.#parts.map(([weight, sums]) => [weight * part, sums] as const),
    ]);
  }

  /** How often a share that the distribution states is not exceeded. */
  come(stated: number): number {
    const place = Math.min(1, Math.max(0, stated)) * bins;
    const bin = Math.min(bins - 1, Math.floor(place));
    const before = this.#upTo(bin);
    return before + (place - bin) * (this.#upTo(bin + 1) - before);
  }

  /** The share that the distribution must be asked for, so that what it gives is exceeded as seldom as `share` says. */
  correct(share: number): number {
    if (share >= 1) return greatest;
    let [below, next] = [0, bins];
    while (next - below > 1) {
      const middle = (below + next) >> 1;
      if (this.#upTo(middle) < share) below = middle;
      else next = middle;
    }
    const before = this.#upTo(next - 1);
    return Math.min(greatest, (next - 1 + (share - before) / (this.#upTo(next) - before)) / bins);
  }

  #upTo(bin: number): number {
    let sum = 0;
    for (const [weight, cumulative] of this.#parts) sum += weight * cumulative[bin];
    return sum;
  }
}
