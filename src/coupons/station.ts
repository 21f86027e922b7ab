import type { Config } from '../config.ts';
import { expireAnswers } from '../db/idempotency.ts';
import { type Database, daysBefore } from '../db/index.ts';
import { byRequest, type Finding, finding } from '../finding.ts';
import type { Station } from '../station.ts';
import { countCampaigns } from './campaigns/store.ts';
import { forgetGuesses } from './codes/guesses/guess-watch.ts';
import { type Coupons, eraseFromCoupons } from './coupons.ts';
import { createCouponTouches } from './ledger/touch-days.ts';
import { couponRoutes } from './routes.ts';

/** So often it is written how many codes were tried in vain, and looked for campaigns that are to be given. */
const everyMs = 1_000;
/** What nobody can redeem any more is given back so often. */
const tenSecondsMs = 10_000;

/** Coupons whose time is over give back what they hold; answers to repeated requests and tries are kept for a time only. */
export function couponsStation(
  coupons: Coupons,
  {
    database,
    config,
  }: { database: Database; config: Pick<Config, 'minorDigits' | 'answerRetentionDays' | 'timeZone'> },
): Station {
  const touches = createCouponTouches(config.timeZone);
  const leaving = new AbortController();
  let giving: Promise<void> = Promise.resolve();
  return {
    routes: couponRoutes(coupons, config),
    erase: (tx, customerKey, visitorKeys) => eraseFromCoupons(tx, customerKey, visitorKeys, touches),
    onNotice: coupons.onNotice,
    timers: [
      { failure: 'codes tried in vain not written', everyMs, run: () => coupons.writeFailures() },
      { failure: 'referrals not rewarded', everyMs, run: () => coupons.settleReferrals(leaving.signal) },
      { failure: 'rewards not taken back', everyMs: tenSecondsMs, run: () => coupons.revokeRewards() },
      { failure: 'joiners not merged', everyMs: tenSecondsMs, run: () => coupons.mergeJoiners() },
      {
        failure: 'campaigns not given',
        everyMs,
        run() {
          giving = coupons.giveDue(leaving.signal);
          return giving;
        },
      },
    ],
    examine: async () => findMissingCampaigns(await countCampaigns(database)),
    async stop() {
      leaving.abort();
      // A database that is gone holds up no stop.
      await giving.catch(() => {});
      await coupons.writeFailures().catch(() => {});
    },
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

function findMissingCampaigns({ campaigns, controlled }: { campaigns: number; controlled: number }): Finding[] {
  const make = (text: string) => byRequest(`POST /v1/campaigns ${text}`, 'docs/marketing.md');
  if (campaigns === 0) return [finding('finding.no-campaign', {}, { blocks: ['coupons'], remedy: make('{…}') })];
  if (controlled > 0) return [];
  const remedy = make('{"control_share": 0.1, …}');
  return [finding('finding.no-control', {}, { weakens: ['coupons', 'reports'], remedy })];
}
