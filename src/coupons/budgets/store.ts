import type { Transaction } from '../../db/index.ts';

/**
 * Takes one unit and spends its discount at once, if the campaign's terms are still those and both budgets have room: conditional,
 * as what `write_decisions` sets aside. A pause stops what is given out, not what was, so it does not matter here.
 */
export type Spend = (
  tx: Transaction,
  spending: { campaignKey: number; termsKey: number; discountMinor: number },
) => Promise<boolean>;

export const spend: Spend = async (tx, { campaignKey, termsKey, discountMinor }) => {
  const rows = await tx.query(
    `update campaigns set issued = issued + 1, redeemed = redeemed + 1, money_redeemed_minor = money_redeemed_minor + $2
     where campaign_key = $1 and terms_key = $3 and (coupon_budget is null or issued < coupon_budget)
       and (money_budget_minor is null
         or money_reserved_minor + money_redeemed_minor - money_reversed_minor + $2 <= money_budget_minor)
     returning campaign_key`,
    [campaignKey, discountMinor, termsKey],
    'spend-coupon',
  );
  return rows.length === 1;
};

/** A redemption settles the actual discount against what was reserved; the difference is free again. */
export async function settleReservation(
  tx: Transaction,
  settlement: { campaignKey: number; reservedMinor: number; discountMinor: number },
): Promise<void> {
  await tx.query(
    `update campaigns set redeemed = redeemed + 1, money_reserved_minor = money_reserved_minor - $2,
       money_redeemed_minor = money_redeemed_minor + $3 where campaign_key = $1`,
    [settlement.campaignKey, settlement.reservedMinor, settlement.discountMinor],
    'settle-reservation',
  );
}

/** What a redemption gives is stated anew. False: the budget has no room for what it is more. */
export async function restateSpent(
  tx: Transaction,
  { campaignKey, differenceMinor }: { campaignKey: number; differenceMinor: number },
): Promise<boolean> {
  const rows = await tx.query(
    `update campaigns set money_redeemed_minor = money_redeemed_minor + $2
     where campaign_key = $1 and ($2 <= 0 or money_budget_minor is null
       or money_reserved_minor + money_redeemed_minor - money_reversed_minor + $2 <= money_budget_minor)
     returning campaign_key`,
    [campaignKey, differenceMinor],
    'restate-spent',
  );
  return rows.length === 1;
}

/** Reservations that end without a redemption give back units and money. */
export async function giveBackReserved(
  tx: Transaction,
  given: { campaignKey: number; units: number; reservedMinor: number; as: 'expired' | 'released' },
): Promise<void> {
  await tx.query(
    `update campaigns set issued = issued - $2, ${given.as} = ${given.as} + $2,
       money_reserved_minor = money_reserved_minor - $3 where campaign_key = $1`,
    [given.campaignKey, given.units, given.reservedMinor],
    `give-back-${given.as}`,
  );
}

/** A reversal gives money back, and with the last of it the unit. */
export async function giveBackRedeemed(
  tx: Transaction,
  given: { campaignKey: number; units: number; amountMinor: number },
): Promise<void> {
  await tx.query(
    `update campaigns set issued = issued - $2, reversed = reversed + $2, money_reversed_minor = money_reversed_minor + $3
     where campaign_key = $1`,
    [given.campaignKey, given.units, given.amountMinor],
    'give-back-redeemed',
  );
}
