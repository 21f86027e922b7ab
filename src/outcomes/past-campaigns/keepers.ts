import type { PastCampaignKeeper, PastCampaignKind } from '../../intake/index.ts';
import { toMinor } from '../../shop/money.ts';
import { keepCampaigns } from './keep-campaigns.ts';
import { keepRows } from './keep-rows.ts';
import * as store from './store.ts';

/** Who keeps each kind of file about campaigns that were run elsewhere. */
export function pastCampaignKeepers(minorDigits: number): Record<PastCampaignKind, PastCampaignKeeper> {
  return {
    campaigns: campaignKeeper,
    recipients: recipientKeeper,
    coupons: couponKeeper,
    redemptions: redemptionKeeper(minorDigits),
  };
}

const campaignKeeper: PastCampaignKeeper = {
  rowKind: 'campaign',
  fields: { campaign_id: 'text', name: 'text', started_at: 'time', ended_at: 'time' },
  required: ['campaign_id', 'started_at', 'ended_at'],
  timeField: 'started_at',
  keep: keepCampaigns,
};

const recipientKeeper: PastCampaignKeeper = {
  rowKind: 'recipient',
  fields: { campaign_id: 'text', customer_id: 'text' },
  required: ['campaign_id', 'customer_id'],
  timeField: undefined,
  keep: (tx, rows, importId) =>
    keepRows(tx, rows, true, async (recipients) => {
      const inserted = await store.insertRecipients(tx, recipients, importId);
      return recipients.map(({ campaignKey, customerKey }) => inserted.delete(`${campaignKey} ${customerKey}`));
    }),
};

const couponKeeper: PastCampaignKeeper = {
  rowKind: 'coupon',
  fields: { campaign_id: 'text', code: 'text', item_id: 'text' },
  required: ['campaign_id', 'code'],
  timeField: undefined,
  keep: (tx, rows, importId) =>
    keepRows(tx, rows, false, async (sound) => {
      const coupons = sound.map(({ campaignKey, row }) => {
        return { campaignKey, code: row['code']!, itemId: row['item_id'] ?? '' };
      });
      const inserted = await store.insertPastCoupons(tx, coupons, importId);
      return coupons.map(({ campaignKey, code, itemId }) =>
        inserted.delete(JSON.stringify([campaignKey, code, itemId])),
      );
    }),
};

const redemptionKeeper = (minorDigits: number): PastCampaignKeeper => ({
  rowKind: 'redemption',
  fields: {
    campaign_id: 'text',
    customer_id: 'text',
    code: 'text',
    redeemed_at: 'time',
    order_id: 'text',
    discount: 'decimal',
  },
  required: ['campaign_id', 'customer_id', 'code', 'redeemed_at'],
  timeField: 'redeemed_at',
  keep: (tx, rows, importId) =>
    keepRows(tx, rows, true, async (sound) => {
      const redemptions = sound.map(({ campaignKey, customerKey, row }) => ({
        campaignKey,
        customerKey,
        code: row['code']!,
        redeemedAt: new Date(row['redeemed_at']!),
        orderId: row['order_id'] ?? '',
        discountMinor: row['discount'] === undefined ? null : toMinor(row['discount'], minorDigits),
      }));
      const inserted = await store.insertPastRedemptions(tx, redemptions, importId);
      return redemptions.map(({ campaignKey, customerKey, code, redeemedAt, orderId }) =>
        inserted.delete(JSON.stringify([campaignKey, customerKey, code, redeemedAt.getTime(), orderId])),
      );
    }),
});
