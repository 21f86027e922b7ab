import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { describeWithSharedData, sharedLines } from '../support/data/shared-data.ts';
import { story } from '../support/jest/story.ts';
import { call } from '../support/service/contract.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { unsearched, until } from '../support/shops/training-shop.ts';

describeWithSharedData('the first 20,000 lines of Online Retail, from file to list', ['online-retail.csv.gz'], () => {
  let service: TestService;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    service = await createTestService({ env: { PANNIER_CURRENCY: 'GBP', PANNIER_TIME_ZONE: 'Europe/London' } });
    folder = await mkdtemp(join(tmpdir(), 'pannier-end-to-end-'));
    file = join(folder, 'orders.csv.gz');
    const lines = sharedLines('online-retail.csv.gz').slice(0, 20_001);
    await writeFile(file, gzipSync(`${lines.join('\n')}\n`));
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  story('of one day of a shop', (step) => {
    step('import: rows are conserved, and a second time adds nothing', async () => {
      const request = { kind: 'orders' as const, file, preset: 'online-retail' };
      const first = await service.stations.intake.importFile(request, () => {});
      const { rows } = first.report;
      expect(rows.in).toBe(20_000);
      expect(rows.facts + rows.quarantined + rows.merged).toBe(rows.in);
      expect(rows.facts).toBeGreaterThan(19_000);
      const count = () =>
        service.database.query('select count(*) from order_lines union all select count(*) from quarantine');
      const before = await count();
      const second = await service.stations.intake.importFile(request, () => {});
      expect(second.report.rows).toEqual({ in: 20_000, facts: 0, quarantined: 0, merged: 20_000 });
      expect(await count()).toEqual(before);
    });

    step('train, by the API', async () => {
      const started = await call(service.url, 'startTrainingRun', {
        headers: service.as('train'),
        body: {
          as_of: '2010-12-12T00:00:00Z',
          evaluation_days: 4,
          // Large baskets in few orders: at the recipe's five they hold millions of frequent sets.
          recipes: { ...unsearched, 'association-rules': { minimumCount: 10 } },
        },
      });
      expect(started.status).toBe(202);
      const id = started.json.training_run_id;
      const run = await service.stations.training.waitForRun(Number(id));
      expect([run.status, run.error]).toEqual(['succeeded', null]);
      await service.stations.recommendations.refresh();
      const { json } = await call(service.url, 'getTrainingRun', {
        path: { training_run_id: id },
        headers: service.as('train'),
      });
      expect(json.metrics.evaluation.rows.map((row: { name: string }) => row.name)).toEqual([
        'popularity',
        'personal-frequency',
        'collaborative-filtering',
        'served-list',
      ]);
      expect(json.versions).toHaveProperty('segmentation');
    });

    step('serve: lists, complements with evidence, groups, profile, decision', async () => {
      const path = { customer_id: '17850' };
      // The import may have kept this process from hearing its database in time: it has a moment to find it again.
      const list = await until(async () => {
        const answer = await call(service.url, 'getCustomerRecommendations', {
          path,
          headers: service.as('recommend'),
        });
        return !answer.json.degraded && answer;
      });
      expect(list.json.items).toHaveLength(10);
      expect(list.json.items.map((item: { item_id: string }) => item.item_id)).not.toContain('POST');

      const rules = await call(service.url, 'listAssociationRules', {
        query: 'limit=1000',
        headers: service.as('recommend'),
      });
      const rule = rules.json.items.find(({ antecedent }: { antecedent: string[] }) => antecedent.length === 1);
      const together = await call(service.url, 'getBoughtTogether', {
        path: { item_id: rule.antecedent[0] },
        headers: service.as('recommend'),
      });
      expect(together.json.items[0]).toMatchObject({
        item_id: rule.consequent,
        reason: { rule: { count: rule.count } },
      });

      const segments = await call(service.url, 'listSegments', { headers: service.as('segments') });
      const groups = segments.json.items.filter((segment: { kind: string }) => segment.kind === 'group');
      const [{ customers }] = (await service.database.query<{ customers: number }>(
        `select count(distinct customer_key) as customers from orders where occurred_at < '2010-12-12' and customer_key is not null`,
      )) as [{ customers: number }];
      expect(groups.reduce((sum: number, group: { customers: number }) => sum + group.customers, 0)).toBe(customers);

      const profile = await call(service.url, 'getCustomerProfile', { path, headers: service.as('segments') });
      expect(profile.json.frequency).toBeGreaterThan(1);

      const decision = await call(service.url, 'decideCoupon', {
        headers: { ...service.as('coupons'), 'Idempotency-Key': 'end-to-end' },
        body: { customer_id: '17850' },
      });
      expect(decision.json.group).toBe(profile.json.group);
    });
  });
});
