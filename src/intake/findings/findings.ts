import {
  byCommand,
  byPage,
  byRequest,
  daysBetween,
  type Finding,
  finding,
  type Purpose,
  purposes,
} from '../../finding.ts';
import type { FactSigns } from './store.ts';

/** So far back it is looked for behaviour and for refused rows. */
export const daysLookedAt = 30;
/** Shops have quiet days; longer without an order is a connection that has broken. */
const quietDays = 7;
/** Where fewer than one in twenty misses something, those are exceptions. */
const fewest = 0.05;

const [ownShop, api] = ['docs/bring-your-own-shop.md', 'docs/api.md'];

/** What is missing among the facts of a shop. Pure. */
export function findMissingFacts(signs: FactSigns, now: Date): Finding[] {
  return [...ofOrders(signs, now), ...ofEvents(signs), ...ofItems(signs), ...ofOthers(signs)];
}

function* ofOrders(signs: FactSigns, now: Date): Generator<Finding> {
  const { orders, lastOrderAt, ordersWithCustomer, ordersWithStatus } = signs;
  const remedy = byCommand('npx pannier import orders orders.csv', ownShop);
  if (orders === 0 || lastOrderAt === null) {
    yield finding('finding.no-orders', {}, { blocks: purposes, remedy });
    return;
  }
  const days = daysBetween(lastOrderAt, now);
  if (days > quietDays) {
    yield finding('finding.orders-stopped', { days }, { weakens: ['lists', 'segments', 'reports'], remedy });
  }
  const nameless = 1 - ordersWithCustomer / orders;
  if (nameless > 0.5) {
    const personal: Purpose[] = ['segments', 'coupons'];
    yield finding(
      'finding.orders-without-customer',
      { orders, share: Math.round(100 * nameless) },
      {
        ...(ordersWithCustomer === 0 ? { blocks: personal, weakens: ['lists'] } : { weakens: [...personal, 'lists'] }),
        remedy: byRequest('POST /v1/orders {"orders": [{"customer_id": "…", …}]}', api),
      },
    );
  }
  if (ordersWithStatus === 0) {
    const told = byRequest('POST /v1/orders {"orders": [{"statuses": [{"status": "paid", "at": "…"}], …}]}', api);
    yield finding('finding.no-statuses', {}, { weakens: ['reports'], remedy: told });
  }
}

function* ofEvents(signs: FactSigns): Generator<Finding> {
  const { events, impressions, impressionsOfLists, clicks, clicksOfLists, pageViews } = signs;
  const collector = byPage('<script async src="https://…/collector.js" data-key="pk_…"></script>');
  const list = byPage('<ul data-pannier-list="LIST_ID"><li data-pannier-item="ITEM_ID">…');
  const days = daysLookedAt;
  if (events === 0) {
    yield finding('finding.no-events', { days }, { weakens: ['lists', 'reports'], remedy: collector });
    return;
  }
  if (pageViews === 0) yield finding('finding.no-page-views', { days }, { weakens: ['reports'], remedy: collector });
  if (impressions === 0) {
    yield finding('finding.no-impressions', { days }, { weakens: ['lists', 'reports'], remedy: list });
  } else if (impressionsOfLists === 0) {
    yield finding('finding.impressions-without-list', { impressions }, { weakens: ['reports'], remedy: list });
  }
  if (clicks > 0 && clicksOfLists === 0) {
    yield finding('finding.clicks-without-list', { clicks }, { weakens: ['reports'], remedy: list });
  }
}

function* ofItems(signs: FactSigns): Generator<Finding> {
  const { items, untitled, unpictured, unpriced, uncategorised, uncosted, unstocked } = signs;
  const remedy = byCommand('npx pannier import items catalogue.csv', ownShop);
  if (items === 0) {
    yield finding('finding.no-items', {}, { blocks: ['lists'], remedy });
    return;
  }
  const isMuch = (missing: number) => missing > fewest * items;
  const of = (missing: number) => ({ missing, items });
  if (isMuch(untitled)) yield finding('finding.no-titles', of(untitled), { weakens: ['lists'], remedy });
  if (isMuch(unpictured)) yield finding('finding.no-pictures', of(unpictured), { weakens: ['lists'], remedy });
  if (isMuch(unpriced)) yield finding('finding.no-prices', of(unpriced), { weakens: ['lists', 'coupons'], remedy });
  if (isMuch(uncategorised)) {
    yield finding('finding.no-categories', of(uncategorised), { weakens: ['lists', 'segments'], remedy });
  }
  if (isMuch(uncosted))
    yield finding('finding.no-item-costs', of(uncosted), { weakens: ['coupons', 'reports'], remedy });
  if (isMuch(unstocked)) yield finding('finding.no-stock', of(unstocked), { weakens: ['lists', 'reports'], remedy });
}

function* ofOthers({ orders, hasRegistrations, hasCosts, refusedRows }: FactSigns): Generator<Finding> {
  if (orders > 0 && !hasRegistrations) {
    const remedy = byCommand('npx pannier import customers customers.csv', ownShop);
    yield finding('finding.no-registrations', {}, { weakens: ['reports'], remedy });
  }
  if (orders > 0 && !hasCosts) {
    const remedy = byCommand('npx pannier import costs costs.csv', ownShop);
    yield finding('finding.no-costs', {}, { weakens: ['reports'], remedy });
  }
  if (refusedRows > 0) {
    const remedy = byRequest('GET /v1/quarantine', api);
    yield finding('finding.rows-refused', { rows: refusedRows, days: daysLookedAt }, { weakens: purposes, remedy });
  }
}
