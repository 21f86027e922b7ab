import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { TestService } from '../service/service.ts';
import { type Look, openContext, settle, signIn, visit } from './browser.ts';
import { findInaccessible, findOverflow, type Watch, watchPage } from './watch.ts';

/** A text from outside that runs if any page writes it as markup: what it does is a fault of the watched page. */
export const payload = '<img src=x onerror="reportViolation(\'ran\')">';

/** No page asks the service more often than this when it is opened. */
const mostRequests = 12;

/** The two looks that differ in all that a look is made of. */
export const oppositeLooks: Look[] = [
  { theme: 'light', language: 'en', width: 1280 },
  { theme: 'dark', language: 'zh', width: 390 },
];

export interface OpenPage {
  context: BrowserContext;
  page: Page;
  watch: Watch;
}

/** A page of somebody with the key of a scope, or one of their own, in a browser of their own. */
export async function openConsole(
  browser: Browser,
  service: TestService,
  look: Partial<Look> = {},
  by: 'admin' | 'view' | { key: string } = 'admin',
): Promise<OpenPage> {
  const context = await openContext(browser, look);
  await signIn(context, service.url, typeof by === 'string' ? service.keys[by] : by.key);
  const page = await context.newPage();
  return { context, page, watch: await watchPage(page, service.url) };
}

/**
 * Opens an address in the usual look, tells what is wrong with it, and the same once it has been given the opposite look in its place:
 * theme and language by the buttons of the page, and its window made narrow. What is loaded narrow and dark from the start is seen by
 * the walks over every page.
 */
export async function findFaultsInBothLooks(
  opened: Pick<OpenPage, 'page' | 'watch'>,
  address: string,
  isMeant: (complaint: string) => boolean = () => false,
): Promise<string[]> {
  const { page, watch } = opened;
  await page.setViewportSize({ width: 1280, height: 800 });
  const found = await findFaults(opened, address, isMeant);
  watch.faults = [];
  await page.setViewportSize({ width: 390, height: 844 });
  await turnLook(page);
  await settle(page);
  const other = [
    ...watch.faults.filter((complaint) => !isMeant(complaint)),
    ...(await findInaccessible(page)),
    ...(await findOverflow(page)),
  ];
  await turnLook(page);
  return [...found, ...other.map((fault) => `dark, zh, 390: ${fault}`)];
}

/** Presses the buttons of language and theme, also where a dialog keeps a mouse from them, until the look is the opposite one. */
async function turnLook(page: Page): Promise<void> {
  const wanted = (await page.evaluate(
    `document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'`,
  )) as string;
  await page.evaluate(`document.querySelector('.top > .button[lang]').click()`);
  for (let presses = 0; presses < 3; presses++) {
    // Drawn anew between two presses: the button knows which theme is the next.
    const theme = await page.evaluate(`new Promise((done) => {
      document.querySelector('.top > .button[lang] + .button').click();
      requestAnimationFrame(() => requestAnimationFrame(() => done(document.documentElement.dataset.theme)));
    })`);
    if (theme === wanted) return;
  }
  throw new Error(`the look did not become ${wanted}`);
}

/**
 * Opens an address, and tells what is wrong with the page that comes, each as a sentence.
 * @param isMeant a complaint of the browser that belongs to the page, such as that of an answer 404
 */
export async function findFaults(
  { page, watch }: Pick<OpenPage, 'page' | 'watch'>,
  address: string,
  isMeant: (complaint: string) => boolean = () => false,
): Promise<string[]> {
  watch.asked = [];
  watch.faults = [];
  await visit(page, address);
  const tooMany = watch.asked.length > mostRequests ? [`${watch.asked.length} requests: ${watch.asked}`] : [];
  const complaints = watch.faults.filter((complaint) => !isMeant(complaint));
  return [...complaints, ...tooMany, ...(await findInaccessible(page)), ...(await findOverflow(page))];
}
