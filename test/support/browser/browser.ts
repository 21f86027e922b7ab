import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

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

/**
 * What Playwright switches off, of which the last list counts alone, and the lists below the line of the address, for which each window
 * has two more pages, although nobody sees it.
 */
const withoutFeatures = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...[
    'HttpsFirstBalancedModeAutoEnable',
    'LensOverlay',
    'MediaRouter',
    'PaintHolding',
    'ThirdPartyStoragePartitioning',
  ],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled'],
  ...['PreconnectToSearch', 'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'],
];

export function launchBrowser(executablePath = findChromium()): Promise<Browser> {
  if (!executablePath) throw new Error('no Chromium: install one, or name it by PANNIER_CHROMIUM');
  // As root its sandbox does not start; in containers /dev/shm is small; on a busy machine what draws is slow, and not to be ended for it.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu-watchdog'];
  args.push(`--disable-features=${withoutFeatures.join(',')}`);
  return chromium.launch({ executablePath, args });
}

/** What the pages of a browser have asked for and not got yet. */
const underWay = new WeakMap<BrowserContext, Set<Request>>();

function watchRequests(context: BrowserContext): void {
  const asked = new Set<Request>();
  underWay.set(context, asked);
  context.on('request', (request) => asked.add(request));
  const isOver = (request: Request) => void asked.delete(request);
  context.on('requestfinished', isOver);
  context.on('requestfailed', isOver);
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
  watchRequests(context);
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

/**
 * Waits until all that was asked for is there and the page has nothing more to do: what follows from an answer is asked for, and
 * drawn, before it rests. (Playwright's networkidle waits half a second each time, and on a busy machine that may be too little.)
 * @throws Error naming the page and what it waits for
 */
export async function settle(page: Page, mostMs = 60_000): Promise<void> {
  const asked = underWay.get(page.context()) ?? new Set();
  const end = Date.now() + mostMs;
  const lateWith = (waits: string) => `${page.url()} is not there after ${mostMs / 1_000} s: ${waits}`;
  for (let quiet = 0; quiet < 2; ) {
    // What a page is asked to do has no end of its own: one that is busy for ever, or draws no frame, never answers.
    const busy = await within(mostMs, () => lateWith('it does not answer'), page.evaluate(restAndLook));
    const open = Array.from(asked, (request) => request.url());
    quiet = busy === '' && open.length === 0 ? quiet + 1 : 0;
    if (Date.now() > end) throw new Error(lateWith([busy, ...open].filter(Boolean).join(', ')));
    if (quiet === 0) await page.waitForTimeout(20);
  }
}

/**
 * What is not there is said: nothing, when the page is at rest. Not waitForFunction: the policy of the page refuses what it
 * evaluates later. Charts are drawn in the frame after their figures came.
 */
const restAndLook = `new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => {
    const busy = document.querySelector('.skeleton, [aria-busy="true"]');
    done(!document.querySelector('h1') ? 'no heading' : busy ? busy.outerHTML.slice(0, 120) : '');
  }))))`;

/** What a promise gives, or an error that says what was waited for where it has not come in time. */
export async function within<T>(ms: number, what: () => string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
