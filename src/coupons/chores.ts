import type { Config } from '../config.ts';
import { expireAnswers } from '../db/idempotency.ts';
import { type Chore, type Database, daysBefore } from '../db/index.ts';
import type { Coupons } from './coupons.ts';
import { forgetGuesses } from './guesses.ts';

/** Coupons whose time is over give back what they hold; answers to repeated requests and tries are kept for a time only. */
export function couponChores(
  db: Database,
  coupons: Pick<Coupons, 'expireCoupons'>,
  config: Pick<Config, 'answerRetentionDays'>,
): Chore[] {
  return [
    { name: 'coupons out of date', tidy: () => coupons.expireCoupons() },
    { name: 'tries of unknown codes', tidy: (now) => forgetGuesses(db, now) },
    {
      name: 'idempotent answers',
      tidy: (now, leave) => expireAnswers(db, daysBefore(now, config.answerRetentionDays), leave),
    },
  ];
}
