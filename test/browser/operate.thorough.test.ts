import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { projectPath } from '../../src/project.ts';
import { type Look, launchBrowser, visit } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { tabTo } from '../support/browser/keyboard.ts';
import { findFaultsInBothLooks, openConsole, payload } from '../support/browser/open-console.ts';
import { findInaccessible } from '../support/browser/watch.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { publishContent } from '../support/shops/small-shop.ts';

describeWithBrowser('learning, data and settings in the console', () => {
  let service: TestService;
  let browser: Browser;
  /** A shop's server with a catalogue of these goods; undefined: it is out of order. */
  const catalogue: { goods: string[] | undefined } = { goods: ['tea'] };
  let feedServer: Server;
  let feedUrl: string;
  /** versions of popularity: the one before, and the one that is served at first */
  let before: number;
  let served: number;

  const popular = async (): Promise<number> =>
    (await service.ask('train', 'GET', '/v1/releases')).json.items[0].versions.popularity;

  beforeAll(async () => {
    const env = { PANNIER_FEED_NETWORKS: '127.0.0.1/32' };
    [service, browser] = await Promise.all([createTestService({ env }), launchBrowser()]);
    feedServer = createServer((_, response) => {
      const lines = catalogue.goods?.map(
        (id) => `${id},The ${id},https://shop.example/${id},4.00 EUR,https://shop.example/${id}.jpg`,
      );
      if (!lines) response.writeHead(503).end();
      else response.end(['id,title,link,price,image_link', ...lines, ''].join('\n'));
    });
    await new Promise<void>((resolve) => feedServer.listen(0, '127.0.0.1', resolve));
    feedUrl = `http://127.0.0.1:${(feedServer.address() as AddressInfo).port}/goods.csv?token=1234`;
    const items = ['cup', 'pot'].map((item_id) => ({ item_id, title: payload, price: '1.00', stock: 10 }));
    const order = (order_id: string, unit_price: string) => ({
      ...{ order_id, customer_id: payload, occurred_at: '2026-03-01T00:00:00Z' },
      lines: [{ item_id: 'cup', quantity: 1, unit_price }],
    });
    for (const [path, method, body] of [
      ['/v1/items', 'PUT', { items }],
      ['/v1/orders', 'POST', { orders: [order('O1', '1.00'), order('O2', '0')] }],
    ] as const) {
      expect((await service.ask('ingest', method, path, body)).status).toBe(200);
    }
    const content = { asOf: new Date(), neighbours: {}, rules: [], lists: {} };
    await publishContent(service.database, { ...content, popularity: ['cup', 'pot'] });
    before = await popular();
    await publishContent(service.database, { ...content, popularity: ['pot', 'cup'] });
    served = await popular();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    feedServer?.closeAllConnections();
    feedServer?.close();
  });

  const open = (look?: Partial<Look>) => openConsole(browser, service, look);

  // Would see: a value that nobody knows the name of, one that is changed by being looked at.
  test('a value of a recipe is found by its name, with what the latest run used', async () => {
    await service.database.query(
      `insert into training_runs (status, finished_at, models, as_of, seed, recipes, code_version)
       values ('succeeded', now(), array['association-rules'], now(), 1, $1, '0')`,
      [{ 'association-rules': { minimumSupport: 0.002, contexts: { season: 'quarter' } } }],
    );
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/learning`);
    await page.getByRole('button', { name: 'Start a run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start a training run' });
    const lines = dialog.getByLabel('Other recipe values for this run');
    await dialog.getByLabel('Find a value by its name').fill('season');
    await page.getByRole('option', { name: /contexts\.season/ }).click();
    expect(await lines.inputValue()).toBe('association-rules.contexts.season = quarter');
    await dialog.getByLabel('Find a value by its name').fill('support');
    await page.getByRole('option', { name: /minimumSupport/ }).click();
    expect((await lines.inputValue()).split('\n')[1]).toBe('association-rules.minimumSupport = 0.002');
    await dialog.getByText('Will learn all models').waitFor();
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a step that only a mouse can make, a dialog that names another version than is published, an undo that
  // does nothing.
  test('a version is rolled back to by keyboard alone, and taken back', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/learning?view=versions&kind=popularity`);
    await tabTo(page, `Roll back to version ${before}`);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: `Roll Popularity back to version ${before}?` });
    await dialog.waitFor();
    const sides = await dialog.locator('.preview-side').allTextContents();
    expect(sides).toEqual([
      expect.stringContaining(`PopularityVersion ${served}`),
      expect.stringContaining(`PopularityVersion ${before}`),
    ]);
    expect(await findInaccessible(page)).toEqual([]);
    expect(await popular()).toBe(served);
    await tabTo(page, `Roll back to version ${before}`);
    await page.keyboard.press('Enter');
    await page.getByText(`Popularity: version ${before} is served`).waitFor();
    expect(await popular()).toBe(before);
    await page.getByRole('button', { name: `Publish version ${served}` }).waitFor();
    await tabTo(page, 'Undo', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText(`Popularity: version ${served} is served`).waitFor();
    expect(await popular()).toBe(served);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a token that is shown again, a key with other scopes than were ticked, one that is good after it was revoked.
  test('a key is made, its token shown once, and revoked', async () => {
    const { context, page, watch } = await open();
    const listed = async (): Promise<unknown[]> =>
      (await service.ask('admin', 'GET', '/v1/keys')).json.items
        .filter(({ name }: { name: string }) => name === 'till')
        .map(({ scopes }: { scopes: string[] }) => scopes);
    await visit(page, `${service.url}/settings?view=keys`);
    await tabTo(page, 'New key');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Name');
    await page.keyboard.type('till');
    await page.getByRole('checkbox', { name: /^recommend/ }).focus();
    await page.keyboard.press('Space');
    expect(await findInaccessible(page)).toEqual([]);
    await tabTo(page, 'Make key');
    await page.keyboard.press('Enter');
    const token = (await page.getByRole('dialog', { name: 'The token' }).locator('code').textContent()) ?? '';
    expect([token.startsWith('sk_'), await listed()]).toEqual([true, [['recommend']]]);
    await tabTo(page, 'Done');
    await page.keyboard.press('Enter');
    await page.getByText(token).waitFor({ state: 'detached' });
    await tabTo(page, 'Revoke the key till');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Revoke');
    await page.keyboard.press('Enter');
    await page.getByText('The key till is revoked').waitFor();
    expect(await listed()).toEqual([]);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: rows that are sent through before anybody read how many, or a page that does not say what became of them.
  test('what was refused is shown as it was sent, and sent through again', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/data?view=quarantine`);
    // Others may have been refused since, and stand above it.
    const sent = await page.locator('.data-raw').allTextContents();
    expect(sent.filter((row) => row.includes('"order_id":"O2"'))).toHaveLength(1);
    await tabTo(page, 'Send through again: The price is zero');
    await page.keyboard.press('Enter');
    await page.getByText('1 row is cleaned anew: The price is zero.').waitFor();
    await tabTo(page, 'Send through again');
    await page.keyboard.press('Enter');
    await page.getByText('0 stored, 0 merged, 1 stay in quarantine').waitFor();
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a file that is taken for another, a command without what was chosen, a file that comes other than it was shown.
  test('a file is understood by the service before it comes, and is imported from the page', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/data?view=bring`);
    const file = page.getByLabel('File: an export, workbook or table');
    await file.setInputFiles({ name: 'book.csv', mimeType: 'text/csv', buffer: Buffer.from('PK\x03\x04') });
    await page.getByText('save its sheet as CSV').waitFor();
    const text = 'Order;SKU;Qty;Date;Price\nO11;cup;2;2026-03-01;1.50\nO12;pot;many;2026-03-02;2.00\n';
    // Would see: what is told of a file that stays in English on a page in Chinese.
    const stated =
      'Order;SKU;Qty;Date;Price;Status\nO11;cup;2;2026-03-01;1.50;paid\nO12;pot;1;2026-03-02;2.00;voided\n';
    await file.setInputFiles({ name: 'stated.csv', mimeType: 'text/csv', buffer: Buffer.from(stated) });
    await page.getByText('cancelled: status “voided” (1)').waitFor();
    await page.locator('.top > .button[lang]').click();
    await page.getByText('已取消：状态“voided” (1)').waitFor();
    await page.locator('.top > .button[lang]').click();
    await file.setInputFiles({ name: 'my orders.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    // It is understood as it is; whoever knows better names the columns.
    await page.getByText('orders, found by their headings').waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    expect(await page.locator('.copy-line code').first().textContent()).toContain(`npx pannier import 'my orders.csv'`);
    await page.getByRole('button', { name: 'Name the columns myself' }).click();
    await page.getByText('Still without a column: order_id.').waitFor();
    expect(await page.getByRole('button', { name: 'Import the file' }).isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'order_id (needed)' }).click();
    await page.getByRole('option', { name: 'Order' }).click();
    await page.getByText('All that is needed has a column.').waitFor();
    const command = await page.locator('.copy-line code').first().textContent();
    expect(command).toContain(`npx pannier import orders 'my orders.csv'`);
    expect(command).toContain('--map order_id=Order');
    expect(command).toContain('--map quantity=Qty');
    await page.getByText('2 came in = 1 stored + 1 in quarantine + 0 merged').waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import the file' }).click();
    const asking = page.getByRole('dialog', { name: 'Import my orders.csv?' });
    await asking.getByRole('button', { name: 'Import the file' }).click();
    const told = page.getByRole('dialog', { name: 'my orders.csv', exact: true });
    await told.getByText('No row is lost').waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    expect((await service.ask('recommend', 'GET', '/v1/orders/O11')).status).not.toBe(404);
    const [last] = (await service.ask('ingest', 'GET', '/v1/imports')).json.items;
    expect(last).toMatchObject({
      ...{ kind: 'orders', file: 'my orders.csv', status: 'finished' },
      report: { rows: { in: 2, facts: 1, quarantined: 1, merged: 0 } },
    });
    await page.keyboard.press('Escape');
    // A workbook of another program, sent as it is.
    const book = readFileSync(projectPath('test', 'fixtures', 'exports', 'other-programs', 'orders-titled.xlsx'));
    await file.setInputFiles({ name: 'umsatz.xlsx', mimeType: 'application/octet-stream', buffer: book });
    await page.getByText('Bestellnummer → order_id').waitFor();
    await page.getByRole('button', { name: 'Import the file' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Import the file' }).click();
    await page.getByRole('dialog', { name: 'umsatz.xlsx', exact: true }).getByText('No row is lost').waitFor();
    expect((await service.ask('recommend', 'GET', '/v1/items/A-2')).json.title).toBe('Teller');
    // The workbook, which the service refused.
    expect(watch.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
    await context.close();
  });

  // Would see: a feed that is not pulled, a failure that nobody is told of, goods that are hidden unasked, a secret that is shown.
  test('a catalogue feed is added by keyboard alone, tells what came and what went wrong, and is removed', async () => {
    const { context, page, watch } = await open();
    const feed = async () => (await service.ask('view', 'GET', '/v1/feeds/main')).json;
    const hidden = async (id: string) => (await service.ask('view', 'GET', `/v1/items/${id}`)).json.hidden;
    const row = page.getByRole('row').filter({ hasText: 'main' });
    catalogue.goods = ['tea', 'jam', 'bread'];
    await visit(page, `${service.url}/data?view=feeds`);
    await page.getByText('No catalogue is pulled from an address yet').waitFor();
    await tabTo(page, 'Add a feed…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'A new catalogue feed' }).waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('main');
    await tabTo(page, 'Address');
    await page.keyboard.type(feedUrl);
    await tabTo(page, 'What vanishes');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'is hidden until it comes back' }).waitFor();
    await page.keyboard.type('is hidden');
    await page.keyboard.press('Enter');
    expect(await findInaccessible(page)).toEqual([]);
    await tabTo(page, 'Add and pull');
    await page.keyboard.press('Enter');
    await row.getByText('Taken in', { exact: true }).waitFor();
    await row.getByText('3 items').waitFor();
    await row.getByText('3 new or changed, 0 known already, 0 refused').waitFor();
    expect(await feed()).toMatchObject({ missing: 'hide', last_pull: { outcome: 'taken-in', items: 3 } });
    expect(await page.content()).not.toContain('1234');
    catalogue.goods = undefined;
    const pull = page.getByRole('button', { name: 'Pull now main' });
    await pull.click();
    await row.getByText('The server of the feed answers with 503.').waitFor();
    catalogue.goods = ['tea'];
    await pull.click();
    await row.getByText('To be looked at').waitFor();
    expect(await hidden('jam')).toBe(false);
    await page.getByRole('button', { name: 'Hide them all the same…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pull and hide' }).click();
    await row.getByText('2 hidden by the last pull').waitFor();
    expect([await hidden('jam'), await hidden('tea')]).toEqual([true, false]);
    // What is not shown is not sent back, and what is refused is named where it was typed.
    await page.getByRole('button', { name: 'Change… main' }).click();
    const dialog = page.getByRole('dialog', { name: 'Catalogue feed main' });
    await dialog.getByText('give the address whole again').waitFor();
    const address = dialog.getByLabel('Address');
    expect(await address.inputValue()).toBe('');
    await address.fill('http://10.0.0.1/goods.csv');
    await dialog.getByRole('button', { name: 'Save and pull' }).click();
    await dialog.getByText('It was not saved').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    expect((await feed()).url).toContain('127.0.0.1');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove… main' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Removed: main').waitFor();
    expect((await service.ask('view', 'GET', '/v1/feeds/main')).status).toBe(404);
    expect(watch.faults.filter((fault) => !fault.includes('409'))).toEqual([]);
    await context.close();
  });

  // Would see: a promise of what never comes, because who looks may not ask for it.
  test('who may see some of the settings finds those, and waits for none', async () => {
    for (const [scope, held] of [
      ['segments', []],
      ['coupons', ['Without offers']],
    ] as const) {
      const { context, page } = await openConsole(browser, service, {}, { key: service.keys[scope] });
      await visit(page, `${service.url}/settings?view=holdouts`);
      await page.locator('.panel').first().waitFor();
      const seen = (await page.locator('.panel h2').allTextContents()).filter((title) => title.startsWith('With'));
      const awaited = await page.locator('.skeleton').count();
      expect({ scope, seen, awaited }).toEqual({ scope, seen: held, awaited: 0 });
      await context.close();
    }
  });

  // Would see: a colour too faint, a text too long, a table that widens a narrow page, a text from outside that runs.
  test('every part is clean in opposite looks', async () => {
    catalogue.goods = undefined;
    await service.ask('admin', 'PUT', '/v1/feeds/looked-at', { url: feedUrl });
    const opened = await open();
    const faults: Record<string, string[]> = {};
    const addresses = [
      ...['runs', 'versions&kind=popularity', 'responses', 'explore'].map((view) => `/learning?view=${view}`),
      ...['imports', 'feeds', 'quarantine', 'bring'].map((view) => `/data?view=${view}`),
      ...['shop', 'users', 'keys', 'sessions', 'holdouts', 'audit'].map((view) => `/settings?view=${view}`),
    ];
    for (const address of addresses) {
      faults[address] = await findFaultsInBothLooks(opened, service.url + address);
    }
    expect(faults).toEqual(Object.fromEntries(addresses.map((address) => [address, []])));
    await service.ask('admin', 'DELETE', '/v1/feeds/looked-at');
    await opened.context.close();
  });
});
