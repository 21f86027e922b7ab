import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { type Look, launchBrowser, settle, visit } from '../support/browser/browser.ts';
import { describeWithBrowser } from '../support/browser/describe-with-browser.ts';
import { findFaults, openConsole, oppositeLooks } from '../support/browser/open-console.ts';
import { findInaccessible, findOverflow } from '../support/browser/watch.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

/** What every shop has before anything has come: its settings, and the forms. */
const never = ['/settings'];

/** What of a view that has nothing to show teaches: a command with its values filled in, or what leads on. */
async function teachingOf(page: Page): Promise<{ commands: string[]; leads: number; words: number }> {
  return (await page.evaluate(`(() => {
    const within = (selector) => [...document.querySelectorAll('#content ' + selector)];
    return {
      commands: within('.copy-line code').map((code) => code.textContent),
      leads: within('.empty-actions a, .empty-actions button').length,
      words: within('.empty-title').length,
    };
  })()`)) as never;
}

describeWithBrowser('the console of a shop of which nothing is known yet', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    [service, browser] = await Promise.all([createTestService(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  // Would see: a page that fails, or is blank, or only says that there is nothing, where a shop begins.
  test.each<Look>(oppositeLooks)('every page says what to do next: $theme, $language, $width pixels', async (look) => {
    const { context, page, watch } = await openConsole(browser, service, look);
    await visit(page, service.url);
    const addresses = (await page.evaluate(
      `[...new Set([...document.querySelectorAll('nav a')].map((a) => a.getAttribute('href')))]`,
    )) as string[];
    const wrong: Record<string, unknown> = {};
    for (const address of addresses) {
      const faults = await findFaults({ page, watch }, service.url + address);
      const { commands, leads } = await teachingOf(page);
      if (!never.includes(address) && commands.length + leads === 0) faults.push('does not say what to do');
      const blank = commands.filter((command) => /<\w|\.\.\.|…|undefined|null/.test(command));
      const tabs = page.locator('#content [role=tab]');
      for (let place = 1; place < (await tabs.count()); place++) {
        await tabs.nth(place).click();
        await settle(page);
        const { words, ...told } = await teachingOf(page);
        const fields = await page
          .locator('#content .panel input, #content .panel table, #content .panel .facts')
          .count();
        if (words + told.commands.length + fields === 0) faults.push(`tab ${place} is blank`);
        faults.push(...(await findInaccessible(page)), ...(await findOverflow(page)));
      }
      if (faults.length + blank.length > 0) wrong[address] = [...faults, ...blank];
    }
    expect(wrong).toEqual({});
    expect(addresses.length).toBeGreaterThan(9);
    await context.close();
  });

  // Would see: a suite, or pictures of all pages, that wait for ever for one, and do not say for which.
  test('a page that does not come to rest is named, with what it waits for', async () => {
    const { context, page } = await openConsole(browser, service);
    await visit(page, `${service.url}/settings`);
    await page.evaluate(`document.querySelector('h1').setAttribute('aria-busy', 'true')`);
    await expect(settle(page, 300)).rejects.toThrow(/settings is not there after 0\.3 s: <h1 aria-busy/);
    await page.evaluate('setTimeout(() => { for (;;); })');
    await expect(settle(page, 300)).rejects.toThrow(/settings is not there after 0\.3 s: it does not answer/);
    await context.close();
  });
});
