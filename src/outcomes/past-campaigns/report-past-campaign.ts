import type { Database } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { findOrdersWithItems } from '../../intake/index.ts';
import { say } from '../../sentences/index.ts';
import { attributeOrders } from '../reports/attribute-orders.ts';
import type { CampaignReport } from '../reports/campaign-report.ts';
import * as store from './store.ts';

const withoutControl = `${say('effect.past-no-control', {})} ${say('effect.orders-with-coupon', {})}`;

type DayRedemption = Awaited<ReturnType<typeof store.selectPastRedemptions>>[number];

/** @throws PannierError `not_found` */
export async function reportPastCampaign(
  db: Database,
  campaignId: string,
  { asOf, minorDigits, timeZone }: { asOf: Date; minorDigits: number; timeZone: string },
): Promise<CampaignReport> {
  const campaign = (await store.selectPastCampaigns(db, [campaignId])).get(campaignId);
  if (!campaign) throw notFound('campaign');
  const { campaignKey, name } = campaign;
  const redemptions = await store.selectPastRedemptions(db, campaignKey, timeZone);
  const costMinor = costOf(redemptions);
  return {
    campaignId,
    name,
    asOf,
    issued: await store.countRecipients(db, campaignKey),
    redeemed: redemptions.length,
    reversed: 0,
    costMinor,
    otherCostsMinor: 0,
    attributed: await attributeOrders(db, await ordersOf(db, campaignKey, redemptions), minorDigits),
    measured: null,
    comparison: null,
    response: null,
    statement: withoutControl + (costMinor === null ? ` ${say('effect.past-no-cost', {})}` : ''),
  };
}

/** Discounts of all; null: that of one was not imported. */
function costOf(redemptions: readonly store.PastRedemption[]): number | null {
  return redemptions.reduce<number | null>(
    (sum, { discountMinor }) => (sum === null || discountMinor === null ? null : sum + discountMinor),
    0,
  );
}

/** The ids of each redemption's orders: the one that it names, or else those of the customer on that day with an item of the code. */
async function ordersOf(db: Database, campaignKey: number, redemptions: readonly DayRedemption[]): Promise<string[][]> {
  const scopes = await store.selectScopes(db, campaignKey, [...new Set(redemptions.map(({ code }) => code))]);
  const codes = [...scopes.keys()];
  const nameless = redemptions.flatMap((redemption, place) => {
    const { customerKey, code, orderId, dayFrom: from, dayUntil: until } = redemption;
    const scope = codes.indexOf(code);
    return orderId === '' && customerKey !== null && scope >= 0 ? [{ place, customerKey, from, until, scope }] : [];
  });
  const orders = redemptions.map(({ orderId }) => (orderId === '' ? [] : [orderId]));
  const ofDays = await findOrdersWithItems(db, nameless, [...scopes.values()]);
  for (const [index, { place }] of nameless.entries()) orders[place] = ofDays[index];
  return orders;
}
