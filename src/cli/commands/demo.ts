import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { signInPath } from '../../accounts/index.ts';
import type { Config } from '../../config.ts';
import { createKey, listKeys, revokeKey } from '../../keys/index.ts';
import { createLogger } from '../../log.ts';
import { type OpenDatabase, openConfiguredDatabase } from '../../open-database.ts';
import {
  demoSize,
  generateSampleShop,
  type SampleShop,
  type ShopCampaign,
  type ShopLists,
  shopCampaignId,
} from '../../sample-shop/index.ts';
import { startService } from '../../service.ts';
import { createStations, type Stations } from '../../stations.ts';
import type { TrainingRun } from '../../training/index.ts';
import { type ModelKind, readPublishedRelease } from '../../versions/index.ts';
import { type DatedFacts, openFacts } from '../sample-shop/dated-facts.ts';
import { writeMarketStall } from '../sample-shop/market-stall.ts';
import { createPlayedClock } from '../sample-shop/played-clock.ts';
import { recordCampaign } from '../sample-shop/record-campaign.ts';
import { recordLists } from '../sample-shop/record-lists.ts';
import { type OnBatch, recordBehaviour, recordSales } from '../sample-shop/record-shop.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import type { Output } from '../terminal/output.ts';
import { rollUpWithProgress } from './indicators.ts';
import { serveUntilInterrupted } from './serve.ts';
import { trainWithProgress } from './train.ts';

const seed = 1;
const keyName = 'demo';
const ownerName = 'owner';

/** How large the shop is, and for how long it has been open. */
export type DemoSize = Record<keyof typeof demoSize, number>;

/** A shop to try everything on: made once, kept in the data folder, ready at once on the next start. */
export async function demo(config: Config, output: Output, given: Partial<DemoSize> = {}): Promise<void> {
  const started = Date.now();
  const log = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const opened = await openConfiguredDatabase(config, log);
  onInterrupt(opened.close);
  if (opened.embeddedFolder) output.note(`Postgres runs here, its data lies in ${opened.embeddedFolder}`);
  try {
    await openShop(opened, output, { log, started, size: { ...demoSize, ...given } });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openShop(
  opened: OpenDatabase,
  output: Output,
  { log, started, size }: { log: Logger; started: number; size: DemoSize },
): Promise<void> {
  // What the demo sets up is a command's doing, not the service's own.
  opened.database.actAs({ kind: 'command', name: keyName });
  // A release without tags is of a start that did not come to its end.
  if (!(await readPublishedRelease(opened.database))?.models['customer-tags']) {
    // While it is made nothing of its lists has been forgotten, so all its days are counted by them.
    const listRetentionDays = Math.max(opened.config.listRetentionDays, size.days);
    const config = { ...opened.config, listRetentionDays };
    const open = (clock?: () => Date) => createStations({ ...opened, config, log, clock });
    const stations = open();
    onInterrupt(async () => {
      await stations.training.stop();
      await opened.close();
    });
    try {
      await makeShop(stations, open, output, { size, dataFolder: opened.config.dataFolder });
    } finally {
      await stations.training.stop();
      await stations.recommendations.stop();
    }
  }
  const service = await startService({ ...opened, log });
  const { stations } = service;
  for (const key of await listKeys(opened.database)) {
    if (key.name === keyName) await revokeKey(opened.database, key.keyId);
  }
  const { token } = await createKey(opened.database, keyName, [
    'recommend',
    'segments',
    'coupons',
    'indicators',
    'merchandise',
  ]);
  await stations.keys.reload();
  await stations.accounts.users.set(ownerName, 'operator');
  const { ticket } = await stations.accounts.users.makeTicket(ownerName, 'sign-in');
  const signInUrl = service.url + signInPath(ticket);
  await createDemoCampaign(stations);
  opened.database.actAs(undefined);
  output.note(`Ready after ${((Date.now() - started) / 1_000).toFixed(1)} s.`);
  output.result({ url: service.url, key: token, sign_in_url: signInUrl }, () =>
    firstQuestions(service.url, token, signInUrl),
  );
  await serveUntilInterrupted(service, opened, log);
}

async function makeShop(
  stations: Stations,
  openAt: (clock: () => Date) => Stations,
  output: Output,
  { size, dataFolder }: { size: DemoSize; dataFolder: string },
): Promise<void> {
  const shop = generateSampleShop({ ...size, seed, end: new Date(), indicators: true });
  const bar = output.bar('Sample shop');
  const total = countElements(shop);
  let done = 0;
  const onBatch = (kind: string, count: number) => {
    done += count;
    bar.update(done, total, kind);
  };
  const [lists, facts] = [shop.lists(), openFacts(shop)];
  const before = {
    ...shop,
    orders: () => facts.orders(lists.from),
    refunds: () => facts.refunds(lists.from),
    events: () => facts.events(lists.from),
  };
  await recordSales(stations.intake, before, onBatch);
  const campaign = shop.campaign();
  // The campaign needs no events, and most of its time passes in the trainer's process.
  const [added] = await Promise.all([
    runCampaign(stations, openAt, campaign),
    recordBehaviour(stations.intake, before, onBatch),
  ]);
  const addedByLists = await showLists(stations, openAt, { lists, facts, onBatch });
  await importMarketStall(stations, shop, dataFolder);
  bar.stop();
  output.note(`Campaign ${shopCampaignId} of two months ago: in truth it added ${added} orders.`);
  output.note(`Lists of the last four weeks: in truth personal ones added ${addedByLists} orders.`);
  // Counting is the database's work while the trainer searches; what is foreseen is made in a thread of its own.
  await Promise.all([
    trainWithProgress({ stations }, output, { reason: 'night', ...searchOf(size.customers) }).then((run) => {
      requireSuccess(run);
      output.note('What will be asked for in the next four weeks is foreseen, item by item.');
    }),
    stations.indicators.rollUp({ atOnce: true }).then(() => stations.indicators.nights.workNow()),
  ]);
  await rollUpWithProgress({ stations }, output);
  await raiseAlarms(openAt);
}

/** Of so few customers the gain of a search for a better recipe is chance, and it takes half of the learning. */
const fewestToSearch = 500;
const searchOf = (customers: number) =>
  customers < fewestToSearch ? { recipes: { 'collaborative-filtering': { tuning: { trials: 0 } } } } : {};

/** A file as people bring one, some rows of it as they should not be. It stays, to be tried again. */
async function importMarketStall({ intake }: Stations, shop: SampleShop, dataFolder: string): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  const file = join(dataFolder, 'market-stall.csv');
  await writeFile(file, writeMarketStall(shop, new Date(Date.now() - 86_400_000)));
  await intake.importFile({ kind: 'orders', file });
}

const alarmsSinceDays = 30;
const ruleOfDays = { by: null, member: null, grain: 'day', threshold: null, falseAlarmRate: null } as const;

/** Rules of a month ago, and what they have raised since. */
async function raiseAlarms(openAt: (clock: () => Date) => Stations): Promise<void> {
  const time = { now: new Date(Date.now() - alarmsSinceDays * 86_400_000) };
  const { indicators } = openAt(() => time.now);
  await indicators.setAlarm({ ...ruleOfDays, alarmId: 'sales-fall', indicatorId: 'net-sales', condition: 'falls' });
  await indicators.setAlarm({
    ...ruleOfDays,
    alarmId: 'refunds-rise',
    indicatorId: 'refunded-orders-share',
    condition: 'rises',
  });
  await indicators.setAlarm({
    ...{ ...ruleOfDays, alarmId: 'much-sold-out', indicatorId: 'stock-out-rate', condition: 'above', threshold: 0.03 },
  });
  time.now = new Date();
  await indicators.raiseAlarms();
}

/** Groups the customers as of the campaign, and runs it by a clock of its own. @returns orders that it truly added */
async function runCampaign(
  { training }: Stations,
  openAt: (clock: () => Date) => Stations,
  campaign: ShopCampaign,
): Promise<number> {
  const time = { now: new Date(campaign.consideredAt) };
  const recipes = { segmentation: { clusters: 4, restarts: 5 } };
  const { trainingRunId } = await training.startRun({ models: ['segmentation'], asOf: time.now, recipes });
  requireSuccess(await training.waitForRun(trainingRunId));
  const stations = openAt(() => time.now);
  try {
    await stations.recommendations.start();
    const redeemed = await recordCampaign(stations, campaign, time);
    return redeemed.filter(({ isAdded }) => isAdded).length;
  } finally {
    await stations.recommendations.stop();
  }
}

const listModels: ModelKind[] = ['popularity', 'association-rules', 'collaborative-filtering'];

/** Learns as of the day on which lists begin, and shows them by a clock of its own. @returns orders that they truly added */
async function showLists(
  { training }: Stations,
  openAt: (clock: () => Date) => Stations,
  play: { lists: ShopLists; facts: DatedFacts; onBatch: OnBatch },
): Promise<number> {
  const time = createPlayedClock(new Date(play.lists.from));
  const recipes = { 'collaborative-filtering': { tuning: { trials: 0 } } };
  const { trainingRunId } = await training.startRun({ models: listModels, asOf: time.now, recipes });
  requireSuccess(await training.waitForRun(trainingRunId));
  const stations = openAt(time.clock);
  try {
    await stations.recommendations.start();
    return (await recordLists(stations, { ...play, time })).length;
  } finally {
    await stations.recommendations.stop();
  }
}

function requireSuccess({ trainingRunId, status, error, verdict }: TrainingRun): void {
  if (status !== 'succeeded')
    throw new Error(`Training run ${trainingRunId} ${status}: ${error ?? verdict?.['reason']}`);
}

function countElements(shop: SampleShop): number {
  let count = shop.items.length;
  const { customers, orders, refunds, events, changes, costs, marketFigures } = shop;
  for (const list of [customers, orders, refunds, events, changes, costs, marketFigures]) {
    for (const _ of list()) count++;
  }
  return count;
}

async function createDemoCampaign({ coupons }: Stations): Promise<void> {
  const year = new Date().getUTCFullYear();
  await coupons.createCampaign({
    campaign_id: `welcome-back-${year}`,
    name: 'Welcome back, 10 percent',
    discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
    valid_from: `${year}-01-01T00:00:00Z`,
    valid_until: `${year + 1}-01-01T00:00:00Z`,
    budget: { coupons: 1_000, money: '5000.00' },
    limit_per_customer: 3,
    target_groups: ['high-quality', 'ordinary', 'low-contribution'],
  });
}

function firstQuestions(url: string, token: string, signInUrl: string): string {
  return `
Open the console, signed in; good once, within 10 minutes (pannier users invite ${ownerName} makes another):
  ${signInUrl}

A storefront asks what to show a customer:
  curl -s '${url}/v1/customers/C000001/recommendations?limit=5' -H 'Authorization: Bearer ${token}'

A marketing system asks for the customer groups, and for a coupon decision:
  curl -s '${url}/v1/segments' -H 'Authorization: Bearer ${token}'
  curl -s '${url}/v1/coupon-decisions' -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -H 'Idempotency-Key: first' -d '{"customer_id": "C000002"}'
  and what the campaign of two months ago added:
  curl -s '${url}/v1/campaigns/${shopCampaignId}/report' -H 'Authorization: Bearer ${token}'

Its owner asks how the shop is, month by month:
  curl -s '${url}/v1/indicator-values?indicator_ids=visitors,orders-placed,net-sales,new-customers&grain=month&from=${new Date().getUTCFullYear()}-01-01' -H 'Accept: text/csv' -H 'Authorization: Bearer ${token}'

A data scientist asks which rules were learnt:
  curl -s '${url}/v1/association-rules?min_lift=5&limit=5' -H 'Authorization: Bearer ${token}'

The documents' lines, in another terminal, after:
  export URL=${url} KEY=${token}

The whole API: ${url}/docs     Stop: Ctrl-C
`;
}
