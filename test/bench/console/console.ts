import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { projectPath } from '../../../src/project.ts';
import { launchBrowser, openContext, signIn } from '../../support/browser/browser.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { makeShop, settingsOf, shopSize } from './shop.ts';
import { type Cost, openAndMeasure } from './watch-page.ts';

/**
 * The console of a shop of 10,000 rules, 100,000 customers and 20,000 items, in Chromium, served by the service as it is started:
 * of each page the time to its first useful paint, requests, bytes, and tasks that kept it from answering.
 *
 *     npm run bench:console [-- times folder pages]      (3; a folder that stays keeps the shop; /stock,/segments)
 *
 * Useful is the paint with which the page's main figure, table or picture is on the screen, as the list below names it. Each page is opened
 * by a browser that has never been there ("first"), and by one that has its scripts ("again").
 */
const [times = '3', givenFolder = '', only = ''] = process.argv.slice(2);
const mostUsefulMs = 1_500;
const mostRequests = 12;

/** What whoever opens the page came for. */
const pages: Record<string, string> = {
  '/': '.stat',
  '/indicators': '.chart svg path',
  '/indicators?view=funnel': '.tab-panel .chart, .funnel, .tab-panel table',
  '/indicators?view=cohorts': '.heat td, .empty',
  '/recommendations': '.stat, .empty',
  '/recommendations?tab=catalogue': 'tbody tr',
  '/recommendations?tab=shopper&customer=C000001': 'tbody tr',
  '/items/I00001': '.chart svg path',
  '/associations': '.network canvas',
  '/campaigns': 'tbody tr',
  '/campaigns/campaign-1': '.facts, tbody tr',
  '/customers': 'tbody tr',
  '/customers/C000001': '.stat, .facts',
  '/segments': '.panel svg, .panel .map, tbody tr',
  '/segments/group-high-value': 'tbody tr',
  '/segments/rule-segment-1': 'tbody tr',
  '/learning': 'tbody tr',
  '/stock': 'tbody tr',
  '/data': '.panel',
  '/settings': '.facts, tbody tr',
};

/** Those of which all figures are printed. */
const told = ['/', '/associations', '/customers'];

async function serve(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [projectPath('dist/service/cli.js'), 'serve'], {
    env: { ...process.env, ...settingsOf(folder), PANNIER_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let heard = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      heard += chunk;
    });
  }
  for (;;) {
    const url = /http:\/\/[\d.]+:\d+/.exec(heard)?.[0];
    if (url) return { url, child };
    if (child.exitCode !== null) throw new Error(`the service ended: ${heard}`);
    await delay(50);
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** @returns the costs of the first visits, each by a browser that has nothing, and of the visits after them */
async function visit(browser: Browser, url: string, key: string, address: string, wanted: string) {
  const [first, again]: [Cost[], Cost[]] = [[], []];
  for (let time = 0; time < Number(times); time++) {
    const context = await openContext(browser);
    await signIn(context, url, key);
    first.push(await openAndMeasure(context, url + address, wanted));
    again.push(await openAndMeasure(context, url + address, wanted));
    await context.close();
  }
  return { first, again };
}

const ms = (value: number) => (Number.isNaN(value) ? 'never' : `${value.toFixed(0)} ms`).padStart(8);
const kB = (value: number) => `${(value / 1_000).toFixed(0)} kB`.padStart(8);

function tell(address: string, { first, again }: { first: Cost[]; again: Cost[] }): boolean {
  const useful = (costs: Cost[]) => median(costs.map(({ usefulMs }) => usefulMs));
  const requests = Math.max(...first.map(({ apiRequests }) => apiRequests));
  const longest = Math.max(0, ...first.flatMap(({ longTasks }) => longTasks));
  const isGood = useful(first) < mostUsefulMs && requests <= mostRequests;
  console.log(
    `${isGood ? ' ' : '!'} ${address.padEnd(28)} useful ${ms(useful(first))} first, ${ms(useful(again))} again; ${String(requests).padStart(2)} requests, ${kB(median(first.map(({ bytes }) => bytes)))}, work ${ms(median(first.map(({ workMs }) => workMs))).trim()}, longest task ${longest} ms`,
  );
  if (!isGood || process.env['BENCH_SLOWEST']) {
    for (const { address, ms: took, bytes } of first.at(-1)?.slowest ?? []) {
      console.log(`      ${ms(took)} ${kB(bytes)} ${address.slice(0, 150)}`);
    }
  }
  return isGood;
}

function tellAll(address: string, { first, again }: { first: Cost[]; again: Cost[] }): void {
  const of = (costs: Cost[]) => {
    const at = (figure: (cost: Cost) => number) => median(costs.map(figure));
    return [
      `first contentful paint ${ms(at(({ firstPaintMs }) => firstPaintMs)).trim()}`,
      `useful ${ms(at(({ usefulMs }) => usefulMs)).trim()}`,
      `${at(({ requests }) => requests)} requests (${at(({ apiRequests }) => apiRequests)} of the API)`,
      kB(at(({ bytes }) => bytes)).trim(),
      `long tasks ${JSON.stringify(costs.at(-1)?.longTasks)} ms`,
      `work ${ms(at(({ workMs }) => workMs)).trim()}`,
      `layout shift ${at(({ layoutShift }) => layoutShift).toFixed(3)}`,
    ].join(', ');
  };
  console.log(`${address}\n   first: ${of(first)}\n   again: ${of(again)}`);
}

const folder = givenFolder || (await makeScratchFolder('console'));
try {
  const key = await makeShop(folder, (step) => console.log(step));
  const { url, child } = await serve(folder);
  const browser = await launchBrowser();
  try {
    console.log(`${JSON.stringify(shopSize)}, ${times} times each, load ${loadavg()[0].toFixed(1)}`);
    const wanted = Object.entries(pages).filter(([address]) => !only || only.split(',').includes(address));
    let bad = 0;
    const costs = new Map<string, Awaited<ReturnType<typeof visit>>>();
    for (const [address, selector] of wanted) {
      const cost = await visit(browser, url, key, address, selector);
      costs.set(address, cost);
      if (!tell(address, cost)) bad += 1;
    }
    for (const address of told) {
      const cost = costs.get(address);
      if (cost) tellAll(address, cost);
    }
    console.log(
      bad === 0 ? 'every page is within its bounds' : `${bad} pages are not; load ${loadavg()[0].toFixed(1)}`,
    );
  } finally {
    await browser.close();
    child.kill('SIGTERM');
  }
} finally {
  if (!givenFolder) await rm(folder, { recursive: true, force: true });
}
