import type { SpanErrors } from './bands.ts';
import { Calibration } from './calibration.ts';
import { addLikelihoods, dispersions, estimateDispersions } from './dispersion.ts';

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

  add(item: number, half: 0 | 1, sold: number, mean: number): void {
    this.#items[this.#count] = item;
    this.#halves[this.#count] = half;
    this.#sold[this.#count] = sold;
    this.#means[this.#count] = mean;
    this.#count++;
  }

  /**
   * How much each item's sums vary about what is foreseen, and how far the shares so stated are wrong for all. The shares are
   * judged with dispersions of the other half of the origins: with its own an item looks surer than it is.
   */
  learn(items: number): SpanErrors {
    const steps = dispersions.length;
    const halves = [0, 1].map(() => new Float64Array(items * steps));
    for (let at = 0; at < this.#count; at++) {
      const place = this.#items[at] * steps;
      addLikelihoods(halves[this.#halves[at]].subarray(place, place + steps), this.#sold[at], this.#means[at]);
    }
    const byHalf = halves.map(estimateDispersions);
    const calibration = new Calibration();
    for (let at = 0; at < this.#count; at++) {
      calibration.add(this.#sold[at], this.#means[at], byHalf[1 - this.#halves[at]][this.#items[at]]);
    }
    return { dispersion: estimateDispersions(halves[0].map((value, place) => value + halves[1][place])), calibration };
  }
}
