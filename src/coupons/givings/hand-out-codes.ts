import type { Database } from '../../db/index.ts';
import { type Campaign, statusOf } from '../campaigns/campaign-terms.ts';
import { selectCampaign } from '../campaigns/store.ts';
import { makeCodes } from '../referrals/make-codes.ts';
import { addUp, NotActive, NotOurs, type Recipient } from './give-page.ts';
import { type GivenCustomer, type Giving, goOn } from './store.ts';

/**
 * Gives each of these customers the code that they hand on, and goes on behind them: codes, the table and the place are one
 * transaction. Nothing is decided, and nothing of a budget is held.
 * @returns the giving as it stands now
 * @throws NotOurs, NotActive
 */
export async function handOutCodes(
  { db, clock }: { db: Database; clock: () => Date },
  giving: Giving,
  holder: string,
  page: readonly Recipient[],
  upTo: number,
): Promise<Giving> {
  const now = clock();
  return db.transaction(async (tx) => {
    const campaign = (await selectCampaign(tx, giving.campaignId))!;
    if (statusOf(campaign, now) !== 'active') throw new NotActive();
    const codes = await makeCodes(
      tx,
      { campaignKey: campaign.campaignKey, referral: referralOf(campaign), now },
      page.map(({ customerKey }) => customerKey),
    );
    const given = Array.from(
      codes,
      ([customerKey, code]): GivenCustomer => ({ customerKey, decisionId: null, outcome: 'granted', code }),
    );
    const outcomes = addUp(giving.outcomes, given);
    if (!(await goOn(tx, giving, holder, { upTo, outcomes, given }))) throw new NotOurs();
    return { ...giving, afterKey: upTo, outcomes };
  });
}

/** That it is one never changes. */
const referralOf = ({ referral }: Campaign) => referral!;
