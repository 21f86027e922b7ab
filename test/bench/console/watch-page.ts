import type { BrowserContext, CDPSession, Page } from 'playwright-core';

/** What a page cost whoever opened it: milliseconds since it was asked for, bytes as they came over the wire. */
export interface Cost {
  /** when the page's main figure, table or picture was on the screen; NaN: not within 20 s */
  usefulMs: number;
  firstPaintMs: number;
  requests: number;
  apiRequests: number;
  bytes: number;
  /** tasks of more than 50 ms that kept the page from answering whoever pressed a key */
  longTasks: number[];
  layoutShift: number;
  /** what the page's own thread worked until all was there: a busy machine changes it less than the time that it took */
  workMs: number;
  slowest: { address: string; ms: number; bytes: number }[];
}

/** Looks at every frame whether the wanted is there with a size and without being a promise of it, and notes when the frame after it was. */
const watcher = `
  window.seen = { useful: NaN, longTasks: [], shift: 0 };
  window.watchFor = (selector) => {
    const look = () => {
      const there = [...document.querySelectorAll(selector)].some((one) => {
        const { width, height } = one.getBoundingClientRect();
        return width > 0 && height > 0 && !one.closest('.skeleton');
      });
      if (!there) requestAnimationFrame(look);
      else requestAnimationFrame(() => { window.seen.useful = performance.now(); });
    };
    requestAnimationFrame(look);
  };
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.seen.longTasks.push(Math.round(duration))))
    .observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { window.seen.shift += value; }))
    .observe({ type: 'layout-shift', buffered: true });
`;

const patienceMs = 20_000;

/** Opens a page in a tab of its own. @param wanted a selector of what whoever opens it came for */
export async function openAndMeasure(context: BrowserContext, address: string, wanted: string): Promise<Cost> {
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    const network = await watchNetwork(session, new URL(address).origin);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.addInitScript(`${watcher}; window.watchFor(${JSON.stringify(wanted)});`);
    await page.goto(address, { waitUntil: 'commit' });
    const usefulMs = await untilUseful(page);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(300);
    const seen = (await page.evaluate(
      `({ paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN, ...window.seen })`,
    )) as { paint: number; longTasks: number[]; shift: number };
    const { metrics } = await session.send('Performance.getMetrics');
    return {
      ...network(),
      workMs: 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN),
      usefulMs,
      firstPaintMs: seen.paint,
      longTasks: seen.longTasks,
      layoutShift: seen.shift,
    };
  } finally {
    await page.close();
  }
}

async function untilUseful(page: Page): Promise<number> {
  for (const begun = Date.now(); Date.now() - begun < patienceMs; ) {
    const at = (await page.evaluate('window.seen?.useful ?? null').catch(() => null)) as number | null;
    if (at !== null && !Number.isNaN(at)) return at;
    await page.waitForTimeout(20);
  }
  return Number.NaN;
}

async function watchNetwork(session: CDPSession, origin: string) {
  const asked = new Map<string, { address: string; begun: number; ms: number; bytes: number }>();
  session.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    if (!request.url.startsWith(origin)) return;
    asked.set(requestId, { address: request.url.slice(origin.length), begun: timestamp, ms: 0, bytes: 0 });
  });
  session.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
    const one = asked.get(requestId);
    if (one) Object.assign(one, { ms: (timestamp - one.begun) * 1_000, bytes: encodedDataLength });
  });
  await session.send('Network.enable');
  return () => {
    const all = [...asked.values()];
    return {
      requests: all.length,
      apiRequests: all.filter(({ address }) => address.startsWith('/v1/')).length,
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
      slowest: all.sort((one, other) => other.ms - one.ms).slice(0, 4),
    };
  };
}
