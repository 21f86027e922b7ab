import type { Blend } from '../recipe.ts';

/** By item: (popularity / the greatest popularity + floor)^popularityPower. */
export function weighDemand(
  popularity: Float64Array,
  { floor, popularityPower }: Pick<Blend, 'floor' | 'popularityPower'>,
): Float64Array {
  let greatest = 0;
  for (const score of popularity) greatest = Math.max(greatest, score);
  return popularity.map((score) => ((greatest > 0 ? score / greatest : 0) + floor) ** popularityPower);
}
