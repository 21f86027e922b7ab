import type { Config } from '../config.ts';
import {
  barredAmong,
  type Coupons,
  findCampaigns,
  type GroupDiscount,
  type NetRedemption,
  selectGroupDiscounts,
  selectNetRedemptions,
} from '../coupons/index.ts';
import type { Database, Transaction } from '../db/index.ts';
import { invalidField, notFound } from '../errors.ts';
import { readLastHoldout, selectArms, selectHoldoutArms } from '../experiments/index.ts';
import {
  findOrdersWithItems,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
  type Intake,
  type PastCampaignKind,
  sumOrders,
} from '../intake/index.ts';
import { fromMinor } from '../shop/money.ts';
import { createKeepers } from './history.ts';
import { type Measured, measureTrial, tellEffect } from './measure.ts';
import { evaluatePolicy, type PolicyEvaluation, type PolicyQuestion } from './policy.ts';
import { responseAttributes } from './response-features.ts';
import * as store from './store.ts';

/** Orders that used a coupon: what they brought is not what the coupon added. */
export interface Attributed {
  orders: number;
  /** redemptions whose order was never recorded */
  withoutOrder: number;
  revenueMinor: number;
  /** null: no cost of any of the items is known */
  marginMinor: number | null;
}

export interface CampaignReport {
  campaignId: string;
  name: string;
  /** as far as `asOf` knows */
  asOf: Date;
  /** units ever given out */
  issued: number;
  redeemed: number;
  reversed: number;
  /** discounts given, less what was reversed; null: the history imported does not tell */
  costMinor: number | null;
  attributed: Attributed;
  /** null: there is no control */
  measured: Measured | null;
  /** null: no night has learnt from the campaign */
  response: (store.CampaignResponse & ResponseUse) | null;
  statement: string;
}

/** Whether decisions use what was learnt, in a sentence too. */
export interface ResponseUse {
  decides: boolean;
  use: string;
}

export interface HoldoutReport {
  asOf: Date;
  /** null: nobody is or was held out */
  share: number | null;
  since: Date | null;
  /** when another share, or none, took its place; null: it still holds */
  until: Date | null;
  measured: Measured | null;
  statement: string;
}

export interface DiscountReport {
  from: Date;
  until: Date;
  groups: GroupDiscount[];
}

export interface Outcomes {
  /**
   * Takes in a file about campaigns that were run elsewhere, for their reports; the rules of other imports hold: in as a whole
   * or not at all, twice is once, rows are conserved.
   * @throws PannierError `invalid_request` for options or a file that cannot be read
   */
  importHistory(
    options: ImportOptions<PastCampaignKind>,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportResult>;
  /** Of a campaign of one's own, or an imported one. @throws PannierError `not_found` */
  reportCampaign(campaignId: string): Promise<CampaignReport>;
  /** All campaigns together, against the customers who are, or last were, held out of all of them. */
  reportHoldout(): Promise<HoldoutReport>;
  /** What each group was given, of decisions in this time. @throws PannierError `invalid_request` */
  reportDiscounts(from: Date, until: Date): Promise<DiscountReport>;
  /**
   * What decisions by a proposed rule would have been worth, out of the log of decisions with their probabilities.
   * @throws PannierError `invalid_request` for a rule that cannot be read, or a log with nothing to judge it by
   */
  evaluatePolicy(question: Pick<PolicyQuestion, 'policy' | 'reward' | 'days' | 'from'>): Promise<PolicyEvaluation>;
}

export interface OutcomesDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits' | 'currency' | 'timeZone'> & { barredAttributes?: readonly string[] };
  clock: () => Date;
  coupons: Pick<Coupons, 'readCampaign'>;
  intake: Pick<Intake, 'importPastCampaigns'>;
}

const noControl =
  'No lift is stated: there is no control, so nobody knows what would have happened without the campaign. The orders told are those that used a coupon.';

const pastWithoutControl =
  'No lift is stated: imported history has no control group, so nobody knows what would have happened without the campaign. The orders told are those that used a coupon.';

export function createOutcomes({ db, config, clock, coupons, intake }: OutcomesDependencies): Outcomes {
  const { minorDigits, currency } = config;
  const keepers = createKeepers(minorDigits);

  /** @param ordersOf for each redemption the ids of its orders */
  async function attribute(ordersOf: readonly (readonly string[])[]): Promise<Attributed> {
    const orderIds = [...new Set(ordersOf.flat())];
    const orders = await sumOrders(db, orderIds, minorDigits);
    const known = new Set(orderIds.filter((_, index) => orders[index] !== undefined));
    const sum = (figure: 'orders' | 'revenueMinor' | 'costedMinor' | 'marginMinor') =>
      orders.reduce((total, order) => total + (order?.[figure] ?? 0), 0);
    return {
      orders: sum('orders'),
      withoutOrder: ordersOf.filter((ids) => !ids.some((id) => known.has(id))).length,
      revenueMinor: sum('revenueMinor'),
      marginMinor: sum('costedMinor') > 0 ? sum('marginMinor') : null,
    };
  }

  /** An order belongs to a redemption that names it, or else is the customer's of that day with an item of the code. */
  async function reportPast(campaignId: string, asOf: Date): Promise<CampaignReport> {
    const campaign = (await store.selectPastCampaigns(db, [campaignId])).get(campaignId);
    if (!campaign) throw notFound('campaign');
    const { campaignKey, name } = campaign;
    const redemptions = await store.selectPastRedemptions(db, campaignKey, config.timeZone);
    const scopes = await store.selectScopes(db, campaignKey, [...new Set(redemptions.map(({ code }) => code))]);
    const codes = [...scopes.keys()];
    const nameless = redemptions.flatMap((redemption, place) => {
      const { customerKey, code, orderId, dayFrom: from, dayUntil: until } = redemption;
      const scope = codes.indexOf(code);
      return orderId === '' && customerKey !== null && scope >= 0 ? [{ place, customerKey, from, until, scope }] : [];
    });
    const found = await findOrdersWithItems(db, nameless, [...scopes.values()]);
    const ordersOf = redemptions.map(({ orderId }) => (orderId === '' ? [] : [orderId]));
    for (const [index, { place }] of nameless.entries()) ordersOf[place] = found[index];
    const discounts = redemptions.map(({ discountMinor }) => discountMinor);
    const costMinor = discounts.every((discount) => discount !== null)
      ? discounts.reduce((sum, discount) => sum + discount, 0)
      : null;
    return {
      campaignId,
      name,
      asOf,
      issued: await store.countRecipients(db, campaignKey),
      redeemed: redemptions.length,
      reversed: 0,
      costMinor,
      attributed: await attribute(ordersOf),
      measured: null,
      response: null,
      statement: pastWithoutControl + (costMinor === null ? ' What its coupons took off is not told either.' : ''),
    };
  }

  function tellUse({ model, leastScore }: store.CampaignResponse, isOver: boolean): ResponseUse {
    const not = (why: string) => ({ decides: false, use: `Decisions do not use an uplift model: ${why}.` });
    const bar = barredAmong(responseAttributes, new Set(config.barredAttributes));
    if (!model) return not('none has earned it');
    if (isOver) return not('the campaign is over');
    if (bar !== undefined) return not(`${bar}, which it is derived from, is barred from decisions`);
    if (leastScore === null) return not('no cost of anything bought is known, so nobody can say what an order brings');
    const least = `${fromMinor(Math.round(leastScore), minorDigits)} ${currency}`;
    const who = leastScore > 0 ? `at least ${least} more` : 'anything more';
    return {
      decides: true,
      use: `Decisions use it: a coupon is for whoever is expected to bring ${who}, its discount taken off.`,
    };
  }

  return {
    importHistory: (options, onProgress) => intake.importPastCampaigns(options, keepers[options.kind], onProgress),

    async reportCampaign(campaignId) {
      const asOf = clock();
      const [own] = await findCampaigns(db, [campaignId]);
      if (!own) return reportPast(campaignId, asOf);
      const campaign = await coupons.readCampaign(campaignId);
      const { counters, controlShare, validUntil, campaignKey } = campaign;
      const uses = await selectNetRedemptions(db, campaignKey);
      const until = validUntil < asOf ? validUntil : asOf;
      const trial = {
        isControl: ({ arm }: { arm: string }) => arm === 'control',
        controlShare,
        until,
        discounts: discountsOf(uses),
      };
      const measured =
        controlShare > 0
          ? await measureTrial(db, { ...trial, arms: await selectArms(db, campaign.experimentKey) }, minorDigits)
          : null;
      const response = await store.selectResponse(db, campaignKey);
      return {
        campaignId,
        name: campaign.name,
        asOf,
        issued: counters.issued + counters.expired + counters.released + counters.reversed,
        redeemed: counters.redeemed,
        reversed: counters.reversed,
        costMinor: counters.moneyRedeemedMinor - counters.moneyReversedMinor,
        attributed: await attribute(uses.map(({ orderId }) => [orderId])),
        measured,
        response: response ? { ...response, ...tellUse(response, validUntil <= asOf) } : null,
        statement: measured ? tellEffect(measured, currency) : noControl,
      };
    },

    async reportHoldout() {
      const asOf = clock();
      const holdout = await readLastHoldout(db, 'coupons');
      if (!holdout) {
        const statement =
          'No lift is stated: no share of customers is held out of all campaigns, so there is no control.';
        return { asOf, share: null, since: null, until: null, measured: null, statement };
      }
      const { share, since, until } = holdout;
      const end = until ?? asOf;
      const redemptions = await selectNetRedemptions(db, null);
      const trial = {
        arms: await selectHoldoutArms(db, holdout),
        isControl: ({ arm }: { arm: string }) => arm === 'holdout',
        controlShare: share,
        until: end,
        discounts: discountsOf(redemptions.filter(({ redeemedAt }) => redeemedAt >= since && redeemedAt < end)),
      };
      const measured = await measureTrial(db, trial, minorDigits);
      return { asOf, share, since, until, measured, statement: tellEffect(measured, currency) };
    },

    async evaluatePolicy(question) {
      const uses = new Map<number, NetRedemption[]>();
      for (const use of await selectNetRedemptions(db, null)) {
        if (use.customerKey !== null) uses.set(use.customerKey, [...(uses.get(use.customerKey) ?? []), use]);
      }
      return evaluatePolicy(db, { ...question, now: clock(), minorDigits }, (customerKey, from, until) =>
        (uses.get(customerKey) ?? [])
          .filter(({ redeemedAt }) => redeemedAt >= from && redeemedAt < until)
          .reduce((sum, { discountMinor }) => sum + discountMinor, 0),
      );
    },

    async reportDiscounts(from, until) {
      if (!(from < until)) throw invalidField('until', 'must be later than from');
      return { from, until, groups: await selectGroupDiscounts(db, from, until) };
    },
  };
}

function discountsOf(uses: readonly NetRedemption[]): Map<number, number> {
  const discounts = new Map<number, number>();
  for (const { customerKey, discountMinor } of uses) {
    if (customerKey !== null) discounts.set(customerKey, (discounts.get(customerKey) ?? 0) + discountMinor);
  }
  return discounts;
}

/** Erasure of a person: what was stays without them. */
export function eraseFromOutcomes(tx: Transaction, customerKey: number): Promise<void> {
  return store.clearCustomer(tx, customerKey);
}
