// Pictures of every page of the console with each of its tabs, and of one customer, item, segment, policy and campaign, with what a
// change of its terms and a giving of it would do, in both themes and languages, wide and narrow, into a folder:
//   npm run screenshots -- --url http://127.0.0.1:3000 --key sk_… --out /tmp/pictures [--pages /,/indicators] [--looks light-en-1280]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Look, launchBrowser, openContext, settle, signIn, visit, within } from '../support/browser/browser.ts';

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

/** Nothing that a browser is asked to do takes so long, however busy the machine is: what does never ends. */
const stepMs = 90_000;
const key = values.key;
const missed: string[] = [];
let browser = await launchBrowser();
for (const look of looks) await walk(look);
await within(stepMs, () => 'the browser does not close', browser.close());
if (missed.length > 0) console.error(`${missed.length} missed:\n${missed.join('\n')}`);
process.exit(missed.length > 0 ? 1 : 0);

/** Every page in one look. What one page has stuck in is told, and the next is opened in a browser of its own. */
async function walk(look: Look): Promise<void> {
  let page = await enter(look);
  const addresses = new Set(values.pages?.split(',') ?? (await linksIn(page, 'nav', nameOf(look))));
  /** of what is reached from pages one of each kind: a customer, a segment, an item */
  const kinds = new Set([...addresses].map(kindOf));
  for (const address of addresses) {
    try {
      for (const link of await shootPage(page, look, address)) {
        if (kinds.has(kindOf(link))) continue;
        kinds.add(kindOf(link));
        addresses.add(link);
      }
    } catch (error) {
      missed.push(`${address} ${nameOf(look)}: ${(error as Error).message.split('\n')[0]}`);
      console.error(missed.at(-1));
      page = await enterAnew(look);
    }
  }
  await step(`the last page, ${nameOf(look)}: its closing`, page.context().close());
}

/** The page of somebody signed in, who likes the console so. */
async function enter(look: Look): Promise<Page> {
  const where = `signing in, ${nameOf(look)}`;
  const context = await step(`${where}: a new context`, openContext(browser, look));
  const page = await step(`${where}: a new page`, context.newPage());
  page.on('console', (message) => {
    if (message.type() === 'error') console.error(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.error(`${page.url()}: ${error}`));
  await visit(page, `${values.url}/sign-in`);
  if (!values.pages) await picture(page, where, `sign-in.${nameOf(look)}.png`);
  await signIn(context, values.url, key);
  await visit(page, values.url);
  return page;
}

/** A page that does not answer may keep its browser from closing: that one is left behind. */
async function enterAnew(look: Look): Promise<Page> {
  await within(10_000, () => 'left behind', browser.close()).catch(() => {});
  browser = await launchBrowser();
  return enter(look);
}

/** @returns addresses of things that are shown by themselves, out of what the page shows */
async function shootPage(page: Page, look: Look, address: string): Promise<string[]> {
  const where = `${address} ${nameOf(look)}`;
  await visit(page, values.url + address);
  const links = new Set<string>();
  const follow = async () => {
    if (values.pages) return;
    for (const link of await linksIn(page, '#content', where)) links.add(link);
  };
  await follow();
  const name = nameOfPage(address);
  await shoot(page, look, name);
  const tabs = page.locator('#content [role=tab]');
  const count = await step(`${where}: its tabs`, tabs.count());
  for (let place = 1; place < count; place++) {
    await tabs.nth(place).click();
    await settle(page);
    await follow();
    await shoot(page, look, `${name}.${place}`);
  }
  return [...links].filter((one) => one.split('/').length > 2 && !one.includes('?'));
}

function step<T>(what: string, work: Promise<T>): Promise<T> {
  return within(stepMs, () => `${what} has not ended after ${stepMs / 1_000} s`, work);
}

async function linksIn(page: Page, scope: string, where: string): Promise<string[]> {
  const links = `[...new Set([...document.querySelectorAll('${scope} a[href^="/"]')].map((a) => a.getAttribute('href')))]`;
  return (await step(`${where}: its links`, page.evaluate(links))) as string[];
}

/** What of an address says which page it is: `/customers/` of `/customers/17`, `/campaigns//change`, and `/segments/new` as it is. */
function kindOf(address: string): string {
  return address.replace(/^(\/\w+\/)(?!new$)[^/]+/, '$1');
}

function nameOfPage(address: string): string {
  const page =
    kindOf(address) === address
      ? address
      : address.replace(/^\/(\w+?)s?\/[^/]+/, 'one-$1').replace('one-policie', 'one-policy');
  return page
    .replace(/^\/$/, 'today')
    .replace(/^\//, '')
    .replace(/[?&=#/]+/g, '-');
}

/** As high as the page is: what is below the fold is looked at too. */
async function shoot(page: Page, look: Look, name: string): Promise<void> {
  const where = `${name} ${nameOf(look)}`;
  const { width } = look;
  const height = Number(await step(`${where}: its height`, page.evaluate('document.documentElement.scrollHeight')));
  const resize = (to: number) => step(`${where}: a window of ${to}`, page.setViewportSize({ width, height: to }));
  await resize(Math.min(Math.max(height, 600), 6_000));
  await picture(page, where, `${name}.${nameOf(look)}.png`);
  await resize(width < 600 ? 844 : 800);
  console.log(`${name} ${nameOf(look)} ${width}x${height}`);
}

async function picture(page: Page, where: string, file: string): Promise<void> {
  await step(`${where}: its picture`, page.screenshot({ path: join(values.out, file) }));
}
