import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PastCampaignKind } from '../../../src/intake/index.ts';
import { importJourney, journeyFiles } from '../../support/data/complete-journey.ts';
import { describeWithSharedData, sharedData } from '../../support/data/shared-data.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
let folder: string;
const createShop = () =>
  createTestService({
    env: { PANNIER_TIME_ZONE: 'America/New_York' },
    clock: () => new Date('2026-05-01T00:00:00Z'),
  });
beforeAll(async () => {
  service = await createShop();
  folder = await mkdtemp(join(tmpdir(), 'pannier-history-'));
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;
async function take(kind: PastCampaignKind, ...lines: string[]) {
  const file = join(folder, `file-${++files}.csv`);
  await writeFile(file, lines.join('\n'));
  const { status, report } = await service.stations.outcomes.importPastCampaigns({ kind, file });
  expect(status).toBe('finished');
  expect(report.rows.in).toBe(report.rows.facts + report.rows.quarantined + report.rows.merged);
  return report;
}
const reportOf = async (campaign_id: string, of = service) => {
  const answer = await call(of.url, 'reportCampaign', { path: { campaign_id }, headers: of.as('coupons') });
  return answer.json;
};

// Would see: a report of a campaign of before that makes an erased person again.
test('what is told late of an erased person is refused, a row at a time', async () => {
  await take('campaigns', 'campaign_id,name,started_at,ended_at', 'past,Past,2025-01-01,2025-02-01');
  await take('recipients', 'campaign_id,customer_id', 'past,gone');
  await call(service.url, 'eraseCustomer', { path: { customer_id: 'gone' }, headers: service.as('admin') });
  const recipients = await take('recipients', 'campaign_id,customer_id', 'past,gone', 'past,there');
  expect([recipients.rows, recipients.detected]).toEqual([
    { in: 2, facts: 1, quarantined: 1, merged: 0 },
    { erased_person: 1 },
  ]);
  const redemptions = await take(
    'redemptions',
    'campaign_id,customer_id,code,redeemed_at',
    'past,gone,X,2025-01-10',
    'past,there,X,2025-01-10',
  );
  expect(redemptions.detected).toEqual({ erased_person: 1 });
  const { database } = service;
  expect(await database.query(`select from customers where customer_id = 'gone'`)).toEqual([]);
  expect(await database.query(`select from quarantine where raw::text like '%gone%' or customer_id = 'gone'`)).toEqual(
    [],
  );
  await database.query('delete from quarantine');
});

story('campaigns run elsewhere', (step) => {
  step('rows become facts once, and go to quarantine with their rule', async () => {
    const campaigns = [
      'campaign_id,name,started_at,ended_at',
      'old,Old,2025-03-01,2025-04-01',
      'old,Old,2025-03-01,2025-04-01',
      'old,Other,2025-03-01,2025-04-01',
      'back,Back,2025-03-02,2025-03-01',
      'future,Future,2027-03-02,2027-04-01',
      ',Nameless,2025-03-02,2025-04-01',
      'when,When,yesterday,2025-04-01',
    ];
    const report = await take('campaigns', ...campaigns);
    expect(report.rows).toEqual({ in: 7, facts: 1, quarantined: 5, merged: 1 });
    expect(report.detected).toEqual({
      exact_duplicate: 1,
      campaign_conflict: 1,
      campaign_reversed: 1,
      time_in_future: 1,
      unreadable: 2,
    });
    expect((await take('campaigns', ...campaigns)).rows).toEqual({ in: 7, facts: 0, quarantined: 0, merged: 7 });

    const recipients = ['campaign_id,customer_id', 'old,ann', 'old,bob', 'old,ann', 'later,bob'];
    expect((await take('recipients', ...recipients)).rows).toEqual({ in: 4, facts: 2, quarantined: 1, merged: 1 });
    await take('campaigns', 'campaign_id,name,started_at,ended_at', 'later,Later,2025-05-01,2025-06-01');
    // The row passes now, and is in quarantine no longer.
    expect((await take('recipients', ...recipients)).rows).toEqual({ in: 4, facts: 1, quarantined: 0, merged: 3 });
    const kinds = await service.database.query<{ kind: string }>('select kind from quarantine');
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['campaign']));
    // A redrive leaves them alone: their file is read again instead.
    expect(await service.stations.intake.redrive({})).toMatchObject({ in: 0 });
  });

  step('an id of a campaign of our own is not taken', async () => {
    await service.stations.coupons.createCampaign({
      campaign_id: 'ours',
      name: 'Ours',
      discount: { type: 'amount', amount: '1.00' },
      valid_from: '2026-03-01T00:00:00Z',
      valid_until: '2026-05-01T00:00:00Z',
    });
    const report = await take('campaigns', 'campaign_id,started_at,ended_at', 'ours,2025-03-01,2025-04-01');
    expect(report.detected).toEqual({ campaign_conflict: 1 });
  });

  step('the report tells attributed figures alone', async () => {
    await service.stations.intake.upsertItems([
      { item_id: 'tea', title: 'Tea', cost: '2.00' },
      { item_id: 'cup', title: 'Cup' },
    ]);
    const order = (order_id: string, occurred_at: string, item_id: string) => ({
      order_id,
      customer_id: 'ann',
      occurred_at,
      lines: [{ item_id, quantity: 2, unit_price: '5.00' }],
    });
    await service.stations.intake.recordOrders([
      order('that day', '2025-03-05T23:30:00-05:00', 'tea'),
      order('no item of it', '2025-03-05T12:00:00-05:00', 'cup'),
      order('next day', '2025-03-06T00:30:00-05:00', 'tea'),
      order('by its id', '2025-03-20T12:00:00-05:00', 'cup'),
    ]);
    await take('coupons', 'campaign_id,code,item_id', 'old,T1,tea', 'old,T1,green', 'old,C1,pot');
    await take(
      'redemptions',
      'campaign_id,customer_id,code,redeemed_at,order_id',
      'old,ann,T1,2025-03-05,',
      'old,ann,C1,2025-03-05,',
      'old,ann,C1,2025-03-20,by its id',
      'old,bob,T1,2025-03-05,',
    );
    const report = await reportOf('old');
    expect(report).toMatchObject({
      name: 'Old',
      issued: 2,
      redeemed: 4,
      cost: null,
      attributed: { orders: 2, redemptions_without_order: 2, revenue: '20.00', margin: '6.00' },
      sample_ratio: null,
      incremental: null,
    });
    expect(report.statement).toContain('imported history has no control group');
    await take('redemptions', 'campaign_id,customer_id,code,redeemed_at,discount', 'later,ann,L1,2025-05-05,1.50');
    expect(await reportOf('later')).toMatchObject({ redeemed: 1, cost: '1.50' });
  });

  // Would see: a station whose rows of the person are left behind, by a key that tells them apart still.
  step('an erased person is in no row of any table, and the counts stay', async () => {
    const { database } = service;
    const [ann] = await database.query<{ key: number }>(
      `select customer_key as key from customers where customer_id = 'ann'`,
    );
    await database.query('insert into response_features values ($1, $2, 1, 1)', [ann.key, '{1}']);
    const tables = await database.query<{ name: string }>(
      `select table_name as name from information_schema.columns
       where table_schema = 'pannier' and column_name = 'customer_key' order by 1`,
    );
    const naming = async () => {
      const counts = tables.map(
        ({ name }) => `select '${name}' as name where exists (select from ${name} where customer_key = $1)`,
      );
      return (await database.query<{ name: string }>(counts.join(' union all '), [ann.key])).map(({ name }) => name);
    };
    expect(await naming()).toEqual(
      expect.arrayContaining(['customers', 'orders', 'past_recipients', 'past_redemptions', 'response_features']),
    );
    await service.stations.intake.eraseCustomer('ann');
    expect(await naming()).toEqual([]);
    expect(await reportOf('old')).toMatchObject({ issued: 2, redeemed: 4 });
  });

  step('a file read wrongly is refused as a whole', async () => {
    const file = join(folder, 'wrong.csv');
    const rows = Array.from({ length: 200 }, (_, row) => `old,ann${row},T1,31.12.2025`);
    await writeFile(file, ['campaign_id,customer_id,code,redeemed_at', 'old,zoe,T1,2025-03-07', ...rows].join('\n'));
    const { status, report } = await service.stations.outcomes.importPastCampaigns({ kind: 'redemptions', file });
    expect([status, report.assessment.passed]).toEqual(['refused', false]);
    expect(await reportOf('old')).toMatchObject({ redeemed: 4 });
    const preset = service.stations.outcomes.importPastCampaigns({
      kind: 'redemptions',
      file,
      preset: 'online-retail',
    });
    await expect(preset).rejects.toThrow('online-retail is for orders only');
  });
});

const pastFiles = journeyFiles.slice(3);
const pastNames = pastFiles.map(({ file }) => `complete-journey/${file}.csv.gz`);

describeWithSharedData('campaigns of the Complete Journey', pastNames, () => {
  let shop: TestService;
  beforeAll(async () => {
    shop = await createShop();
  });
  afterAll(() => shop.stop());

  test('campaigns, coupons and redemptions of the Complete Journey', async () => {
    for (const journey of pastFiles) {
      const { status, report } = await importJourney(shop.stations, sharedData('complete-journey'), journey);
      const { kind, rows, destroyed } = journey;
      const { merged } = report.rows;
      expect([kind, status, report.rows]).toEqual([
        kind,
        'finished',
        { in: rows, facts: rows - merged - destroyed, quarantined: destroyed, merged },
      ]);
    }
    const report = await reportOf('18', shop);
    expect(report).toMatchObject({ name: 'Type A', incremental: null });
    expect(report.redeemed).toBeGreaterThan(100);
  });
});
