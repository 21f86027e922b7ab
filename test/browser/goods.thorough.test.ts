import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { scopesOf } from '../../src/accounts/index.ts';
import { createKey } from '../../src/keys/index.ts';
import { type Look, launchBrowser, settle, visit } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { focused, tabTo } from '../support/browser/keyboard.ts';
import { findFaultsInBothLooks, openConsole, payload } from '../support/browser/open-console.ts';
import { findInaccessible } from '../support/browser/watch.ts';
import { createTestService, type TestService } from '../support/service/service.ts';
import { publishContent, type SmallRule } from '../support/shops/small-shop.ts';
import { until } from '../support/shops/training-shop.ts';

const rules: SmallRule[] = [
  { antecedent: ['beans', 'cup'], consequent: 'sugar', confidence: 0.9 },
  { antecedent: ['beans'], consequent: 'filter', confidence: 0.8 },
  { antecedent: ['tea'], consequent: 'pot', confidence: 0.3, lift: 5 },
  { antecedent: ['beans'], consequent: 'lamp', confidence: 0.5, chance: true, lift: 4 },
  { antecedent: ['beans'], consequent: 'filter', confidence: 0.6, context: 'quarter-4' },
];

describeWithBrowser('associations, recommendations and items in the console', () => {
  let service: TestService;
  let browser: Browser;
  let ruleId: string;

  // The pot is sold out, so that Anna's candidate of the night is dropped; one order held beans before a filter came in.
  beforeAll(async () => {
    [service, browser] = await Promise.all([createTestService(), launchBrowser()]);
    const items = ['beans', 'filter', 'cup', 'sugar', 'tea', 'pot', 'lamp'].map((item_id) => ({
      item_id,
      title: item_id === 'lamp' ? payload : `The ${item_id}`,
      price: '1.00',
      stock: item_id === 'pot' ? 0 : 10,
      category: item_id === 'lamp' ? payload : 'Drinks > Hot',
    }));
    const night = (item: string) => ({ item, source: 1 });
    const line = (item_id: string) => ({ item_id, quantity: 1, unit_price: '1.00' });
    const orders = [
      { order_id: 'O1', customer_id: 'anna', occurred_at: daysAgo(3), lines: [line('beans'), line('filter')] },
    ];
    for (const [path, method, body] of [
      ['/v1/items', 'PUT', { items }],
      ['/v1/customers', 'PUT', { customers: [{ customer_id: 'anna' }] }],
      ['/v1/orders', 'POST', { orders }],
    ] as const) {
      expect((await service.ask('ingest', method, path, body)).status).toBe(200);
    }
    await publishContent(service.database, {
      ...{ asOf: new Date(), popularity: ['cup', 'sugar', 'lamp'], neighbours: { beans: ['cup'] }, rules },
      lists: { anna: [night('pot'), night('lamp')] },
    });
    await service.stations.recommendations.refresh();
    const { items: listed } = (await service.ask('recommend', 'GET', '/v1/association-rules')).json;
    ruleId = listed.find((rule: { consequent: string }) => rule.consequent === 'filter').rule_id;
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  const open = (look?: Partial<Look>, scope?: 'admin' | 'view') => openConsole(browser, service, look, scope);
  const blocks = async (): Promise<string[]> =>
    (await service.ask('train', 'GET', '/v1/association-rules/blocks')).json.items.map(
      ({ rule_id }: { rule_id: string }) => rule_id,
    );
  const togetherWithBeans = async (): Promise<string[]> =>
    (await service.ask('recommend', 'GET', '/v1/items/beans/complements?shown=false')).json.items.map(
      ({ item_id }: { item_id: string }) => item_id,
    );

  // Would see: a step that only a mouse can make, a rule that is blocked before anybody saw what it would do, another rule
  // than the one that was shown, an undo that does nothing.
  test('a rule is blocked after its preview, by keyboard alone, and wanted again', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/associations`);
    await tabTo(page, 'Open the rule The beans → The filter');
    await page.keyboard.press('Enter');
    const rule = page.getByRole('dialog', { name: 'Rule' });
    await rule.getByText('Significant').waitFor();
    await tabTo(page, 'Block…');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Block this rule?' });
    await dialog.getByText(/: 2 of them would change/).waitFor();
    // Beside the beans there is the filter before, and what else sells after; in the cart of the order it is first before.
    const sides = await dialog.locator('.preview-side').allTextContents();
    expect(sides.slice(0, 2)).toEqual([
      expect.stringContaining('The filtergoes'),
      expect.not.stringContaining('The filter'),
    ]);
    expect(await blocks()).toEqual([]);
    expect(await findInaccessible(page)).toEqual([]);
    await tabTo(page, 'Block the rule');
    await page.keyboard.press('Enter');
    await page.getByText('Blocked: The beans → The filter').waitFor();
    expect(await blocks()).toEqual([ruleId]);
    expect(await togetherWithBeans()).not.toContain('filter');
    await page.getByRole('heading', { name: 'Blocked rules' }).waitFor();
    await page.getByRole('button', { name: /^Open the rule The beans → The filter/ }).waitFor({ state: 'detached' });
    await tabTo(page, 'Undo', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('No longer blocked: The beans → The filter').waitFor();
    expect([await blocks(), (await togetherWithBeans())[0]]).toEqual([[], 'filter']);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a pointer that means another rule than the one under it, a graph that lets go of what it was drawn aside by.
  test('in the graph the pointer tells the rule or item that it is on, a press opens it, and the whole is drawn aside', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/associations`);
    const canvas = page.locator('.network canvas');
    await canvas.scrollIntoViewIfNeeded();
    const { x: left, y: top, width, height } = (await canvas.boundingBox())!;
    const told = async (x: number, y: number) => {
      await page.mouse.move(left + x, top + y);
      return (await page.locator('.network .chart-tip-title').allTextContents())[0];
    };
    const found = new Map<'item' | 'rule', { x: number; y: number; name: string }>();
    for (let y = 8; y < height && found.size < 2; y += 8) {
      for (let x = 8; x < width && found.size < 2; x += 8) {
        const name = await told(x, y);
        const kind = name?.includes('→') ? 'rule' : 'item';
        if (name !== undefined && !found.has(kind)) found.set(kind, { x, y, name });
      }
    }
    const { x, y, name } = found.get('rule')!;
    expect([name.includes('The '), found.get('item')!.name.includes('→')]).toEqual([true, false]);
    // From a corner, where nothing is.
    await page.mouse.move(left + 2, top + 2);
    await page.mouse.down();
    await page.mouse.move(left + 42, top + 12);
    await page.mouse.move(left + 62, top + 22);
    await page.mouse.up();
    expect([await told(x + 60, y + 20), page.url()]).toEqual([name, expect.not.stringContaining('rule=')]);
    await page.mouse.down();
    await page.mouse.up();
    await page.getByRole('dialog', { name: 'Rule' }).waitFor();
    const opened = new URL(page.url()).searchParams.get('rule');
    const { items } = (await service.ask('recommend', 'GET', '/v1/association-rules')).json;
    const { antecedent, consequent } = items.find((rule: { rule_id: string }) => rule.rule_id === opened);
    const title = (id: string) => (id === 'lamp' ? payload : `The ${id}`);
    expect(name).toBe(`${antecedent.map(title).join(' + ')} → ${title(consequent)}`);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a list other than the one that is served, a dropped candidate without the rule that dropped it.
  test('what a shopper sees is what the service serves, with each candidate that was dropped', async () => {
    const { context, page, watch } = await open();
    // Of what weighs alike, the order may have changed with the time between the two questions: then both are asked again.
    await until(async () => {
      await visit(page, `${service.url}/recommendations?customer=anna`);
      const { json } = await service.ask('admin', 'GET', '/v1/customers/anna/recommendations/explanation');
      const titles = await page.locator('.shown-words a').allTextContents();
      return titles.join() === json.items.map(({ title }: { title: string }) => title).join();
    });
    const pot = page.getByRole('row').filter({ hasText: 'The pot' });
    expect(await pot.textContent()).toContain('Sold out');
    // As if she were held out: the lists beside each other, and no candidate of her own.
    await page.getByRole('combobox', { name: 'Arm' }).click();
    await page.getByRole('option', { name: 'Held out: popular lists' }).click();
    await page.getByRole('heading', { name: 'As it is, and as if' }).waitFor();
    await settle(page);
    expect(new URL(page.url()).searchParams.get('arm')).toBe('holdout');
    const asIf = await service.ask('admin', 'POST', '/v1/recommendations/explanation', {
      ...{ customer_id: 'anna', as_if: { arm: 'holdout' } },
    });
    const after = await page.locator('.preview-side').last().locator('li .rank-name').allTextContents();
    expect(after).toEqual(asIf.json.items.map(({ title }: { title: string }) => title));
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a list without another rule than the one that the item rests on, a rule that is blocked by looking, a way
  // that leads to no preview.
  test('a list is seen as if without a rule, which leads on to blocking it', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/recommendations?tab=shopper&who=cart&cart=beans`);
    const ranked = async (side: 'first' | 'last') =>
      page.locator('.preview-side')[side]().locator('li .rank-name').allTextContents();
    // Of what goes with beans only the filter rests on a rule that can be relied on: the lamp's may be chance, sugar needs a cup.
    await page.locator('.shown-list').waitFor();
    expect(await page.getByRole('button', { name: /^As if without/ }).count()).toBe(1);
    await tabTo(page, 'As if without its rule: The filter');
    await page.keyboard.press('Enter');
    await page.getByText('As if this rule were blocked').waitFor();
    await page.getByText('The beans → The filter').waitFor();
    await settle(page);
    expect(new URL(page.url()).searchParams.get('without')).toBe(ruleId);
    expect(await page.locator(':focus').textContent()).toBe('With the rule again');
    const body = { cart_item_ids: ['beans'] };
    const titlesOf = async (asked: object) =>
      (await service.ask('admin', 'POST', '/v1/recommendations/explanation', asked)).json.items.map(
        ({ title }: { title: string }) => title,
      );
    const before = await ranked('first');
    const after = await ranked('last');
    expect(before).toEqual(await titlesOf(body));
    expect(after).toEqual(await titlesOf({ ...body, as_if: { blocked_rule_ids: [ruleId] } }));
    expect(before[0]).toBe('The filter');
    expect(after[0]).not.toBe('The filter');
    await tabTo(page, 'Block this rule…');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Block this rule?' }).getByText('The beans → The filter').first().waitFor();
    expect(await blocks()).toEqual([]);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  const merchandiser = async () => {
    const { token } = await createKey(service.database, 'merchandiser', [...scopesOf.merchandiser]);
    await service.stations.keys.reload();
    return openConsole(browser, service, {}, { key: token });
  };
  const placement = async (name: string) => (await service.ask('view', 'GET', `/v1/placements/${name}`)).json;

  // Would see: settings that are saved before anybody saw a page with them, a preview of another page than the one that is
  // served then, one that counts as shown, an undo that leaves something behind.
  test('what a placement shows is changed after a preview by a real page, by keyboard alone, and taken back', async () => {
    const { context, page, watch } = await merchandiser();
    const bodies: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/pages')) bodies.push(request.postData() ?? '');
    });
    await visit(page, `${service.url}/recommendations?tab=placements`);
    await tabTo(page, 'Change… home');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Placement home' }).waitFor();
    expect(await focused(page)).toBe('Title');
    await page.keyboard.type('Hot drinks');
    await tabTo(page, 'What it shows');
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Best sellers' }).waitFor();
    await page.keyboard.type('Best');
    await page.keyboard.press('Enter');
    await tabTo(page, 'of the category');
    await page.keyboard.type('Drinks');
    await page.getByText('Holds from the next page on.').waitFor();
    await settle(page);
    const listed = (side: 'first' | 'last') =>
      page.locator('.preview-side')[side]().locator('li .rank-name').allTextContents();
    const served = async (): Promise<string[]> => {
      const body = { shown: false, placements: [{ placement: 'home' }] };
      const { json } = await service.ask('recommend', 'POST', '/v1/pages', body);
      return json.placements[0].items.map(({ title }: { title: string }) => title);
    };
    // The lamp sells, and is no drink.
    expect(await listed('first')).toEqual(await served());
    expect(await listed('first')).toContain(payload);
    const would = await listed('last');
    expect(would.slice(0, 2)).toEqual(['The cup', 'The sugar']);
    expect(would).not.toContain(payload);
    expect(await placement('home')).toMatchObject({ method: 'personal', revision: 0 });
    expect(await findInaccessible(page)).toEqual([]);
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await page.getByText('Set: home').waitFor();
    expect(await placement('home')).toMatchObject({
      ...{ title: 'Hot drinks', method: 'popular', limit: 10, filter: { category: 'Drinks' }, revision: 1 },
    });
    expect(await served()).toEqual(would);
    await page.getByRole('row').filter({ hasText: 'Hot drinks' }).getByText('Best sellers').waitFor();
    expect(await focused(page)).toContain('Change… home');
    await tabTo(page, 'Undo');
    await page.keyboard.press('Enter');
    await page.getByText('As before: home').waitFor();
    expect(await placement('home')).toMatchObject({ title: null, method: 'personal', filter: null, revision: 0 });
    expect(bodies.length).toBeGreaterThan(1);
    expect(bodies.filter((body) => JSON.parse(body).shown !== false)).toEqual([]);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  // Would see: a new placement that overwrites another, a change that overwrites one of somebody else, one that goes unasked.
  test('a placement of one’s own is made, not over what somebody else has set meanwhile, and taken back', async () => {
    const { context, page, watch } = await merchandiser();
    const set = (body: object) => service.ask('train', 'PUT', '/v1/placements/reduced', body);
    await visit(page, `${service.url}/recommendations?tab=placements&new=1`);
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('home');
    await page.getByText('There is a placement of this name.').waitFor();
    await name.fill('reduced');
    await page.getByText('Holds from the next page on.').waitFor();
    await set({ method: 'on-sale' });
    await page.getByRole('button', { name: 'Make the placement' }).click();
    await page.getByText('It was not saved').waitFor();
    watch.faults = watch.faults.filter((fault) => !fault.includes('409'));
    expect((await placement('reduced')).method).toBe('on-sale');
    await service.ask('train', 'DELETE', '/v1/placements/reduced');
    await page.getByRole('button', { name: 'Make the placement' }).click();
    await page.getByText('Set: reduced').waitFor();
    expect(await placement('reduced')).toMatchObject({ method: 'popular', is_ready_made: false, revision: 1 });
    await page.getByRole('button', { name: 'Take back… reduced' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It is no placement any more').waitFor();
    await dialog.getByRole('button', { name: 'Take back…' }).click();
    await page.getByText('Taken back: reduced').waitFor();
    expect((await service.ask('view', 'GET', '/v1/placements/reduced')).status).toBe(404);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  test('an item is found in the catalogue, and its page names its rules and the lists beside it', async () => {
    const { context, page, watch } = await open();
    await visit(page, `${service.url}/recommendations?tab=catalogue`);
    await page.getByLabel('Find items').fill('beans');
    await page.getByText('1 row', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'The beans' }).click();
    await page.getByRole('heading', { level: 1, name: 'The beans' }).waitFor();
    await settle(page);
    const content = page.locator('#content');
    await content.getByRole('link', { name: 'The beans → The filter' }).first().waitFor();
    const together = page.getByRole('region', { name: 'Bought together' });
    expect(await together.getByRole('link').first().textContent()).toBe('The filter');
    // What was looked at here was shown to nobody.
    await new Promise((done) => setTimeout(done, 1_200));
    expect(await service.database.query('select from served_lists')).toEqual([]);
    expect(watch.faults).toEqual([]);
    await context.close();
  });

  test('is clean in opposite looks, whatever items are called', async () => {
    const opened = await open();
    const faults: Record<string, string[]> = {};
    for (const address of [
      '/associations?all=1',
      `/associations?rule=${ruleId}`,
      `/associations?rule=${ruleId}&block=1`,
      '/recommendations',
      '/recommendations?customer=anna&cart=lamp',
      '/recommendations?customer=anna&arm=holdout',
      '/recommendations?tab=shopper&who=cart&cart=beans',
      `/recommendations?tab=shopper&who=cart&cart=beans&without=${ruleId}`,
      '/recommendations?tab=placements',
      '/recommendations?tab=placements&placement=home&with=cart,item&customer=anna',
      '/recommendations?tab=placements&new=1',
      '/recommendations?tab=catalogue',
      '/items/lamp',
    ]) {
      faults[address] = await findFaultsInBothLooks(opened, service.url + address);
    }
    expect(Object.entries(faults).filter(([, found]) => found.length > 0)).toEqual([]);
    await opened.context.close();
  });

  // Would see: a button that the service refuses, a person's list shown to who may not see persons.
  test('who may only view blocks nothing and sees no person', async () => {
    const { context, page, watch } = await open({}, 'view');
    await visit(page, `${service.url}/associations?rule=${ruleId}`);
    const rule = page.getByRole('dialog', { name: 'Rule' });
    await rule.getByText('Your role cannot block rules.').waitFor();
    expect(await rule.getByRole('button', { name: 'Block…' }).count()).toBe(0);
    await visit(page, `${service.url}/recommendations?customer=anna`);
    await page.getByText('Lists of persons are not open to your role').waitFor();
    await visit(page, `${service.url}/recommendations?tab=placements&placement=home`);
    expect(await page.getByRole('row').count()).toBeGreaterThan(7);
    expect(await page.getByRole('button', { name: /^(Change…|Take back…|New placement…)/ }).count()).toBe(0);
    expect(watch.faults).toEqual([]);
    await context.close();
  });
});

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}
