import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { eraseFromCoupons } from '../../../src/coupons/coupons.ts';
import {
  type CampaignElement,
  type CodesElement,
  type CouponDependencies,
  type Coupons,
  createCoupons,
  type Decision,
  type DecisionElement,
  type RedemptionElement,
  type Reversal,
  type ReversalElement,
} from '../../../src/coupons/index.ts';
import { createCouponTouches } from '../../../src/coupons/ledger/touch-days.ts';
import type { Database, Transaction } from '../../../src/db/index.ts';
import { PannierError } from '../../../src/errors.ts';
import { createExperiments, type Experiments, experimentsStation } from '../../../src/experiments/index.ts';
import { createRecommendations, type Recommendations } from '../../../src/recommendations/index.ts';
import { type CustomerSegment, loadCustomerSegments, type SegmentationSummary } from '../../../src/segments/index.ts';
import { publishVersion } from '../../../src/versions/index.ts';
import { createTestDatabase } from '../service/database.ts';
import { addVersion } from './versions.ts';

const asOf = new Date('2026-03-01T00:00:00Z');

/** A customer for whom a coupon is right: buys little although the purse is fine. */
export const couponIsRight: Omit<CustomerSegment, 'customerKey'> = {
  recencyDays: 60,
  frequency: 1,
  monetaryMinor: 4_000,
  recencyScore: 2,
  frequencyScore: 2,
  monetaryScore: 2,
  group: 'low-contribution',
  groupSince: asOf,
  previousGroup: null,
  klaviyoCode: 321,
  klaviyoGroup: 'loyal',
  klaviyoSince: asOf,
  cluster: 1,
  clusterSince: asOf,
  averageOrderMinor: 4_000,
  averageUnitPrice: '8',
  discountShare: null,
};

export interface CouponShop {
  db: Database;
  connectionString: string;
  coupons: Coupons;
  experiments: Experiments;
  recommendations: Recommendations;
  /** The service's time; tests move it. */
  time: { now: Date };
  /** What coupons and experiments know of a customer goes, in the transaction that erases them. */
  erase(tx: Transaction, customerKey: number, visitorKeys?: readonly number[]): Promise<void>;
  /** Another station on the same database, with some parts replaced. */
  withParts(parts: Partial<CouponDependencies>): Coupons;
  stop(): Promise<void>;
}

/**
 * Coupons on a database of their own: these customers with segments in a published version (null: none), these items, and a
 * shop whose average order is 40.00 and whose average unit price is 8.
 */
export async function openCouponShop(shop: {
  customers: Record<string, Partial<CustomerSegment> | null>;
  items?: { item_id: string; category?: string; price?: string }[];
}): Promise<CouponShop> {
  const { database: db, connectionString, drop } = await createTestDatabase();
  const time = { now: new Date('2026-03-10T12:00:00Z') };
  const clock = () => time.now;
  for (const { item_id, category, price } of shop.items ?? []) {
    await db.query('insert into items (item_id, title, category, price) values ($1, $1, $2, $3)', [
      item_id,
      category ?? null,
      price ?? null,
    ]);
  }
  await publishSegments(db, await insertCustomers(db, shop.customers));
  const recommendations = createRecommendations({
    db,
    clock,
    config: { minorDigits: 2, cacheCustomers: 1_000 } as Parameters<typeof createRecommendations>[0]['config'],
    log: pino({ level: 'silent' }),
  });
  await recommendations.start();
  const parts = {
    db,
    clock,
    config: { minorDigits: 2, timeZone: 'UTC' },
    lowerPricedItems: recommendations.lowerPricedItems,
    itemsForScope: recommendations.itemsForScope,
    itemsOfRule: recommendations.itemsOfRule,
  };
  const coupons = createCoupons(parts);
  const experiments = createExperiments({ ...parts, onChange: coupons.onNotice });
  return {
    db,
    connectionString,
    coupons,
    experiments,
    async erase(tx, customerKey, visitorKeys = []) {
      await experimentsStation(experiments, db).erase!(tx, customerKey, visitorKeys);
      await eraseFromCoupons(tx, customerKey, visitorKeys, createCouponTouches('UTC'));
    },
    recommendations,
    time,
    withParts: (replaced) => createCoupons({ ...parts, ...replaced }),
    async stop() {
      await recommendations.stop();
      await drop();
    },
  };
}

async function insertCustomers(
  db: Database,
  customers: Record<string, Partial<CustomerSegment> | null>,
): Promise<CustomerSegment[]> {
  const ids = Object.keys(customers);
  const keys = await db.query<{ customer_key: number; customer_id: string }>(
    `insert into customers (customer_id) select id from unnest($1::text[]) with ordinality as given (id, place) order by place
     returning customer_key, customer_id`,
    [ids],
  );
  return keys.flatMap(({ customer_key: customerKey, customer_id: id }) =>
    customers[id] ? [{ ...couponIsRight, ...customers[id], customerKey }] : [],
  );
}

/** Publishes these segments, in a shop whose average order is 40.00 and whose average unit price is 8. */
export async function publishSegments(db: Database, segments: CustomerSegment[]): Promise<void> {
  const figures = {
    customers: 10,
    mean_recency_days: 1,
    mean_frequency: 5,
    mean_monetary_minor: 20_000,
    revenue_share: 1,
  };
  const summary: SegmentationSummary & { average_unit_price: string } = {
    thresholds: { recency: [], frequency: [], monetary: [] },
    customers: 10,
    revenue_minor: 200_000,
    groups: [{ group: 'ordinary', ...figures }],
    clusters: [],
    average_unit_price: '8',
  };
  const load = async (version: number) => [await loadCustomerSegments(db, version, segments)];
  const version = await addVersion(db, 'segmentation', load, { summary: { ...summary } });
  await publishVersion(db, 'segmentation', version);
}

/** An amount of 3.00, 100 coupons, valid in March and April 2026, unless changed. */
export function campaign(campaignId: string, change: Partial<CampaignElement> = {}): CampaignElement {
  return {
    campaign_id: campaignId,
    name: campaignId,
    discount: { type: 'amount', amount: '3.00' },
    valid_from: '2026-03-01T00:00:00Z',
    valid_until: '2026-05-01T00:00:00Z',
    budget: { coupons: 100 },
    ...change,
  };
}

/** As a client does that is told to come again: the same request is still at work, or there is too much of it. */
async function again<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PannierError) || !['request_in_progress', 'unavailable'].includes(error.code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

const requestOf = (operation: string, element: object, idempotencyKey: string = randomUUID()) => ({
  operation,
  keyId: 1,
  idempotencyKey,
  body: Buffer.from(JSON.stringify(element)),
});

/** By code: to whom it was issued. */
const owners = new Map<string, string>();

/** Asks for a decision; without a key, one of its own. */
export async function decide(coupons: Coupons, element: DecisionElement, idempotencyKey?: string): Promise<Decision> {
  const request = requestOf('decideCoupon', element, idempotencyKey);
  const decision = await again(() => coupons.decide(element, request));
  if (decision.coupon && element.customer_id) owners.set(decision.coupon.code, element.customer_id);
  return decision;
}

/**
 * Redeems a code; without a key, with one of its own, without an order in one of the code's own, without lines for goods of 20.00,
 * and for whom it was issued, unless `customer_id` is given, be it undefined.
 */
export function redeem(
  coupons: Coupons,
  given: Partial<RedemptionElement> & { code: string },
  idempotencyKey?: string,
): ReturnType<Coupons['redeem']> {
  const lines = [{ item_id: 'any', quantity: 2, unit_price: '10.00' }];
  const customer_id = owners.get(given.code.toUpperCase());
  const element = { order_id: `O ${given.code}`.slice(0, 128), customer_id, lines, ...given };
  const request = requestOf('redeemCoupon', element, idempotencyKey);
  return again(() => coupons.redeem(element, request));
}

/** Redeems several codes of an order at once. */
export function redeemOrder(
  coupons: Coupons,
  element: Parameters<Coupons['redeemOrder']>[0],
  idempotencyKey?: string,
): ReturnType<Coupons['redeemOrder']> {
  const request = requestOf('redeemOrder', element, idempotencyKey);
  return again(() => coupons.redeemOrder(element, request));
}

export function reverse(coupons: Coupons, element: ReversalElement, idempotencyKey?: string): Promise<Reversal> {
  const request = requestOf('reverseCoupon', element, idempotencyKey);
  return again(() => coupons.reverse(element, request));
}

export function release(coupons: Coupons, code: string, idempotencyKey?: string) {
  const request = requestOf('releaseCoupon', { code }, idempotencyKey);
  return again(() => coupons.release({ code }, request));
}

export function makeCodes(coupons: Coupons, campaignId: string, element: CodesElement, idempotencyKey?: string) {
  const request = requestOf('createCodes', element, idempotencyKey);
  return again(() => coupons.createCodes(campaignId, element, request));
}

/** A code that many may redeem, in a batch of its name. */
export function makeSharedCode(coupons: Coupons, campaignId: string, code: string, change: object = {}) {
  return makeCodes(coupons, campaignId, { batch_id: code, code, kind: 'shared', ...change });
}

/** One piece of anything for this price. */
export const goods = (price: string) => [{ item_id: 'any', quantity: 1, unit_price: price }];

let orders = 0;
/** An order's id that no other one has. */
export const newOrderId = () => `order ${orders++}`;

/** Every code of a batch. */
export async function readCodes(coupons: Coupons, campaignId: string, batchId: string): Promise<string[]> {
  const codes: string[] = [];
  for await (const code of await coupons.readCodes(campaignId, batchId)) codes.push(code);
  return codes;
}

/** Code and faulty fields of the refusal; the test fails when there is none. */
export async function refusalOf(asked: Promise<unknown>): Promise<{ code: string; fields: string[] }> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof PannierError)) throw error;
    return { code: error.code, fields: error.faults.map(({ field }) => field) };
  }
  throw new Error('it was not refused');
}
