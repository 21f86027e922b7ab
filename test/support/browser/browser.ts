import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const usualPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium is: PANNIER_CHROMIUM, or where systems put it; undefined: there is none. */
export function findChromium(): string | undefined {
  const named = process.env['PANNIER_CHROMIUM'];
  return (named === undefined ? usualPaths : [named]).find((path) => existsSync(path));
}

export function launchBrowser(executablePath = findChromium()): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium: install one, or name it by PANNIER_CHROMIUM');
  // As root its sandbox does not start; in containers /dev/shm is small.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** How somebody looks at the console. */
export interface Look {
  theme: 'light' | 'dark';
  language: 'en' | 'zh';
  width: number;
}

export const usualLook: Look = { theme: 'light', language: 'en', width: 1280 };

/** A browser of somebody's own, who likes the console so; nobody is signed in yet. */
export async function openContext(browser: Browser, look: Partial<Look> = {}): Promise<BrowserContext> {
  const { theme, language, width } = { ...usualLook, ...look };
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 800 },
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(
    `try { localStorage.setItem('pannier.preferences', '${JSON.stringify({ theme, language })}') } catch {}`,
  );
  return context;
}

/** Signs in by key: the cookie is the browser's from then on. */
export async function signIn(context: BrowserContext, url: string, key: string): Promise<void> {
  const answer = await context.request.post(`${url}/v1/sessions`, { data: { key } });
  if (answer.status() !== 201) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`);
}

/** Opens a page of the console and waits until all that it asked for is there and drawn. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await settle(page);
}

export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  // Not waitForFunction: the policy of the page refuses what it evaluates later.
  const isThere = `Boolean(document.querySelector('h1')) && !document.querySelector('.skeleton, [aria-busy="true"]')`;
  for (const started = Date.now(); !(await page.evaluate(isThere)); ) {
    if (Date.now() - started > 30_000) throw new Error(`${page.url()} is not there after 30 s`);
    await page.waitForTimeout(50);
  }
  // Charts are drawn in the frame after their figures came.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}
