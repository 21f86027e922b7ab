import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { CampaignElement } from '../../../src/coupons/request-elements.ts';
import {
  type CouponShop,
  campaign,
  decide,
  makeCodes,
  makeSharedCode,
  newOrderId,
  openCouponShop,
  readCodes,
  redeem,
  refusalOf,
  reverse,
} from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

const people = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`c${n}`, {}]));
let shop: CouponShop;
beforeAll(async () => {
  shop = await openCouponShop({ customers: people });
});
afterAll(async () => {
  try {
    expect(await selectDifferences(shop.db)).toEqual([]);
    const report = await replayDecisions(shop.db, 10_000);
    expect(report).toMatchObject({ equal: report.replayed, differing: [] });
  } finally {
    await shop.stop();
  }
});

const create = (id: string, change: Partial<CampaignElement> = {}) => shop.coupons.createCampaign(campaign(id, change));
const ask = (customer: string, id: string) => decide(shop.coupons, { customer_id: customer, campaign_ids: [id] });
const later = (hours: number) => (shop.time.now = new Date(shop.time.now.getTime() + hours * 3_600_000));
const messageOf = (asked: Promise<unknown>) => asked.then(String, (error) => error.faults[0].message);
const listed = async (archived?: boolean) =>
  (await shop.coupons.listCampaigns(100, undefined, archived)).map(({ campaignId }) => campaignId);
const replacementsOf = async (campaignId: string, batchId: string) => {
  const pairs: { code: string; replaces: string }[] = [];
  for await (const pair of (await shop.coupons.readReplacements(campaignId, batchId)) ?? []) pairs.push(pair);
  return pairs;
};

describe('a campaign', () => {
  test('that is ended gives nothing more; what was given stays good, codes that nobody was given end with it', async () => {
    await create('over');
    const { coupon } = await ask('c0', 'over');
    await makeSharedCode(shop.coupons, 'over', 'OVER-NOW');
    later(1);
    expect(await shop.coupons.endCampaign('over')).toMatchObject({
      status: 'ended',
      version: 2,
      validUntil: shop.time.now,
    });
    expect(await shop.coupons.endCampaign('over')).toMatchObject({ version: 2 });
    expect((await ask('c1', 'over')).campaigns).toMatchObject([
      { campaignId: 'over', version: 2, outcome: 'not-active' },
    ]);
    expect(await messageOf(redeem(shop.coupons, { code: 'OVER-NOW' }))).toBe('has expired');
    expect(await redeem(shop.coupons, { code: coupon!.code })).toMatchObject({ discountMinor: 300 });
  });

  test('that has not begun never does', async () => {
    await create('never', { valid_from: '2026-04-20T00:00:00Z' });
    const ended = await shop.coupons.endCampaign('never');
    expect(ended.status).toBe('ended');
    expect(ended.validFrom < ended.validUntil).toBe(true);
    expect(await refusalOf(shop.coupons.endCampaign('nowhere'))).toEqual({ code: 'not_found', fields: [] });
  });

  test('is archived once it has ended, is changed only when it is listed again, and can be copied', async () => {
    await create('kept', { name: 'Kept', control_share: 0.2, limits: [{ per: 'campaign', period: 'day', units: 9 }] });
    expect(await refusalOf(shop.coupons.archiveCampaign('kept', true))).toEqual({
      code: 'conflict',
      fields: ['campaign_id'],
    });
    await shop.coupons.endCampaign('kept');
    const { archivedAt } = await shop.coupons.archiveCampaign('kept', true);
    expect(archivedAt).toEqual(shop.time.now);
    later(1);
    expect((await shop.coupons.archiveCampaign('kept', true)).archivedAt).toEqual(archivedAt);
    expect(await listed()).not.toContain('kept');
    expect(await listed(true)).toContain('kept');
    const change = shop.coupons.changeCampaign('kept', campaign('kept', { control_share: 0.2, time_zone: 'UTC' }));
    expect(await refusalOf(change)).toEqual({ code: 'conflict', fields: ['campaign_id'] });

    const times = { valid_from: '2026-04-01t00:00:00z', valid_until: '2026-06-01T00:00:00Z' };
    const copy = await shop.coupons.copyCampaign('kept', { campaign_id: 'again', ...times });
    const { campaignKey, termsKey, contentHash, experimentKey, since, ...terms } = copy;
    expect(terms).toMatchObject({ campaignId: 'again', name: 'Kept', version: 1, archivedAt: null, controlShare: 0.2 });
    expect(terms.counters.issued).toBe(0);
    expect(await shop.coupons.copyCampaign('kept', { campaign_id: 'again', ...times })).toEqual(copy);
    // A copy is what the same terms, sent by hand, would make.
    const { counters: _, ...byHand } = await create('again', {
      name: 'Kept',
      control_share: 0.2,
      limits: terms.limits,
      ...times,
    });
    expect(byHand.termsKey).toBe(termsKey);
    const renamed = shop.coupons.copyCampaign('kept', { campaign_id: 'again', name: 'Other', ...times });
    expect(await refusalOf(renamed)).toEqual({ code: 'conflict', fields: ['/campaign_id'] });
    const backwards = { campaign_id: 'odd', valid_from: '2027-01-01T00:00:00Z' };
    expect(await refusalOf(shop.coupons.copyCampaign('kept', backwards))).toEqual({
      code: 'invalid_request',
      fields: ['/valid_until'],
    });

    expect((await shop.coupons.archiveCampaign('kept', false)).archivedAt).toBeNull();
    expect(await listed()).toContain('kept');
  });
});

describe('a code', () => {
  test('that is stopped is refused with the reason; an issued one gives its unit back', async () => {
    await create('leaky', { budget: { coupons: 1 } });
    const { coupon } = await ask('c2', 'leaky');
    const stopped = await shop.coupons.stopCode(coupon!.code.toLowerCase());
    expect(stopped).toEqual({ code: coupon!.code, campaignId: 'leaky', stoppedAt: shop.time.now });
    later(1);
    expect(await shop.coupons.stopCode(coupon!.code)).toEqual(stopped);
    expect(await messageOf(redeem(shop.coupons, { code: coupon!.code }))).toBe('was stopped');
    expect((await shop.coupons.readCampaign('leaky')).counters).toMatchObject({ issued: 0, released: 1 });
    expect((await ask('c3', 'leaky')).coupon).not.toBeNull();

    await create('leaky too');
    await makeSharedCode(shop.coupons, 'leaky too', 'FOR-ALL');
    const { redemptionId } = await redeem(shop.coupons, { code: 'FOR-ALL', order_id: 'before' });
    await shop.coupons.stopCode('FOR-ALL');
    expect(await refusalOf(redeem(shop.coupons, { code: 'FOR-ALL', order_id: newOrderId() }))).toEqual({
      code: 'coupon_not_redeemable',
      fields: ['/code'],
    });
    const { codes } = await shop.coupons.qualify({ codes: ['for all'] }, 1);
    expect(codes[0].outcome).toBe('stopped');
    // What was redeemed stays, and can be reversed.
    await reverse(shop.coupons, { reversal_id: 'of before', redemption_id: String(redemptionId) });
    expect(await refusalOf(shop.coupons.stopCode('NOBODY-KNOWS'))).toEqual({ code: 'not_found', fields: [] });
  });

  test('that is used up cannot be stopped', async () => {
    await create('used');
    const { coupon } = await ask('c4', 'used');
    await redeem(shop.coupons, { code: coupon!.code });
    expect(await refusalOf(shop.coupons.stopCode(coupon!.code))).toEqual({ code: 'conflict', fields: ['code'] });
  });
});

describe('a batch that leaked', () => {
  test('is stopped at once, but for what was redeemed', async () => {
    await create('stops');
    await makeCodes(shop.coupons, 'stops', { batch_id: 'b', kind: 'single', count: 5 });
    const [used, ...open] = await readCodes(shop.coupons, 'stops', 'b');
    await redeem(shop.coupons, { code: used });
    const at = later(1);
    expect(await shop.coupons.stopBatch('stops', 'b')).toMatchObject({ stopped: 4, stoppedAt: at });
    later(1);
    expect(await shop.coupons.stopBatch('stops', 'b')).toMatchObject({ stopped: 4, stoppedAt: at });
    for (const code of open) expect(await messageOf(redeem(shop.coupons, { code }))).toBe('was stopped');
    const [batch] = await shop.coupons.readBatches('stops', 10, undefined);
    expect(batch).toMatchObject({ codes: 5, redeemed: 1, usedUp: 1, stopped: 4, ended: 0, left: 0 });
    expect(await refusalOf(shop.coupons.stopBatch('stops', 'none'))).toEqual({ code: 'not_found', fields: [] });
  });

  test('is replaced for those who hold it: new codes with what is left of the old, which are refused with the reason', async () => {
    await create('leaks', { limit_per_customer: 20 });
    await makeCodes(shop.coupons, 'leaks', { batch_id: 'old', kind: 'single', count: 3, customer_id: 'c5' });
    const [used, first, second] = await readCodes(shop.coupons, 'leaks', 'old');
    await redeem(shop.coupons, { code: used, customer_id: 'c5' });
    const replaced = await shop.coupons.replaceBatch('leaks', 'old', 'new');
    expect(replaced).toEqual({ campaignId: 'leaks', batchId: 'new', replaces: 'old', codes: 2 });
    const pairs = await replacementsOf('leaks', 'new');
    expect(pairs.map(({ replaces }) => replaces)).toEqual([first, second]);
    expect(new Set(pairs.map(({ code }) => code)).size).toBe(2);
    // The same again makes nothing.
    expect(await shop.coupons.replaceBatch('leaks', 'old', 'new')).toEqual(replaced);
    expect(await readCodes(shop.coupons, 'leaks', 'new')).toHaveLength(2);

    expect(await messageOf(redeem(shop.coupons, { code: first, customer_id: 'c5' }))).toBe(
      'was replaced by another code',
    );
    expect(await messageOf(redeem(shop.coupons, { code: used, customer_id: 'c5', order_id: newOrderId() }))).toBe(
      'was redeemed before',
    );
    expect(await messageOf(redeem(shop.coupons, { code: pairs[0].code, customer_id: 'c6' }))).toBe(
      'is not the customer of this code',
    );
    await redeem(shop.coupons, { code: pairs[0].code, customer_id: 'c5' });
    expect(await refusalOf(shop.coupons.replaceBatch('leaks', 'old', 'third'))).toEqual({
      code: 'conflict',
      fields: ['batch_id'],
    });
    expect(await replacementsOf('leaks', 'old')).toEqual([]);
  });

  test('of shared codes is replaced by codes with the uses that are left; also after it was stopped', async () => {
    await create('shared');
    await makeCodes(shop.coupons, 'shared', { batch_id: 's', kind: 'shared', count: 1, usage_limit: 3 });
    const [code] = await readCodes(shop.coupons, 'shared', 's');
    await redeem(shop.coupons, { code, order_id: newOrderId() });
    await shop.coupons.stopBatch('shared', 's');
    await shop.coupons.replaceBatch('shared', 's', 's2');
    const [{ code: anew }] = await replacementsOf('shared', 's2');
    for (const order_id of [newOrderId(), newOrderId()]) await redeem(shop.coupons, { code: anew, order_id });
    expect(await messageOf(redeem(shop.coupons, { code: anew, order_id: newOrderId() }))).toBe('was redeemed before');
    expect(await messageOf(redeem(shop.coupons, { code, order_id: newOrderId() }))).toBe(
      'was replaced by another code',
    );
    expect(await refusalOf(shop.coupons.replaceBatch('shared', 's', 's'))).toEqual({
      code: 'invalid_request',
      fields: ['/batch_id'],
    });
    await makeCodes(shop.coupons, 'shared', { batch_id: 'taken', kind: 'single', count: 1 });
    expect(await refusalOf(shop.coupons.replaceBatch('shared', 's', 'taken'))).toEqual({
      code: 'conflict',
      fields: ['/batch_id'],
    });
  });

  // Would see: an old code that is redeemed while its replacement is made, so that both give their discount.
  test('gives each discount once, whoever redeems while it is replaced', async () => {
    await create('race');
    await makeCodes(shop.coupons, 'race', { batch_id: 'r', kind: 'single', count: 4 });
    const [first, second, third, fourth] = await readCodes(shop.coupons, 'race', 'r');
    const waiting = (so: number) =>
      until(async () => {
        const rows = await shop.db.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows.length === so;
      });
    // Somebody is redeeming the first when the batch is replaced: it is theirs, and nothing takes its place.
    const hold = await holding(`select from campaigns where campaign_id = 'race' for update`);
    const redeeming = redeem(shop.coupons, { code: first });
    await waiting(1);
    const replacing = shop.coupons.replaceBatch('race', 'r', 'r2');
    await waiting(2);
    await hold.end();
    expect(await redeeming).toMatchObject({ discountMinor: 300 });
    expect(await replacing).toMatchObject({ codes: 3 });
    const pairs = await replacementsOf('race', 'r2');
    expect(pairs.map(({ replaces }) => replaces)).toEqual([second, third, fourth]);

    // Whoever redeems while it is replaced again is too late.
    const held = await holding(`select from coupons where code = '${pairs[2].code}' for update`);
    const again = shop.coupons.replaceBatch('race', 'r2', 'r3');
    await waiting(1);
    const late = redeem(shop.coupons, { code: pairs[0].code });
    await waiting(2);
    await held.end();
    expect(await again).toMatchObject({ codes: 3 });
    expect(await refusalOf(late)).toMatchObject({ fields: ['/code'] });
    expect((await shop.coupons.readCampaign('race')).counters.redeemed).toBe(1);
  });
});

/** A row is held by somebody else until `end`. */
async function holding(sql: string): Promise<{ end(): Promise<void> }> {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let transaction: Promise<void> | undefined;
  await new Promise<void>((held) => {
    transaction = shop.db.transaction(async (tx) => {
      await tx.query(sql);
      held();
      await ended;
    });
  });
  return {
    async end() {
      end();
      await transaction;
    },
  };
}
