// Pictures of every page of the console with each of its tabs, and of one customer, item, segment and campaign, in both
// themes and languages, wide and narrow, into a folder:
//   npm run screenshots -- --url http://127.0.0.1:3000 --key sk_… --out /tmp/pictures [--pages /,/indicators] [--looks light-en-1280]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Look, launchBrowser, openContext, settle, signIn, visit } from '../support/browser/browser.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    key: { type: 'string' },
    out: { type: 'string', default: join(process.env['TMPDIR'] ?? '/tmp', 'pannier-screenshots') },
    pages: { type: 'string' },
    looks: { type: 'string' },
  },
});
if (!values.key) throw new Error('--key: a key that may see all, by `pannier keys create`');
mkdirSync(values.out, { recursive: true });

const all: Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'zh'] as const).flatMap((language) => [1280, 390].map((width) => ({ theme, language, width }))),
);
const nameOf = ({ theme, language, width }: Look) => `${theme}-${language}-${width}`;
const looks = all.filter((look) => !values.looks || values.looks.split(',').includes(nameOf(look)));

const browser = await launchBrowser();
for (const look of looks) {
  const context = await openContext(browser, look);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(`${page.url()}: ${error}`));
  await visit(page, `${values.url}/sign-in`);
  if (!values.pages) await page.screenshot({ path: join(values.out, `sign-in.${nameOf(look)}.png`) });
  await signIn(context, values.url, values.key);
  await visit(page, values.url);
  const linksIn = async (scope: string) =>
    (await page.evaluate(
      `[...new Set([...document.querySelectorAll('${scope} a[href^="/"]')].map((a) => a.getAttribute('href')))]`,
    )) as string[];
  const addresses = new Set(values.pages?.split(',') ?? (await linksIn('nav')));
  /** of what is reached from pages one of each kind: a customer, a segment, an item */
  const kinds = new Set([...addresses].map(kindOf));
  for (const address of addresses) {
    await visit(page, values.url + address).catch((error) =>
      console.error(`${address}: ${error.message.split('\n')[0]}`),
    );
    const links = values.pages ? [] : await linksIn('#content');
    for (const link of links.filter((one) => one.split('/').length > 2 && !one.includes('?'))) {
      if (kinds.has(kindOf(link))) continue;
      kinds.add(kindOf(link));
      addresses.add(link);
    }
    const name = nameOfPage(address);
    await shoot(page, look, name);
    const tabs = page.locator('#content [role=tab]');
    for (let place = 1; place < (await tabs.count()); place++) {
      await tabs.nth(place).click();
      await settle(page);
      await shoot(page, look, `${name}.${place}`);
    }
  }
  await context.close();
}
await browser.close();

/** What of an address says which page it is: `/customers/` of `/customers/17`, and `/segments/new` as it is. */
function kindOf(address: string): string {
  return /^\/\w+\/(?!new$)/.exec(address)?.[0] ?? address;
}

function nameOfPage(address: string): string {
  const page = /^\/\w+\/(?!new$)/.test(address) ? address.replace(/^\/(\w+?)s?\/.*$/, 'one-$1') : address;
  return page
    .replace(/[?&=#]+/g, '-')
    .replace(/^\/$/, 'today')
    .replace(/^\//, '')
    .replaceAll('/', '-');
}

/** As high as the page is: what is below the fold is looked at too. */
async function shoot(page: Page, look: Look, name: string): Promise<void> {
  const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
  await page.setViewportSize({ width: look.width, height: Math.min(Math.max(height, 600), 6_000) });
  await page.screenshot({ path: join(values.out, `${name}.${nameOf(look)}.png`) });
  await page.setViewportSize({ width: look.width, height: look.width < 600 ? 844 : 800 });
  console.log(`${name} ${nameOf(look)} ${look.width}x${height}`);
}
