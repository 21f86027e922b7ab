import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recordCampaign } from '../../../src/cli/sample-shop/record-campaign.ts';
import { recordShop } from '../../../src/cli/sample-shop/record-shop.ts';
import { type CouponResponse, demoSize, generateSampleShop } from '../../../src/sample-shop/index.ts';
import { runCli } from '../../support/service/cli.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { shopEnd, unsearched } from '../../support/shops/training-shop.ts';

const shop = generateSampleShop({ ...demoSize, seed: 1, end: shopEnd });
const campaign = shop.campaign();
const { campaign_id } = campaign.terms;

const time = { now: shopEnd };
const recipes = { segmentation: unsearched.segmentation };
let service: TestService;
let given: CouponResponse[];
let report: Awaited<ReturnType<typeof call>>['json'];

beforeAll(async () => {
  service = await createTestService({ clock: () => time.now });
  const { database, stations } = service;
  // Arms are drawn by the salt: with one of its own, each run would draw others.
  await database.query(`insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`);
  // Nothing here asks what was looked at.
  await recordShop(stations.intake, { ...shop, events: () => [] }, () => {});
  const { trainingRunId } = await stations.training.startRun({
    models: ['segmentation'],
    asOf: new Date(campaign.consideredAt),
    recipes,
  });
  expect(await stations.training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
  await stations.recommendations.refresh();
  given = await recordCampaign(stations, campaign, time);
  time.now = shopEnd;
  report = (await call(service.url, 'reportCampaign', { path: { campaign_id }, headers: service.as('coupons') })).json;
});
afterAll(() => service.stop());

const worthOf = ({ order }: CouponResponse) =>
  order.lines.reduce((sum, line) => sum + line.quantity * Math.round(Number(line.unit_price) * 100), 0) / 100;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test('who is treated has a coupon, who is control has none, and the ledger adds up', async () => {
  const { treated, control, alarm } = report.sample_ratio;
  expect(alarm).toBe(false);
  expect(Math.min(treated, control)).toBeGreaterThan(100);
  expect(report.issued).toBe(treated);
  const [held] = await service.database.query<{ coupons: number }>(
    `select count(*) as coupons from coupons join experiment_assignments using (customer_key) where arm <> 'treatment'`,
  );
  expect(held.coupons).toBe(0);
  expect(await service.stations.coupons.checkLedger()).toMatchObject({ differences: [] });
});

test('what was redeemed is told to the cent', () => {
  expect(report).toMatchObject({ redeemed: given.length, reversed: 0 });
  expect(report.attributed).toMatchObject({
    orders: given.length,
    redemptions_without_order: 0,
    revenue: sum(given.map(worthOf)).toFixed(2),
  });
  expect(given.some(({ isAdded }) => !isAdded)).toBe(true);
  // 10 % of what the cart had, of which 90 % were paid; at most 5.00.
  const discounts = given.map((use) => Math.min(5, worthOf(use) / 9));
  // Each order's discount is rounded to the cent.
  expect(Math.abs(Number(report.cost) - sum(discounts))).toBeLessThan(0.01 * given.length);
});

test('the intervals hold what was planted, and the orders are beyond chance', () => {
  const added = given.filter(({ isAdded }) => isAdded);
  expect(added.length).toBeGreaterThan(60);
  const holds = ({ low, high }: { low: number; high: number }, value: number) => low <= value && value <= high;
  const { orders, revenue } = report.incremental;
  expect(holds(orders.total, added.length)).toBe(true);
  expect(holds(revenue.total, sum(added.map(worthOf)))).toBe(true);
  expect(orders.total.low).toBeGreaterThan(0);
  expect(orders.is_beyond_chance).toBe(true);
  expect(report.statement).toContain('Against its control the campaign added');
});

test('the command line tells the same', async () => {
  const { code, json } = await runCli(service.connectionString, `--json coupons report ${campaign_id}`);
  expect(code).toBe(0);
  expect(json.incremental.orders.total).toEqual(report.incremental.orders.total);
});

test('a second time adds nothing', async () => {
  await recordCampaign(service.stations, campaign, time);
  time.now = shopEnd;
  const again = await call(service.url, 'reportCampaign', { path: { campaign_id }, headers: service.as('coupons') });
  expect(again.json).toEqual(report);
});
