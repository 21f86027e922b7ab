import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '../../src/accounts/index.ts';
import { codeOf } from '../../src/accounts/secrets/one-time-codes.ts';
import { qrCode } from '../../src/console/shared/qr-code.ts';
import { launchBrowser, openContext, settle, visit } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { findFaultsInBothLooks } from '../support/browser/open-console.ts';
import { findInaccessible, type Watch, watchPage } from '../support/browser/watch.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

describeWithBrowser('signing in, out and in again', () => {
  let service: TestService;
  let browser: Browser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([createTestService(), launchBrowser()]);
    const customers = [{ customer_id: 'customer-of-ana' }];
    expect((await service.ask('ingest', 'PUT', '/v1/customers', { customers })).status).toBe(200);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  const passwordOf = (name: string) => `a password for ${name}`;

  /** Somebody with a password, whose hash costs little. */
  async function add(name: string, role: Role): Promise<void> {
    const [N, r, p, salt] = [1_024, 8, 1, randomBytes(16)];
    const hash = scryptSync(passwordOf(name), salt, 32, { N, r, p }).toString('base64url');
    await service.stations.accounts.users.set(name, role);
    await service.database.query('update users set password_hash = $2 where user_name = $1', [
      name,
      ['scrypt', N, r, p, salt.toString('base64url'), hash].join('$'),
    ]);
  }

  async function openAs(
    name: string,
    role: Role,
    look = {},
  ): Promise<{ context: BrowserContext; page: Page; watch: Watch }> {
    await add(name, role);
    const context = await openContext(browser, look);
    const { ticket } = await service.stations.accounts.users.makeTicket(name, 'sign-in');
    const answer = await context.request.post(`${service.url}/v1/sessions`, { data: { ticket } });
    expect(answer.status()).toBe(201);
    const page = await context.newPage();
    return { context, page, watch: await watchPage(page, service.url) };
  }

  async function endSessionsOf(name: string): Promise<void> {
    const { json } = await service.ask('admin', 'GET', '/v1/sessions');
    for (const session of json.items.filter((one: { name: string }) => one.name === name))
      expect((await service.ask('admin', 'DELETE', `/v1/sessions/${session.session_id}`)).status).toBe(200);
  }

  async function signInAgain(page: Page, name: string): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await dialog.getByLabel('User name').fill(name);
    await dialog.getByLabel('Password').fill(passwordOf(name));
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  // Would see: a form that is gone, a dialog behind that is closed by a press in the one before it, a page that is read by who has come
  // to the desk meanwhile.
  test('whose session ends in the midst of a form signs in over it, and sends what was written', async () => {
    const { context, page } = await openAs('ana', 'operator');
    await visit(page, `${service.url}/settings?view=keys`);
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: true }).fill('till');
    await page.getByRole('checkbox', { name: /^recommend/ }).check();
    await endSessionsOf('ana');
    await page.getByRole('button', { name: 'Make key' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    // What lies behind is covered.
    const cover = await page.evaluate(
      `(() => { const colour = getComputedStyle(document.querySelector('.sign-in-again'), '::backdrop').backgroundColor; return colour.includes('/') ? colour : 'whole' })()`,
    );
    expect(cover).toBe('whole');
    await signInAgain(page, 'ana');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('till');
    expect(await page.getByRole('checkbox', { name: /^recommend/ }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.getByRole('dialog', { name: 'The token' }).waitFor();
    await context.close();
  });

  // Would see: choices that open behind the dialog they are of, where a mouse cannot reach them.
  test('the role of a new user is chosen with the mouse', async () => {
    const { context, page } = await openAs('hal', 'operator');
    await visit(page, `${service.url}/settings?view=users`);
    await page.getByRole('button', { name: 'New user' }).click();
    const role = page.getByRole('dialog').getByRole('combobox');
    await role.click();
    await page.getByRole('option', { name: 'Merchandiser' }).click({ timeout: 5_000 });
    expect(await role.textContent()).toContain('Merchandiser');
    await context.close();
  });

  // Would see: a customer who is shown to somebody who may see none, because the page or the answers are the ones of who sat there before.
  test('where somebody else signs in, nothing of the one before stays', async () => {
    const { context, page } = await openAs('bea', 'marketer');
    await add('vic', 'marketer');
    await visit(page, `${service.url}/customers`);
    await page.getByText('customer-of-ana').first().waitFor();
    await endSessionsOf('bea');
    await page.getByRole('link', { name: 'Indicators' }).first().click();
    await signInAgain(page, 'vic');
    await settle(page);
    // What never comes from the service could be shown only out of the browser's memory.
    await page.route('**/v1/customers*', () => {});
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor();
    await page.waitForTimeout(300);
    expect(await page.locator('body').innerText()).not.toContain('customer-of-ana');
    await page.getByRole('button', { name: 'Account: vic' }).waitFor();
    await context.close();
  });

  // Would see: a page that says that somebody is signed out whose session goes on.
  test('who could not be signed out is told so, and stays', async () => {
    const { context, page } = await openAs('cyd', 'marketer');
    await visit(page, `${service.url}/customers`);
    await page.route('**/v1/session', (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.continue(),
    );
    const leave = async () => {
      if (!(await page.getByRole('button', { name: 'Sign out' }).isVisible()))
        await page.getByRole('button', { name: 'Account: cyd' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
    };
    await leave();
    await page.getByText('You are still signed in').waitFor();
    expect(await page.getByRole('heading', { name: 'Customers', level: 1 }).isVisible()).toBe(true);
    await page.unroute('**/v1/session');
    await leave();
    await page.getByRole('heading', { name: 'Sign in to Pannier' }).waitFor();
    const { json } = await service.ask('admin', 'GET', '/v1/sessions');
    expect(json.items.filter((session: { name: string }) => session.name === 'cyd')).toEqual([]);
    expect(await page.locator('body').innerText()).not.toContain('You are still signed in');
    await context.close();
  });

  const factorOf = async (name: string) =>
    (await service.ask('admin', 'GET', '/v1/users')).json.items.find(
      (user: { user_name: string }) => user.user_name === name,
    ).has_second_factor;

  // Would see: codes that are set up without the password, or removed without a code; recovery codes that nobody is shown.
  test('one-time codes are set up, recovery codes shown once, and removed with one of them', async () => {
    const { context, page, watch } = await openAs('dot', 'viewer');
    await visit(page, `${service.url}/settings?view=account`);
    await page.getByRole('button', { name: 'Set up codes' }).click();
    const prove = page.getByRole('dialog', { name: 'Set up codes' });
    await prove.getByLabel('Password so far').fill('not the password');
    await prove.getByRole('button', { name: 'Next' }).click();
    await prove.getByText('This is not your password.').waitFor();
    await prove.getByLabel('Password so far').fill(passwordOf('dot'));
    await prove.getByRole('button', { name: 'Next' }).click();
    const add = page.getByRole('dialog', { name: 'Add Pannier to your authenticator app' });
    const secret = (await add.locator('.copy-line code').first().textContent())!.trim();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = (await add.locator('.copy-line code').last().textContent())!.trim();
    expect(uri).toContain(`secret=${secret}`);
    // The picture is of the same address: as many dark modules in it as in the code of the unit's test.
    const picture = add.getByRole('img', { name: 'QR code of the secret, for the camera of the app' });
    const dark = (await picture.locator('path').last().getAttribute('d'))!.match(/M/g)!.length;
    expect(dark).toBe(qrCode(uri)!.flat().filter(Boolean).length);
    expect(await findInaccessible(page)).toEqual([]);
    const bits = [...secret].map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    );
    const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    expect(await factorOf('dot')).toBe(false);
    await add.getByLabel('First code').fill(codeOf(key, Math.floor(Date.now() / 30_000)));
    await add.getByRole('button', { name: 'Confirm' }).click();
    const shown = page.getByRole('dialog', { name: 'Your recovery codes' });
    const codes = (await shown.locator('.copy-line code').textContent())!.trim().split(/\s+/);
    expect([codes.length, await factorOf('dot')]).toEqual([10, true]);
    expect(await findInaccessible(page)).toEqual([]);
    await shown.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('Codes are asked for', { exact: true }).waitFor();
    // By keyboard, as everything.
    await page.getByRole('button', { name: 'Remove codes' }).focus();
    await page.keyboard.press('Enter');
    const remove = page.getByRole('dialog', { name: 'Remove one-time codes?' });
    await remove.getByLabel('Password so far').fill(passwordOf('dot'));
    await remove.getByLabel('Code').fill('aaaa-bbbb-cccc-dddd');
    await page.keyboard.press('Enter');
    await remove.getByText('This code is wrong, used, or its time is over.').waitFor();
    await remove.getByLabel('Code').fill(codes[0]);
    await page.keyboard.press('Enter');
    await page.getByText('The password is enough').waitFor();
    expect(await factorOf('dot')).toBe(false);
    // What is refused is an answer 403 that the browser writes down.
    expect(watch.faults.filter((fault) => !fault.includes('403'))).toEqual([]);
    await context.close();
  });

  test('one’s own sessions are listed, and another one is ended', async () => {
    const { context, page } = await openAs('eli', 'operator');
    const other = await openAs('eli', 'operator');
    await openAs('fay', 'viewer').then((fay) => fay.context.close());
    await visit(page, `${service.url}/settings?view=account`);
    const own = page.getByRole('region', { name: 'Where you are signed in' });
    const rows = own.getByRole('row').filter({ hasText: 'eli' });
    expect([await rows.count(), await own.getByText('fay').count()]).toEqual([2, 0]);
    await rows.filter({ hasNotText: 'This one' }).getByRole('button').click();
    await page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('The session is ended').waitFor();
    expect((await other.context.request.get(`${service.url}/v1/session`)).status()).toBe(401);
    await Promise.all([context.close(), other.context.close()]);
  });

  test('the account’s page is clean in opposite looks', async () => {
    const opened = await openAs('gil', 'marketer');
    expect(await findFaultsInBothLooks(opened, `${service.url}/settings?view=account`)).toEqual([]);
    await opened.context.close();
  });
});
