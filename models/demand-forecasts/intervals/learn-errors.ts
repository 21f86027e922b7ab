import { Calibration, type Shares } from './calibration.ts';
import { addLikelihoods, dispersionAt, estimateFactors, factorCount, learnCurve } from './dispersion.ts';

/** How sums of so many days come out about what is foreseen. */
export class SpanErrors {
  readonly #curve: Float64Array;
  readonly #factors: Float64Array;
  readonly #calibration: Calibration;

  /**
   * @param curve what is usual, as `learnCurve` has it
   * @param factors by item: how many times that its own dispersion is
   */
  constructor(curve: Float64Array, factors: Float64Array, calibration: Calibration) {
    this.#curve = curve;
    this.#factors = factors;
    this.#calibration = calibration;
  }

  /** The variance of an item's sum of which `mean` is foreseen is mean + dispersion × mean². */
  dispersionAt(item: number, mean: number): number {
    return dispersionAt(this.#curve, mean, this.#factors[item]);
  }

  /** How the shares that such a distribution states come out. */
  sharesAt(mean: number): Shares {
    return this.#calibration.at(mean);
  }
}

/** What chosen methods had foreseen of sums of days, and what came. */
export class Foreseen {
  readonly #items: Uint32Array;
  readonly #sold: Float32Array;
  readonly #means: Float32Array;
  /** of the origins: 0 the later, 1 the earlier */
  readonly #halves: Uint8Array;
  #count = 0;

  /** @param most cases that may be added */
  constructor(most: number) {
    this.#items = new Uint32Array(most);
    this.#sold = new Float32Array(most);
    this.#means = new Float32Array(most);
    this.#halves = new Uint8Array(most);
  }

  /** @param mean above 0 */
  add(item: number, half: 0 | 1, sold: number, mean: number): void {
    this.#items[this.#count] = item;
    this.#halves[this.#count] = half;
    this.#sold[this.#count] = sold;
    this.#means[this.#count] = mean;
    this.#count++;
  }

  /**
   * How much sums vary about what is foreseen, by its level and by item, and how far the shares so stated are wrong for all. The
   * shares are judged with dispersions of the other half of the origins: with its own an item looks surer than it is.
   */
  learn(items: number): SpanErrors {
    const curve = learnCurve(this.#sold.subarray(0, this.#count), this.#means.subarray(0, this.#count));
    const halves = [0, 1].map(() => new Float64Array(items * factorCount));
    for (let at = 0; at < this.#count; at++) {
      const place = this.#items[at] * factorCount;
      const own = halves[this.#halves[at]].subarray(place, place + factorCount);
      addLikelihoods(own, curve, this.#sold[at], this.#means[at]);
    }
    const byHalf = halves.map(estimateFactors);
    const calibration = new Calibration();
    for (let at = 0; at < this.#count; at++) {
      const factor = byHalf[1 - this.#halves[at]][this.#items[at]];
      calibration.add(this.#sold[at], this.#means[at], dispersionAt(curve, this.#means[at], factor));
    }
    const factors = estimateFactors(halves[0].map((value, place) => value + halves[1][place]));
    return new SpanErrors(curve, factors, calibration);
  }
}
