import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type Role, scopesOf } from '../../src/accounts/index.ts';
import { withoutGuards } from '../../src/formats/csv.ts';
import { type Look, launchBrowser, openContext, settle, signIn, visit } from '../support/browser/browser.ts';
import { type DemoService, startDemo } from '../support/browser/demo-service.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { findPlanted, hostileId, storeHostileTexts, watchScripts } from '../support/browser/hostile-texts.ts';
import { findFaults, oppositeLooks } from '../support/browser/open-console.ts';
import { findEnglish, findInaccessible, findOverflow, watchPage } from '../support/browser/watch.ts';
import { sized, thoroughly, usually } from '../support/jest/thorough.ts';

const everyLook: Look[] = [
  ...oppositeLooks,
  { theme: 'dark', language: 'en', width: 1280 },
  { theme: 'light', language: 'zh', width: 1280 },
  { theme: 'light', language: 'en', width: 390 },
];

/** The least shop of which every page has something to show; the thorough run has one with longer tables. */
const shopSize = sized({ customers: 100, items: 40, days: 120 }, { customers: 300, items: 90, days: 150 });

/** What stands where no page is. */
const noSuchPage = { en: 'There is no such page', zh: '页面不存在' };

/** What its tabs say in English, each opened in turn, and the first again. */
async function englishInTabs(page: Page): Promise<string[]> {
  const tabs = page.locator('#content [role=tab]');
  const found: string[] = [];
  for (let place = (await tabs.count()) - 1; place >= 0; place--) {
    await tabs.nth(place).click();
    await settle(page);
    found.push(...(await findEnglish(page)));
  }
  return found;
}

describeWithBrowser('the console', () => {
  let demo: DemoService;
  let browser: Browser;
  /** the cookie of who signed in by the address that the demo printed */
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;

  const open = async (look: Partial<Look> = {}) => {
    const context = await openContext(browser, look);
    await context.addCookies(signedIn.cookies);
    const page = await context.newPage();
    return { context, page, watch: await watchPage(page, demo.url) };
  };

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(shopSize), launchBrowser()]);
    const context = await openContext(browser);
    const page = await context.newPage();
    const watch = await watchPage(page, demo.url);
    await visit(page, demo.signInUrl);
    expect([page.url(), watch.faults]).toEqual([`${demo.url}/`, []]);
    signedIn = await context.storageState();
    // All that follows is looked at with the worst texts among the shop's own.
    await storeHostileTexts(context, demo.url);
    await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  // Would see: a ticket that is good twice, or one that stays in the address, where others read it.
  usually.test('an address that signs in does so once', async () => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await page.goto(demo.signInUrl);
    await page.getByRole('alert').waitFor();
    expect(page.url()).toBe(`${demo.url}/sign-in`);
    expect(await page.getByRole('alert').textContent()).toContain('has been used or has expired');
    await context.close();
  });

  usually.test('who is not signed in sees the sign-in, accessible in both themes and languages', async () => {
    for (const look of oppositeLooks) {
      const context = await openContext(browser, look);
      const page = await context.newPage();
      await visit(page, `${demo.url}/sign-in`);
      expect([look, await findInaccessible(page), await findOverflow(page)]).toEqual([look, [], []]);
      await context.close();
    }
  });

  // Would see: a colour too faint in one theme, a text too long in one language, a table that widens a narrow page, a
  // style or script that the policy refuses, a request to somebody else, a page that asks too often.
  thoroughly.test.each<Look>(everyLook)('every page is clean: $theme, $language, $width pixels', async (look) => {
    const { context, page, watch } = await open(look);
    await visit(page, demo.url);
    const addresses = (await page.evaluate(
      `[...new Set([...document.querySelectorAll('nav a')].map((a) => a.getAttribute('href')))]`,
    )) as string[];
    expect(addresses.length).toBeGreaterThan(1);
    /** what is reached from a page, one of each kind: a customer, a segment, an item */
    const within = new Map<string, string>();
    const faults: Record<string, string[]> = {};
    const all = function* () {
      yield* addresses;
      yield* within.values();
    };
    for (const address of all()) {
      const found = await findFaults({ page, watch }, demo.url + address);
      if (await page.getByText(noSuchPage[look.language]).count()) found.push('leads nowhere');
      if (look.language === 'zh') found.push(...(await findEnglish(page)), ...(await englishInTabs(page)));
      const links = (await page.evaluate(
        `[...document.querySelectorAll('#content a[href^="/"]')].map((a) => a.getAttribute('href'))`,
      )) as string[];
      for (const link of links) {
        const kind = /^\/\w+\//.exec(link)?.[0];
        if (kind && !within.has(kind)) within.set(kind, link);
      }
      faults[address] = [...found, ...(await findPlanted(page))];
    }
    expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
    await context.close();
  });

  // Would see: a page that asks for what its reader may not have, which fails behind its back or says so where nobody can help it.
  test('no page asks the service for what a role may not have', async () => {
    const owner = await open();
    const { csrf_token: token } = await (await owner.context.request.get(`${demo.url}/v1/session`)).json();
    const refused: string[] = [];
    for (const role of sized<Role[]>(['viewer'], ['marketer', 'merchandiser', 'data-scientist'])) {
      const made = await owner.context.request.post(`${demo.url}/v1/keys`, {
        data: { name: role, scopes: scopesOf[role] },
        headers: { 'X-Pannier-CSRF': token },
      });
      const context = await openContext(browser);
      await signIn(context, demo.url, (await made.json()).token);
      const page = await context.newPage();
      page.on('response', (response) => {
        const { pathname, search } = new URL(response.url());
        if (response.status() >= 400)
          refused.push(`${role} at ${page.url()}: ${response.status()} ${pathname}${search}`);
      });
      await visit(page, demo.url);
      const links = page.locator('nav a');
      for (let place = 0; place < (await links.count()); place++) {
        await links.nth(place).click();
        await settle(page);
        const tabs = page.locator('#content [role=tab]');
        for (let tab = 1; tab < (await tabs.count()); tab++) {
          await tabs.nth(tab).click();
          await settle(page);
        }
        const problems = await page.locator('#content .notice-bad').allTextContents();
        refused.push(...problems.map((text) => `${role} at ${page.url()} reads: ${text}`));
      }
      await context.close();
    }
    expect(refused).toEqual([]);
    await owner.context.close();
  });

  // Would see: a text from outside that becomes an element, whether or not the policy then keeps its script from running.
  thoroughly.test(
    'texts from outside stay texts: in tables, charts, timelines, lists and the command bar',
    async () => {
      const { context, page } = await open();
      const ran: string[] = [];
      await watchScripts(page, ran);
      const id = encodeURIComponent(hostileId);
      const addresses = [
        '/',
        ...['channel', 'store', 'category', 'brand', 'item'].map(
          (by) => `/indicators?indicator=net-sales&days=7&by=${by}`,
        ),
        '/customers?query=%3C',
        `/customers/${id}`,
        `/items/${id}`,
        '/segments?view=own',
        '/segments/rule-hostile',
        '/campaigns',
        '/campaigns/hostile-0',
        '/recommendations?query=%3C',
        '/stock',
        '/associations',
      ];
      for (const address of addresses) {
        await visit(page, demo.url + address);
        ran.push(...(await findPlanted(page)));
      }
      await page.keyboard.press('Control+k');
      await page.keyboard.type('<img');
      await page.waitForTimeout(500);
      ran.push(...(await findPlanted(page)));
      expect(ran).toEqual([]);
      // One that is put there is seen.
      await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img id=xss-planted>')`);
      expect(await findPlanted(page)).toHaveLength(1);
      await context.close();
    },
  );

  // Would see: a file of the rows that happen to be on the screen, an id that is a formula in it, or one that comes back as another.
  thoroughly.test('a table is saved with all its rows, also those of pages that were not opened', async () => {
    const { context, page } = await open();
    const session = await (await context.request.get(`${demo.url}/v1/session`)).json();
    const customers = Array.from({ length: 998 }, (_, n) => ({ customer_id: `zz-${n}` }));
    const sent = await context.request.put(`${demo.url}/v1/customers`, {
      data: { customers: [...customers, { customer_id: '=zz' }, { customer_id: "'=zz" }] },
      headers: { 'X-Pannier-CSRF': session.csrf_token },
    });
    expect(sent.status()).toBe(200);
    const ids: string[] = [];
    for (let cursor = ''; ; ) {
      const answer = await context.request.get(`${demo.url}/v1/customers?limit=1000${cursor}`);
      const { items, next_cursor } = await answer.json();
      ids.push(...items.map(({ customer_id }: { customer_id: string }) => customer_id));
      if (next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(next_cursor)}`;
    }
    expect(ids.length).toBeGreaterThan(1_000);
    await visit(page, `${demo.url}/customers`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    await page.getByText(`${ids.length.toLocaleString('en-GB')} rows saved`).waitFor();
    const rows = parse(readFileSync(await download.path()), { bom: true, columns: true }) as { Customer: string }[];
    expect(rows.map(({ Customer }) => withoutGuards(Customer))).toEqual(ids);
    expect(rows.filter(({ Customer }) => /^[=+\-@\t]/.test(Customer))).toEqual([]);
    await context.close();
  });

  thoroughly.test(
    'what is chosen stays: theme and language over a reload, what is looked at in the address',
    async () => {
      const { context, page } = await open();
      await visit(page, `${demo.url}/indicators`);
      await page.getByRole('button', { name: '90 days', exact: true }).click();
      await page.getByRole('button', { name: 'Visitors', exact: true }).click();
      await settle(page);
      expect(page.url()).toBe(`${demo.url}/indicators?days=90&indicator=visitors`);
      await visit(page, page.url());
      expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('Visitors');
      await context.close();
    },
  );

  usually.test('by keyboard alone: past the navigation, to another page, and back out of what was opened', async () => {
    const { context, page, watch } = await open();
    await visit(page, demo.url);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: /^Search/ });
    await field.waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.type('zzz');
    await page.getByText('Nothing has that name.').waitFor();
    for (const _ of 'zzz') await page.keyboard.press('Backspace');
    // In the other language too.
    await page.keyboard.type('指标');
    await page.getByRole('option', { name: /Indicators/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Indicators' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    // A tab of a page, and a whole id: Enter goes there, though what was typed has not been looked for yet.
    await page.keyboard.press('Control+k');
    await field.waitFor();
    await page.keyboard.type('search words');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Search words', selected: true }).waitFor();
    await page.keyboard.press('Control+k');
    await field.waitFor();
    await page.keyboard.type('c000001');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'C000001' }).waitFor();
    await visit(page, `${demo.url}/customers`);
    await page.getByRole('searchbox', { name: 'Customer id' }).fill('c000002');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'C000002' }).waitFor();
    await page.keyboard.press('Control+k');
    await field.waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  thoroughly.test('on a narrow screen the navigation is a drawer, which Escape closes', async () => {
    const { context, page } = await open({ width: 390 });
    await visit(page, demo.url);
    await page.getByRole('button', { name: 'Open navigation' }).click();
    const drawer = page.getByRole('dialog', { name: 'Navigation' });
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Open navigation' }).click();
    await drawer.getByRole('link', { name: 'Indicators' }).click();
    await page.getByRole('heading', { level: 1, name: 'Indicators' }).waitFor();
    await drawer.waitFor({ state: 'hidden' });
    await context.close();
  });

  // Would see: a figure without its definition, or a line of curl that does not answer the same.
  thoroughly.test('a figure says what it is and how to ask for it', async () => {
    const { context, page } = await open();
    await visit(page, demo.url);
    const tile = page.locator('.stat').first();
    await tile.locator('button.figure').click();
    const popup = page.getByRole('dialog');
    await popup.waitFor();
    const text = (await popup.textContent()) ?? '';
    expect(text).toContain('Net sales');
    expect(text).toContain('Data version');
    const curl = (await popup.locator('code').last().textContent()) ?? '';
    const address = /'(http[^']+)'/.exec(curl)?.[1] ?? '';
    const answer = await context.request.get(address);
    expect([answer.status(), (await answer.json()).items[0].indicator_id]).toEqual([200, 'net-sales']);
    await page.keyboard.press('Escape');
    await popup.waitFor({ state: 'detached' });
    await context.close();
  });

  usually.test('who signs out is out, also with the cookie', async () => {
    const { context, page } = await open();
    const state = await context.request.get(`${demo.url}/v1/session`);
    expect(state.status()).toBe(200);
    // Of a session of its own: the others go on.
    const { csrf_token } = await state.json();
    const made = await context.request.post(`${demo.url}/v1/keys`, {
      data: { name: 'till', scopes: ['indicators'] },
      headers: { 'X-Pannier-CSRF': csrf_token },
    });
    const { token } = await made.json();
    await context.clearCookies();
    await visit(page, `${demo.url}/sign-in`);
    await page.getByRole('button', { name: 'API key' }).click();
    await page.getByLabel('API key', { exact: true }).last().fill(token);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    const { cookies } = await context.storageState();
    expect(cookies).toMatchObject([{ name: 'pannier_session', httpOnly: true, sameSite: 'Strict' }]);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(token);
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in to Pannier' }).waitFor();
    await context.addCookies(cookies);
    expect((await context.request.get(`${demo.url}/v1/session`)).status()).toBe(401);
    await context.close();
  });
});
