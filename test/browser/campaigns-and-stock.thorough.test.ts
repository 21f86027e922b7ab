import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Look, launchBrowser, settle, visit } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { tabTo } from '../support/browser/keyboard.ts';
import { findFaultsInBothLooks, openConsole, payload } from '../support/browser/open-console.ts';
import { findInaccessible } from '../support/browser/watch.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();

const terms = {
  name: 'Spring, 10 percent',
  discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
  valid_from: daysAgo(10),
  valid_until: daysAgo(-20),
  budget: { coupons: 100, money: '500.00' },
};

/** Open at any hour of any day, so that it is given at once. */
const giveable = {
  ...{ ...terms, campaign_id: 'letter', policy: 'everyone', budget: { coupons: 1 } },
  hours: [
    { weekdays: ['friday'], from: '17:00', until: '24:00' },
    { weekdays: ['friday'], from: '00:00', until: '17:00' },
    { weekdays: ['saturday', 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday'], from: '00:00', until: '24:00' },
  ],
};

const hostilePolicy = {
  kind: 'rules',
  rules: [
    { when: { groups: ['ordinary'], attributes: [{ attribute: 'city', values: [payload] }] }, action: 'give' },
    {
      when: { tags: [{ tag: 'price-sensitivity', values: ['high'] }], ordered: true, cart: { least: '30.00' } },
      action: 'give',
      largest_discount: '5.00',
    },
    { when: {}, action: 'refuse' },
  ],
};

describeWithBrowser('campaigns and stock in the console', () => {
  let service: TestService;
  let browser: Browser;

  // Two of the tea a day for ten weeks, and three left; the pot is sold out, and the lamp was never sold.
  beforeAll(async () => {
    [service, browser] = await Promise.all([createTestService(), launchBrowser()]);
    const items = [
      { item_id: 'tea', title: 'Green tea', stock: 3, category: 'Drinks > Tea' },
      { item_id: 'pot', title: 'Tea pot', stock: 0, category: payload },
      { item_id: 'lamp', title: payload, stock: 7, category: payload },
    ].map((item) => ({ ...item, price: '5.00', cost: '3.00', updated_at: daysAgo(100) }));
    const orders = Array.from({ length: 70 }, (_, day) => ({
      order_id: `O${day}`,
      customer_id: day % 2 ? 'anna' : 'ben',
      occurred_at: daysAgo(day + 1),
      lines: [
        { item_id: 'tea', quantity: 2, unit_price: '5.00' },
        ...(day > 10 ? [{ item_id: 'pot', quantity: 1, unit_price: '5.00' }] : []),
      ],
    }));
    for (const [scope, path, method, body] of [
      ['ingest', '/v1/items', 'PUT', { items }],
      ['ingest', '/v1/orders', 'POST', { orders }],
      ['coupons', '/v1/campaigns', 'POST', { ...terms, campaign_id: 'spring' }],
      ['coupons', '/v1/policies/hostile/versions', 'POST', { policy: hostilePolicy, note: payload }],
      ['coupons', '/v1/campaigns', 'POST', { ...terms, campaign_id: 'hostile', name: payload, control_share: 0.2 }],
    ] as const) {
      expect(String((await service.ask(scope, method, path, body)).status)).toMatch(/^20/);
    }
    for (const customer_id of ['anna', 'ben']) {
      const decided = await fetch(`${service.url}/v1/coupon-decisions`, {
        method: 'POST',
        headers: { ...service.as('coupons'), 'Content-Type': 'application/json', 'Idempotency-Key': customer_id },
        body: JSON.stringify({ customer_id }),
      });
      expect(decided.status).toBe(200);
    }
    await service.stations.indicators.nights.workNow();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  const open = (look?: Partial<Look>, scope?: 'admin' | 'view') => openConsole(browser, service, look, scope);
  const campaign = async (id: string) => (await service.ask('coupons', 'GET', `/v1/campaigns/${id}`)).json;

  // Would see: a field that only a mouse reaches, a term that is sent other than it is shown, a preview that gives something.
  test('a campaign is made by keyboard alone, with who would get a coupon before it', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/campaigns`);
    await tabTo(page, 'Make a campaign');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Make a campaign' }).waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('Autumn, for new ones');
    await tabTo(page, 'At most, in');
    await page.keyboard.type('4.50');
    await tabTo(page, 'Ordinary');
    await page.keyboard.press('Space');
    await tabTo(page, 'Coupons at most');
    await page.keyboard.type('40');
    await page.locator('.stat-note', { hasText: 'of 2 customers' }).waitFor();
    await settle(page);
    expect(await findInaccessible(page)).toEqual([]);
    expect((await service.ask('coupons', 'GET', '/v1/campaigns/autumn-for-new-ones')).status).toBe(404);
    await tabTo(page, 'Make the campaign');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Autumn, for new ones' }).waitFor();
    expect(await campaign('autumn-for-new-ones')).toMatchObject({
      ...{ name: 'Autumn, for new ones', status: 'scheduled', version: 1, control_share: 0.1 },
      discount: { type: 'percent', percent: 10, maximum_discount: '4.50' },
      ...{ target_groups: ['ordinary'], budget: { coupons: 40, money: null }, limits: [], minimum_spend: null },
      ...{ coupon_valid_days: 14, limit_per_customer: 1, stacking: 'exclusive' },
    });
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a campaign that is made of terms whose preview nobody has seen.
  test('a campaign is not made before the preview of its terms is there', async () => {
    const { context, page } = await open();
    let answer = () => {};
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/v1/campaigns/previews', async (route) => {
      await mayAnswer;
      await route.continue();
    });
    await visit(page, `${service.url}/campaigns/new`);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Unseen');
    const make = page.getByRole('button', { name: 'Make the campaign' });
    await page.getByText('is being worked out').waitFor();
    await make.press('Enter');
    expect(await make.getAttribute('aria-disabled')).toBe('true');
    expect((await service.ask('coupons', 'GET', '/v1/campaigns/unseen')).status).toBe(404);
    answer();
    await page.getByText('of 2 customers').waitFor();
    await make.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Unseen' }).waitFor();
    await context.close();
  });

  // Would see: a change that is lost, a refusal without its field, an undo that keeps the new terms.
  test('terms are changed, what differs is shown before and after, and taken back', async () => {
    const { context, page } = await open();
    await visit(page, `${service.url}/campaigns/spring/change`);
    await page.getByLabel('Percent off').fill('0');
    await page.getByRole('button', { name: 'Change the terms' }).click();
    await page.locator('.field', { hasText: 'Percent off' }).locator('.field-error').waitFor();
    await page.getByLabel('Percent off').fill('15');
    const changes = page.getByRole('region', { name: 'What changes' });
    await changes.getByText('15% off, at most').waitFor();
    expect(await changes.getByRole('listitem').count()).toBe(1);
    await page.getByRole('button', { name: 'Change the terms' }).click();
    await page.getByText('Version 2 holds now.').waitFor();
    const changed = await campaign('spring');
    expect([changed.version, changed.discount.percent]).toEqual([2, 15]);
    // A time that nobody touched is the same to the millisecond.
    expect([changed.valid_from, changed.valid_until]).toEqual([terms.valid_from, terms.valid_until]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('has its terms of before').waitFor();
    expect(await campaign('spring')).toMatchObject({ version: 3, discount: { percent: 10 } });
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByText('Version 2').waitFor();
    expect(await page.locator('.campaign-changes ins').allTextContents()).toEqual([
      expect.stringContaining('10% off'),
      expect.stringContaining('15% off'),
    ]);
    await context.close();
  });

  test('a campaign is paused once one has said so, and goes on by undo', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/campaigns/hostile`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect((await campaign('hostile')).status).toBe('paused');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await campaign('hostile')).status).toBe('active');
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  test('codes are made and read back; the ledger adds up', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/campaigns/spring?view=codes`);
    await page.getByRole('textbox', { name: 'Batch' }).first().fill('news-1');
    await page.getByLabel('How many').fill('25');
    await page.getByRole('button', { name: 'Make codes' }).click();
    await page.getByText('25 codes are made').waitFor();
    const batch = page.getByRole('region', { name: 'Batches of codes' }).locator('tbody tr');
    expect((await batch.locator('td').allTextContents()).slice(0, 5)).toEqual(['news-1', 'Once', '25', '0', '25']);
    await batch.getByRole('button', { name: 'news-1' }).click();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('25 codes of news-1').waitFor();
    const answer = await fetch(`${service.url}/v1/campaigns/spring/codes?batch_id=news-1`, {
      headers: service.as('coupons'),
    });
    const made = (await answer.text()).trim().split('\r\n').slice(1);
    expect(await page.locator('.campaign-codes li').allTextContents()).toEqual(made.slice(0, 20));
    await visit(page, `${service.url}/campaigns?view=ledger`);
    await page.getByRole('button', { name: 'Check the ledger' }).click();
    await page.getByText('Every counter equals what the ledger adds up to').waitFor();
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a decision of another campaign, a filter that filters nothing, a customer that leads nowhere.
  test('decisions are listed and found by what became of them, with the reason and the customer one press away', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/campaigns/spring?view=decisions`);
    const rows = page.getByRole('region', { name: 'Decisions' }).locator('tbody tr');
    expect(await rows.locator('td:nth-child(2)').allTextContents()).toEqual(['ben', 'anna']);
    await rows.first().getByRole('button', { name: /^Why/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Replay it' }).click();
    await dialog.getByText('The same answer comes out.').waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'What became of it' }).click();
    await page.getByRole('option', { name: 'granted' }).click();
    await page.getByText('No such decision').waitFor();
    expect(new URL(page.url()).searchParams.get('outcome')).toBe('granted');
    await visit(page, `${service.url}/campaigns/spring?view=decisions`);
    await page.getByRole('link', { name: 'anna' }).click();
    await page.getByRole('heading', { level: 1, name: 'anna' }).waitFor();
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a rule other than the one that was set, a threshold in other units, a rule that is gone for good by one press.
  test('an alarm of an indicator is set by keyboard alone, rings, is changed and removed', async () => {
    const { context, page, watch } = await open();
    const rules = async () => (await service.ask('indicators', 'GET', '/v1/indicator-alarms')).json.items;
    await visit(page, `${service.url}/indicators?indicator=net-sales`);
    await tabTo(page, 'Tell me when…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, 'When it');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'is below' }).waitFor();
    await page.keyboard.type('is below');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Value, in EUR');
    await page.keyboard.type('1,000.5');
    await page.getByText('Type a number.').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1000.5');
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('The alarm is set').waitFor();
    const set = { alarm_id: 'net-sales-below-day', indicator_id: 'net-sales', by: null, member: null, grain: 'day' };
    expect(await rules()).toMatchObject([{ ...set, condition: 'below', threshold: 1000.5, false_alarm_rate: null }]);
    await service.stations.indicators.rollUp();
    expect(await service.stations.indicators.raiseAlarms()).toBe(1);

    await visit(page, service.url);
    await page.getByText('Net sales is below its threshold').waitFor();
    await visit(page, `${service.url}/indicators?view=alarms`);
    const rows = (name: string) => page.getByRole('region', { name }).locator('tbody tr');
    expect(await rows('What raises an alarm').locator('td').allTextContents()).toEqual(
      expect.arrayContaining(['Net sales', 'is below €1,000.50', 'Day']),
    );
    expect(await rows('Alarms that rang').count()).toBe(1);
    await page.getByRole('button', { name: 'Change: Net sales' }).click();
    await page.getByLabel('Value, in EUR').fill('2');
    await page.getByRole('button', { name: 'Set the alarm' }).click();
    await page.getByText('The alarm is changed').waitFor();
    expect((await rules()).map((one: { threshold: number }) => one.threshold)).toEqual([2]);
    await page.getByRole('button', { name: 'Remove: Net sales' }).click();
    await page.getByText('No alarm is set').waitFor();
    expect(await rules()).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByRole('button', { name: 'Change: Net sales' }).waitFor();
    expect((await rules()).map((one: { threshold: number }) => one.threshold)).toEqual([2]);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: money, days or a state other than the service says, and a forecast of another item.
  test('stock shows what the service says, and what is foreseen of an item', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/stock`);
    const { items } = (await service.ask('indicators', 'GET', '/v1/stock')).json;
    const words: Record<string, string> = { 'sold-out': 'Sold out', 'runs-out': 'Runs out', dead: 'Dead stock' };
    const rows = await page.locator('tbody tr').allTextContents();
    expect(rows.length).toBe(items.length);
    for (const [place, { item_id, state, stock }] of items.entries()) {
      for (const text of [item_id, words[state], String(stock)]) expect(rows[place]).toContain(text);
    }
    const tea = items.find((one: { item_id: string }) => one.item_id === 'tea');
    expect(tea.state).toBe('runs-out');
    await page.getByRole('button', { name: 'Forecast: Green tea' }).click();
    const dialog = page.getByRole('dialog', { name: 'Forecast: Green tea' });
    await dialog.getByText('Seasonal naive', { exact: true }).first().waitFor();
    const { forecast } = (await service.ask('indicators', 'GET', '/v1/items/tea/demand-forecast')).json;
    expect(await dialog.locator('.stat-value').nth(1).textContent()).toBe(
      new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
        forecast.horizon.expected,
      ),
    );
    expect(new URL(page.url()).searchParams.get('item')).toBe('tea');
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'When it is gone' }).click();
    await page.getByRole('option', { name: 'Gone within 7 days' }).click();
    await page.getByText('2 goods will be gone within 7 days').waitFor();
    await settle(page);
    // The soonest first: the pot is gone.
    expect(await page.locator('tbody tr td:first-child a').allTextContents()).toEqual(['Tea pot', 'Green tea']);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a version that decides before anybody has seen what it says, or that only a mouse can take back.
  test('a version of a policy is proposed, published with what it changes, and taken back, by keyboard alone', async () => {
    const { context, page, watch } = await open();
    const policy = async () => (await service.ask('coupons', 'GET', '/v1/policies/by-cause')).json;
    await visit(page, `${service.url}/campaigns?view=policies`);
    await tabTo(page, 'Who needs it or is won by it');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Who needs it or is won by it' }).waitFor();
    expect(await page.locator('nav [aria-current="page"]').allTextContents()).toEqual(['Campaigns']);
    await tabTo(page, 'Propose a version');
    await page.keyboard.press('Enter');
    await tabTo(page, 'A purse is weak below');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('50');
    await settle(page);
    expect(await findInaccessible(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What version 2 says' }).waitFor();
    expect(await policy()).toMatchObject({ published: { version: 1 }, newest: { policy: { weak_purse: 0.5 } } });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await tabTo(page, 'Publish version 2');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('.preview-side').count()).toBe(2);
    await dialog.getByText('50%').first().waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await tabTo(page, 'Publish version 2');
    await page.keyboard.press('Enter');
    await page.getByText('Version 2 decides now.').waitFor();
    await dialog.waitFor({ state: 'detached' });
    await tabTo(page, 'Roll back to version 1');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await tabTo(page, 'Roll back to version 1');
    await page.keyboard.press('Enter');
    await page.getByText('Version 1 decides now.').waitFor();
    const { published, publications } = await policy();
    expect([published.version, publications[0].reason]).toEqual([1, 'rollback']);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a campaign given to everybody because nobody chose, who got what only in a file, a budget that takes the whole form.
  test('a campaign is given to whom one chooses, who got what is found, and its budget is raised beside it', async () => {
    const { context, page, watch } = await open();
    expect((await service.ask('coupons', 'POST', '/v1/campaigns', giveable)).status).toBe(201);
    await visit(page, `${service.url}/campaigns/letter?view=givings`);
    await page.getByText('Friday 17:00 to 24:00').first().waitFor();
    await page.getByRole('textbox', { name: 'Giving' }).fill('letter-1');
    const give = page.getByRole('button', { name: 'Give', exact: true });
    expect(await give.isDisabled()).toBe(true);
    await page.getByRole('combobox', { name: 'To the segment' }).click();
    await page.getByRole('option', { name: 'Everybody' }).click();
    await page.getByText('Of 2 whom it is for').waitFor();
    await settle(page);
    expect(await findInaccessible(page)).toEqual([]);
    await give.click();
    await page.getByRole('heading', { name: 'Who got what by letter-1' }).waitFor();
    await service.stations.coupons.giveDue();
    const path = '/v1/campaigns/letter/givings/letter-1';
    expect((await service.ask('coupons', 'GET', path)).json).toMatchObject({ status: 'finished', customers: 2 });
    await visit(page, `${service.url}/campaigns/letter?view=givings`);
    const table = page.locator('.table-scroll[aria-label="Who got what by letter-1"]');
    await table.getByRole('link', { name: 'anna' }).waitFor();
    expect(await table.getByRole('row').count()).toBe(3);
    await page.getByRole('searchbox', { name: 'Customer' }).fill('B');
    await table.getByRole('link', { name: 'anna' }).waitFor({ state: 'detached' });
    expect(await table.getByRole('link', { name: 'ben' }).count()).toBe(1);
    await page.getByRole('combobox', { name: 'What became of it' }).click();
    await page.getByRole('option', { name: 'no coupons left' }).click();
    await settle(page);
    await table.getByRole('button', { name: /^Why/ }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('link', { name: 'ben' }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Change the budget' }).click();
    await drawer.waitFor();
    expect(await findInaccessible(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Coupons at most' }).fill('5');
    await page.keyboard.press('Enter');
    await page.getByText('The new budget holds').waitFor();
    expect(await campaign('letter')).toMatchObject({
      version: 2,
      budget: { coupons: 5, money: null },
      policy: 'everyone',
    });
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  test('is clean in opposite looks, whatever things are called', async () => {
    const opened = await open();
    const faults: Record<string, string[]> = {};
    for (const address of [
      '/campaigns',
      '/campaigns?view=policies',
      '/campaigns?view=groups',
      '/campaigns/hostile',
      '/campaigns/hostile?view=terms',
      '/campaigns/hostile?view=versions',
      '/campaigns/hostile?view=decisions',
      '/campaigns/spring?view=codes',
      '/campaigns/hostile?view=givings',
      '/campaigns/new',
      '/campaigns/hostile/change',
      '/policies/by-cause',
      '/policies/hostile',
      '/indicators?view=alarms',
      '/stock',
      '/stock?view=forecasts',
      '/stock?view=trends',
      '/stock?view=searches',
    ]) {
      faults[address] = await findFaultsInBothLooks(opened, service.url + address);
    }
    expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
    await opened.context.close();
  });

  test('who may only view makes, changes and pauses nothing', async () => {
    const { context, page, watch } = await open({}, 'view');
    await visit(page, `${service.url}/campaigns`);
    expect(await page.getByRole('link', { name: 'Make a campaign' }).count()).toBe(0);
    await visit(page, `${service.url}/campaigns/spring`);
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    expect(await page.getByRole('tab').allTextContents()).toEqual([
      'Report',
      'Terms',
      'Decisions',
      'In bulk',
      'Codes',
      'Costs',
      'Versions',
    ]);
    await page.getByRole('tab', { name: 'Decisions' }).click();
    await page.getByText('not for whom').waitFor();
    expect(await page.getByRole('button', { name: /^Why/ }).count()).toBe(0);
    expect(await page.locator('main').textContent()).not.toMatch(/anna|ben/);
    await page.getByRole('tab', { name: 'Codes' }).click();
    await page.getByText('Batches of codes').waitFor();
    expect(await page.getByRole('button', { name: 'Make codes' }).count()).toBe(0);
    expect(watch.faults).toEqual([]);
    await context.close();
  });
});
