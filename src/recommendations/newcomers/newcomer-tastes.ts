import { weighForNewcomer } from '../../../models/popularity/index.ts';

/** What is known of somebody beside what they did, by name: `device`, `campaign`, `country`, `attributes.club`. */
export type Traits = Readonly<Record<string, string>>;

/** By what popularity is multiplied for newcomers of one value of a trait, as a version has it. */
export interface NewcomerTasteRow {
  trait: string;
  value: string;
  /** of items that are not named */
  rest: number;
  itemKeys: ArrayLike<number>;
  lifts: ArrayLike<number>;
}

/** The same as it is served, by trait and value; items as dense indices. */
export type NewcomerTastes = ReadonlyMap<
  string,
  ReadonlyMap<string, { readonly rest: number; readonly lifts: ReadonlyMap<number, number> }>
>;

/** Popular items, the most popular first. */
interface Popular {
  readonly items: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly newcomers?: NewcomerTastes;
}

/** What everybody is said to be, so that what all newcomers buy has its place. */
const everybody = { newcomers: 'yes' };

/** What was weighed for some values, by version. */
const kept = new WeakMap<Popular, Map<string, Popular>>();
/** Of all that is kept of a version: 12 bytes each. */
const mostItemsKept = 2_000_000;

/** Popular goods as newcomers of whom this is known buy them; the same where that is no better, or nothing counts that is known. */
export function popularWithNewcomers(popular: Popular, traits: Traits): Popular {
  const { newcomers } = popular;
  if (!newcomers || newcomers.size === 0) return popular;
  const known = { ...traits, ...everybody };
  const keys: string[] = [];
  const tastes: { rest: number; lifts: ReadonlyMap<number, number> }[] = [];
  for (const [trait, byValue] of newcomers) {
    const value = Object.hasOwn(known, trait) ? known[trait as keyof typeof known] : undefined;
    const taste = value === undefined ? undefined : byValue.get(value);
    if (!taste) continue;
    keys.push(`${trait} ${value}`);
    tastes.push(taste);
  }
  if (tastes.length === 0) return popular;
  let ofVersion = kept.get(popular);
  if (!ofVersion || (ofVersion.size + 1) * popular.items.length > mostItemsKept) {
    ofVersion = new Map();
    kept.set(popular, ofVersion);
  }
  const key = keys.join('\n');
  let weighed = ofVersion.get(key);
  if (!weighed) {
    weighed = weighForNewcomer(popular, tastes);
    ofVersion.set(key, weighed);
  }
  return weighed;
}
