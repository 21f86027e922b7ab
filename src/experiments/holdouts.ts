import type { Queryable } from '../db/index.ts';
import type { GlobalHoldout, Holdout, HoldoutKind, HoldoutPeriod } from './arms.ts';
import { selectHoldouts } from './store.ts';

/** The one that holds now: there always is one, be its share 0. */
export async function readHoldout(db: Queryable): Promise<GlobalHoldout> {
  const [holdout] = await selectHoldouts(db, 'coupons', 1);
  return holdout;
}

/** Who gets popular lists instead of personal ones now; undefined: nobody ever did. */
export async function readListHoldout(db: Queryable): Promise<Holdout | undefined> {
  const [holdout] = await selectHoldouts(db, 'lists', 1);
  return holdout;
}

/** The last time that anybody was held out. undefined: nobody ever was */
export async function readLastHoldout(db: Queryable, kind: HoldoutKind): Promise<HoldoutPeriod | undefined> {
  const holdouts = await selectHoldouts(db, kind, null);
  const last = holdouts.findIndex(({ share }) => share > 0);
  if (last < 0) return undefined;
  const { share } = holdouts[last];
  const before = holdouts.findIndex((holdout, at) => at > last && holdout.share !== share);
  const same = holdouts.slice(last, before < 0 ? undefined : before);
  return {
    holdoutIds: same.map(({ holdoutId }) => holdoutId),
    share,
    since: same.at(-1)!.since,
    until: holdouts[last - 1]?.since ?? null,
  };
}
