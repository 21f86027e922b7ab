import { toAdded } from '../../../outcomes/index.ts';
import { say } from '../../../sentences/index.ts';
import { fromMinor } from '../../../shop/money.ts';
import type { ListReport, ListsAdded, ReportedPart } from './report-lists.ts';

/** A rate over fewer is marked as small: chance alone moves it by a tenth of itself and more. */
const fewestOfRate = 100;
/** So are figures of fewer orders. */
const fewestOrders = 10;

/** The report in the contract's form: money as decimal strings, effects as numbers in units of the currency. */
export function toListReport(report: ListReport, { minorDigits, currency }: { minorDigits: number; currency: string }) {
  const money = (minor: number) => fromMinor(minor, minorDigits);
  const { parts, shopRevenueMinor } = report;
  const toPart = ({ member, ...figures }: ReportedPart) => ({
    member,
    impressions: figures.impressions,
    clicks: figures.clicks,
    cart_adds: figures.cartAdds,
    orders: figures.orders,
    revenue: money(figures.revenueMinor),
    margin: figures.costedMinor === 0 ? null : money(figures.marginMinor),
    is_small: figures.orders < fewestOrders,
    click_rate: rate(figures.clicks, figures.impressions),
    add_rate: rate(figures.cartAdds, figures.impressions),
    revenue_share: {
      value: shopRevenueMinor > 0 ? figures.revenueMinor / shopRevenueMinor : null,
      numerator: money(figures.revenueMinor),
      denominator: money(shopRevenueMinor),
    },
    assisted: {
      clicks: figures.assistedClicks,
      cart_adds: figures.assistedCartAdds,
      orders: figures.assistedOrders,
      revenue: money(figures.assistedRevenueMinor),
    },
  });
  return {
    as_of: report.asOf.toISOString(),
    from: report.from,
    to: report.to,
    placement: report.placement,
    window_days: report.windowDays,
    touch: report.touch,
    pending_days: report.pendingDays,
    shop_revenue: money(shopRevenueMinor),
    all: toPart(parts.all[0]),
    placements: parts.placement.map(toPart),
    models: parts.model.map(toPart),
    sources: parts.source.map(toPart),
    rules: parts.rule.filter(({ member }) => member !== '').map(toPart),
    positions: parts.position.map(toPart),
    arms: parts.arm.map(toPart),
    personal_lists: toPersonalLists(report.added, currency),
  };
}

function rate(numerator: number, denominator: number) {
  return {
    value: denominator > 0 ? numerator / denominator : null,
    numerator,
    denominator,
    is_small: denominator < fewestOfRate,
  };
}

function toPersonalLists(added: ListsAdded, currency: string) {
  const { holdout, measured, inBothArms, reason } = added;
  return {
    share: holdout?.share ?? null,
    since: holdout?.since.toISOString() ?? null,
    until: holdout?.until?.toISOString() ?? null,
    ...(measured ? toAdded(measured) : { sample_ratio: null, added: null }),
    in_both_arms: inBothArms,
    reason,
    statement: reason === null ? describeAdded(added, currency) : `${say('lists.not-told', {})} ${reason}`,
  };
}

function describeAdded({ measured, inBothArms }: ListsAdded, currency: string): string {
  if (!measured || 'refusal' in measured.effect) return '';
  const { orders, revenue } = measured.effect.effects;
  const added = say('lists.added', {
    orders: orders.total.value.toFixed(1),
    low: orders.total.low.toFixed(1),
    high: orders.total.high.toFixed(1),
    money: `${revenue.total.value.toFixed(2)} ${currency}`,
    from: revenue.total.low.toFixed(2),
    until: revenue.total.high.toFixed(2),
  });
  const chance = orders.isBeyondChance || revenue.isBeyondChance ? [] : [say('lists.maybe-chance', {})];
  return [added, ...chance, ...describeBoth(inBothArms ?? 0)].join(' ');
}

function describeBoth(customers: number): string[] {
  if (customers === 0) return [];
  return [customers === 1 ? say('lists.one-in-both', {}) : say('lists.in-both', { customers })];
}
