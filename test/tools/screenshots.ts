// Pictures of every page of the console, in both themes and languages, wide and narrow, into a folder:
//   npm run screenshots -- --url http://127.0.0.1:3000 --key sk_… --out /tmp/pictures [--pages /,/indicators] [--looks light-en-1280]
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Look, launchBrowser, openContext, signIn, visit } from '../support/browser/browser.ts';

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
  const listed = (await page.evaluate(
    `[...new Set([...document.querySelectorAll('nav a')].map((a) => a.getAttribute('href')))]`,
  )) as string[];
  for (const address of values.pages?.split(',') ?? listed) {
    await visit(page, values.url + address).catch((error) =>
      console.error(`${address}: ${error.message.split('\n')[0]}`),
    );
    const name = address
      .replace(/[?&=#]+/g, '-')
      .replace(/^\/$/, 'today')
      .replace(/^\//, '')
      .replaceAll('/', '-');
    // As high as the page is: what is below the fold is looked at too.
    const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
    await page.setViewportSize({ width: look.width, height: Math.min(Math.max(height, 600), 6_000) });
    await page.screenshot({ path: join(values.out, `${name}.${nameOf(look)}.png`) });
    await page.setViewportSize({ width: look.width, height: look.width < 600 ? 844 : 800 });
    console.log(`${name} ${nameOf(look)} ${look.width}x${height}`);
  }
  await context.close();
}
await browser.close();
