import type { Config } from '../config.ts';
import { expireAnswers } from '../db/idempotency.ts';
import { type Database, daysBefore } from '../db/index.ts';
import type { Station } from '../station.ts';
import { forgetGuesses } from './codes/guesses/guess-watch.ts';
import { type Coupons, eraseFromCoupons } from './coupons.ts';
import { createCouponTouches } from './ledger/touch-days.ts';
import { couponRoutes } from './routes.ts';

/** So often it is written how many codes were tried in vain. */
const failuresEveryMs = 1_000;

/** Coupons whose time is over give back what they hold; answers to repeated requests and tries are kept for a time only. */
export function couponsStation(
  coupons: Coupons,
  {
    database,
    config,
  }: { database: Database; config: Pick<Config, 'minorDigits' | 'answerRetentionDays' | 'timeZone'> },
): Station {
  const touches = createCouponTouches(config.timeZone);
  return {
    routes: couponRoutes(coupons, config),
    erase: (tx, customerKey) => eraseFromCoupons(tx, customerKey, touches),
    timers: [
      { failure: 'codes tried in vain not written', everyMs: failuresEveryMs, run: () => coupons.writeFailures() },
    ],
    // A database that is gone holds up no stop.
    stop: () => coupons.writeFailures().catch(() => {}),
    chores: [
      { name: 'coupons out of date', tidy: () => coupons.expireCoupons() },
      { name: 'tries of unknown codes', tidy: (now) => forgetGuesses(database, now) },
      {
        name: 'idempotent answers',
        tidy: (now, leave) => expireAnswers(database, daysBefore(now, config.answerRetentionDays), leave),
      },
    ],
  };
}
