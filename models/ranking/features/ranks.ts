import type { Kernels } from '../../kernels/index.ts';
import { rankingWords } from '../../kernels/sets/trees.ts';

/** What ranking takes of a kernels' memory. */
export function ranksBytes(most: number): number {
  return 12 * most + 4 * rankingWords(most) + 192;
}

/**
 * Ranks of scores, 0 for the greatest, of equal ones the first one first.
 *
 * @param kernels of trees, with `ranksBytes` left
 * @param most scores at a time
 * @returns the ranks beside the scores, none of which is NaN; a view that holds until the next call
 */
export function createRanks(kernels: Kernels, most: number): (scores: Float64Array) => Uint32Array {
  const kept = kernels.float64(most);
  const ranks = kernels.uint32(most);
  const scratch = kernels.uint32(rankingWords(most));
  return (scores) => {
    kept.set(scores);
    kernels.run('rankScores', [[kept.byteOffset, scores.length, scratch.byteOffset, ranks.byteOffset]]);
    return ranks;
  };
}
