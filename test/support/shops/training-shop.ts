import { generateSampleShop, type SampleShop } from '../../../src/sample-shop/index.ts';
import type { TestService } from '../service/service.ts';

type Intake = TestService['stations']['intake'];

/** Where the shop's data end; runs over it are as of then. */
export const shopEnd = new Date('2026-03-01T00:00:00Z');

/** A shop of `customers` over half a year, sent in through intake's door. */
export async function fillShop(intake: Intake, customers: number): Promise<SampleShop> {
  const shop = generateSampleShop({ seed: 7, customers, items: 120, days: 180, end: shopEnd });
  const send = async <Element>(elements: Iterable<Element>, record: (batch: Element[]) => Promise<unknown>) => {
    const all = [...elements];
    for (let from = 0; from < all.length; from += 1_000) await record(all.slice(from, from + 1_000));
  };
  await send(shop.items, intake.upsertItems);
  await send(shop.customers(), intake.upsertCustomers);
  await send(shop.orders(), intake.recordOrders);
  await send(shop.refunds(), intake.recordRefunds);
  await send(shop.events(), intake.recordEvents);
  return shop;
}

/** Polls until `ask` gives something, and gives it: at once when it comes, so that the limit is for what never does. */
export async function until<Value>(
  ask: () => Promise<Value | undefined | false>,
  withinMs = 60_000,
  pauseMs = 20,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`it did not come within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Recipes without the night's searches, for runs in which they are not the matter. */
export const unsearched = {
  'collaborative-filtering': { tuning: { trials: 0 } },
  segmentation: { clusters: 4 },
};

/** Recipes whose searches go all their ways, each of them but a little. */
export const hardlySearched = {
  'collaborative-filtering': { tuning: { trials: 2, windows: 1 } },
  segmentation: { restarts: 5 },
};
