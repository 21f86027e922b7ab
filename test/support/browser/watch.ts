import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What went wrong on a page since the last look, each as a sentence; nothing: all was well. */
export interface Watch {
  /** requests to the API since the last look */
  asked: string[];
  /** what the browser complained of, what the policy refused, and what was asked of others */
  faults: string[];
}

/** Listens from now on; before the first page is opened. */
export async function watchPage(page: Page, url: string): Promise<Watch> {
  const watch: Watch = { asked: [], faults: [] };
  page.on('console', (message) => {
    if (message.type() === 'error') watch.faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => watch.faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith('data:') && !target.startsWith('blob:')) {
      watch.faults.push(`asked of others: ${target}`);
    }
    if (target.startsWith(`${url}/v1/`)) watch.asked.push(`${request.method()} ${target.slice(url.length)}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => watch.faults.push(`policy: ${text}`));
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) => reportViolation(event.violatedDirective + ' ' + event.blockedURI))`,
  );
  return watch;
}

/** WCAG 2.2 AA, as far as a machine can tell: each violation with the first elements that it is of. */
export async function findInaccessible(page: Page): Promise<string[]> {
  // Runtime.evaluate, which the page's policy does not bind; once a page, for half a megabyte takes its time.
  if (await page.evaluate(`typeof axe === 'undefined'`)) await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })
      .then(({ violations }) => violations.map(({ id, help, nodes }) =>
        id + ': ' + help + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))`,
  )) as string[];
  return found;
}

/** Does the page reach beyond its window, so that it must be moved to be read? By how many pixels, and which elements. */
export async function findOverflow(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('#content *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !element.closest('.table-scroll, .tabs-list'))
      .slice(0, 3)
      .map((element) => 'beyond the window: ' + element.tagName + '.' + element.className + ' ' + Math.round(element.getBoundingClientRect().right - width));
  })()`)) as string[];
}

/**
 * Sentences in English on a page of another language: three words in a row and more, outside of code, of what is typed, and of
 * what the shop itself has written.
 */
export async function findEnglish(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      if (node.parentElement.closest('code, pre, kbd, script, style, textarea, [lang="en"]')) continue;
      const text = node.textContent;
      if (!text.includes('XSS') && /[A-Za-z][a-z'’]+(?: [a-z][a-z'’]*){2,}/.test(text)) found.push('in English: ' + text.slice(0, 120));
    }
    return [...new Set(found)].slice(0, 10);
  })()`)) as string[];
}
