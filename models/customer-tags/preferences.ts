import { dayMs, type TagFacts } from './facts.ts';
import type { PreferencesRecipe } from './recipe.ts';

/** A category or brand that a customer prefers. */
export interface Preference {
  label: number;
  /** of the customer's lines of goods whose label is known, 0 to 1 */
  share: number;
  /** the same share with every line halved by each half-life of its age */
  recencyWeight: number;
  lines: number;
}

/**
 * What labels (categories, brands) a customer buys most: by recency weight, best first, equal ones by share and then by
 * number. Lines of no goods do not count. Empty below the minimum support.
 *
 * @param own places of the customer's lines
 * @param labels by item, -1: none
 */
export function findPreferences(
  { lines, items, asOf }: TagFacts,
  own: Uint32Array,
  labels: Int32Array,
  recipe: PreferencesRecipe,
): Preference[] {
  const byLabel = new Map<number, { lines: number; weight: number }>();
  let lineCount = 0;
  let weightSum = 0;
  for (const line of own) {
    const item = lines.items[line];
    const label = labels[item];
    if (label < 0 || !items.isProduct[item]) continue;
    const weight = 0.5 ** ((asOf - lines.times[line]) / dayMs / recipe.halfLifeDays);
    const sum = byLabel.get(label);
    if (sum) {
      sum.lines++;
      sum.weight += weight;
    } else byLabel.set(label, { lines: 1, weight });
    lineCount++;
    weightSum += weight;
  }
  if (lineCount < recipe.minimumLines) return [];
  return Array.from(byLabel, ([label, { lines, weight }]) => ({
    label,
    share: lines / lineCount,
    // Of what lies many half-lives back every weight is 0.
    recencyWeight: weightSum > 0 ? weight / weightSum : 0,
    lines,
  }))
    .filter(({ lines, share }) => lines >= recipe.minimumOwnLines && share >= recipe.minimumShare)
    .sort((a, b) => b.recencyWeight - a.recencyWeight || b.share - a.share || a.label - b.label)
    .slice(0, recipe.most);
}
