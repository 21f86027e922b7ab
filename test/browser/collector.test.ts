import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createKey, type NewKey } from '../../src/keys/index.ts';
import { projectPath } from '../../src/project.ts';
import { launchBrowser } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { thoroughly, usually } from '../support/jest/thorough.ts';
import { startServeProcess } from '../support/service/serve-process.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { until } from '../support/shops/training-shop.ts';

const script = readFileSync(projectPath('dist/client/collector.js'));

// Would see: a page that everybody waits for, because of what counts them.
usually.test('the collector is at most 1.6 kB', () => {
  expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(1_600);
});

/** The page of docs/storefront.md, as it stands there. */
function examplePage(service: string, key: string): string {
  const text = readFileSync(projectPath('docs', 'storefront.md'), 'utf8');
  const [, page] = /<!-- the example page -->\n```html\n([\s\S]*?)```/.exec(text)!;
  return page.replaceAll('https://pannier.shop.example', service).replaceAll('pk_…', key);
}

describeWithBrowser('a page of another origin', () => {
  let service: TestService;
  let shop: Server;
  let origin: string;
  let key: NewKey;
  let browser: Browser;
  let context: BrowserContext;
  let asked: string[];
  let burstsAt: string;

  beforeAll(async () => {
    service = await createTestService();
    await service.ask('ingest', 'PUT', '/v1/items', {
      items: ['I0141', 'I0007', 'I0008', 'I0009'].map((item_id) => ({
        item_id,
        title: `Item ${item_id}`,
        price: '2.00',
      })),
    });
    shop = createServer((request, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      const isExample = request.url!.startsWith('/coffee');
      const at = request.url!.startsWith('/bursts') ? burstsAt : service.url;
      response.end(isExample ? examplePage(service.url, key.token) : plainPage(at));
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    key = await createKey(service.database, 'page', ['events', 'lists'], [origin]);
    await service.stations.keys.reload();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    shop?.close();
    await service?.stop();
  });

  const plainPage = (at: string) =>
    `<!doctype html><script src="${at}/collector.js" data-key="${key.token}"></script><p>A page`;

  async function open(path: string): Promise<Page> {
    context = await browser.newContext();
    asked = [];
    context.on('request', (request) => {
      if (request.url().startsWith(`${service.url}/v1/events`)) asked.push(request.postData() ?? '');
    });
    const page = await context.newPage();
    await page.goto(origin + path);
    return page;
  }

  interface Kept {
    type: string;
    item: string | null;
    list: string | null;
    position: number | null;
    path: string | null;
    device: string | null;
    campaign: string | null;
    session: string;
    dwell: number | null;
  }

  /** What is stored of the one visitor whom the browser is. */
  async function keptOf(context: BrowserContext): Promise<Kept[]> {
    const visitor = (await context.cookies(origin)).find(({ name }) => name === 'pannier')?.value;
    return service.database.query<Kept>(
      `select events.type::text as type, item_id as item, list_id::text as list, list_position as position, path, device,
              campaign, session_id as session, dwell_seconds as dwell
       from events join visitors using (visitor_key) left join items using (item_key)
       where visitor_id = $1 order by occurred_at, events.type`,
      [visitor],
    );
  }

  const inStorage = (page: Page) =>
    page.evaluate('Object.keys(localStorage).filter((one) => one.startsWith("pannier:"))') as Promise<string[]>;

  usually.test(
    'sends and keeps nothing before consent, and all of it after',
    async () => {
      const page = await open('/coffee?utm_source=letter&utm_campaign=spring&email=anna@example.com');
      await page.waitForSelector('li');
      await page.waitForTimeout(1_500);
      await page.click('[data-pannier-cart]');
      expect([asked, await context.cookies(), await inStorage(page)]).toEqual([[], [], []]);
      await page.click('#consent [value=granted]');
      await until(async () => (await keptOf(context)).length >= 6);
      const kept = await keptOf(context);
      const listId = await page.getAttribute('ul', 'data-pannier-list');
      const shown = kept.filter(({ type }) => type === 'impression');
      expect(shown.map(({ item, position, list }) => [item, position, list]).sort()).toEqual(
        (await page.$$eval('li', (all) => all.map((one) => one.dataset['pannierItem'])))
          .map((item, place) => [item, place + 1, listId])
          .sort(),
      );
      expect(
        kept.filter(({ type }) => type === 'view' || type === 'cart_add').map(({ type, item }) => [type, item]),
      ).toEqual([
        ['view', 'I0141'],
        ['cart_add', 'I0141'],
      ]);
      // Of the address the tags of a campaign, and nothing that names anybody.
      const view = kept.find(({ type }) => type === 'page_view')!;
      expect([view.path, view.device, view.campaign]).toEqual(['/coffee', 'desktop', 'spring']);
      expect(new Set(kept.map(({ session }) => session)).size).toBe(1);
      const named = await service.database.query(
        "select 1 from events where concat(events.page, events.path, properties) like '%anna%'",
      );
      expect(named).toEqual([]);
      // Left by a link: what had not been sent goes by beacon, and once only counts.
      await page.click('li');
      await page.goto(`${origin}/other`);
      await until(async () => (await keptOf(context)).filter(({ type }) => type === 'click').length > 0);
      await page.waitForTimeout(6_000);
      const later = await keptOf(context);
      expect(later.filter(({ type }) => type === 'click').length).toBe(1);
      expect(later.find(({ type, path }) => type === 'page_ping' && path === null)!.dwell).toBeGreaterThanOrEqual(1);
      expect(await inStorage(page)).toEqual([]);
      await context.close();
    },
    60_000,
  );

  usually.test(
    'none means none: what was kept is deleted, and nothing is noted any more',
    async () => {
      const page = await open('/coffee');
      await page.waitForSelector('li');
      await page.click('#consent [value=none]');
      await page.click('[data-pannier-cart]');
      await page.waitForTimeout(6_000);
      expect([asked, await context.cookies(), await inStorage(page)]).toEqual([[], [], []]);
      // Taken back later, it takes back what is in the browser.
      const other = await open('/plain');
      await until(async () => (await context.cookies()).length > 0 && (await inStorage(other)).length > 0);
      await other.evaluate('pannier.push(["consent", "none"])');
      await other.evaluate('pannier.push(["track", "custom", { name: "late" }])');
      expect([await context.cookies(), await inStorage(other)]).toEqual([[], []]);
      await context.close();
    },
    60_000,
  );

  // Would see: events lost with the network, the tab or a service that is killed; and what is sent twice counted twice.
  thoroughly.test(
    'of many events with the network cut, the tab closed and the service killed none is lost or counted twice',
    async () => {
      const bursts = Number(process.env['TEST_BURSTS'] ?? 6);
      const serving = await startServeProcess(service.connectionString);
      burstsAt = serving.url;
      const noted = new Set<string>();
      let seed = 7;
      const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
      try {
        for (let burst = 0; burst < bursts; ) {
          // Another visitor after a while: more in a minute than a person can do would be taken for a robot's.
          let page = await open('/bursts');
          for (const last = Math.min(bursts, burst + 6); burst < last; burst++) {
            const count = 20 + Math.floor(random() * 60);
            await page.evaluate(`for (let n = 0; n < ${count}; n++) pannier.track('custom', { name: 'burst' })`);
            for (const id of await inStorage(page)) noted.add(id);
            const chance = random();
            // What was being sent when the tab, the network or the service went may have arrived or not.
            await page.waitForTimeout(random() * 300);
            if (chance < 0.25) await context.setOffline(true);
            else if (chance < 0.5) await serving.kill();
            else {
              await context.setOffline(false);
              if (chance < 0.75) await page.close();
              await serving.start();
              if (page.isClosed()) {
                page = await context.newPage();
                await page.goto(`${origin}/bursts`);
              }
            }
          }
          await context.setOffline(false);
          await serving.start();
          await page.reload();
          for (const id of await inStorage(page)) noted.add(id);
          await until(async () => (await inStorage(page)).length === 0);
          await context.close();
        }
        const kept = await service.database.query<{ id: string; n: string }>(
          "select event_id as id, count(*) as n from events where event_id like 'pannier:%' group by 1",
        );
        const stored = new Map(kept.map(({ id, n }) => [id, Number(n)]));
        if (process.env['TEST_BURSTS'])
          process.stderr.write(`${noted.size} events in storage, ${stored.size} stored\n`);
        expect(noted.size).toBeGreaterThan(bursts * 20);
        expect([...noted].filter((id) => !stored.has(id))).toEqual([]);
        expect(kept.filter(({ n }) => Number(n) > 1)).toEqual([]);
      } finally {
        await serving.kill();
      }
    },
    1_200_000,
  );
});
