import type { CouponResponseRecipe } from '../../../models/coupon-response/index.ts';
import type { Database } from '../../../src/db/index.ts';
import { couponResponse } from '../../../src/training/learners/coupon-response.ts';
import type { RunSettings } from '../../../src/training/learners/learner.ts';
import { makeSnapshot } from './training-snapshot.ts';

/** Learns what campaigns teach, as a night does, without the rest of the night. */
export async function learnResponses(
  db: Database,
  recipe: CouponResponseRecipe,
  { asOf, seed = 1, minorDigits = 2 }: { asOf: Date; seed?: number; minorDigits?: number },
) {
  const settings: RunSettings = { asOf, seed, minorDigits, threads: 1, timeZone: 'UTC' };
  const snapshot = makeSnapshot({ asOf: asOf.getTime(), customers: 0, items: [], lines: [] });
  const around = { db, snapshot, recipe, settings, published: undefined, learntBy: () => undefined };
  const beside = await couponResponse.gather(around);
  const learnt = await couponResponse.learn({ snapshot, recipe, beside, settings });
  return {
    verdicts: couponResponse.metrics(learnt)['coupon-response'],
    prepared: await couponResponse.kept.prepare(db, learnt, settings),
  };
}

/** Keeps it, as the publishing of a night does. */
export async function keepResponses(
  db: Database,
  trainingRunId: number,
  { prepared }: Awaited<ReturnType<typeof learnResponses>>,
): Promise<void> {
  await db.transaction((tx) => couponResponse.kept.keep(tx, trainingRunId, prepared));
}
