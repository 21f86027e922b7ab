import { seededRandom } from '../../../models/random.ts';

/** Rows from 0 on, each by chance in one half: to learn from, or to judge by. */
export function halve(count: number, seed: number): { learnt: Uint32Array; judged: Uint32Array } {
  const random = seededRandom(seed);
  const draws = Float64Array.from({ length: count }, random);
  const shuffled = Uint32Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b]);
  return { learnt: shuffled.slice(0, count >> 1).sort(), judged: shuffled.slice(count >> 1).sort() };
}
