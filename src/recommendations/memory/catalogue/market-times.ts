import { type CatalogueItem, whyNotShown } from '../../../intake/index.ts';
import { offerIn } from './market-offers.ts';
import { always, createShowTimes, never, type ShowTimes } from './show-times.ts';

/** When items may be shown to who buys in a market; of each market made when it is first asked for. */
export interface MarketTimes {
  of(market: string): ShowTimes;
  /** The item is another, or withheld. */
  update(item: number): void;
}

/** From when until when an item may be shown of which so many are there. */
export function timesOf(record: CatalogueItem, stock: number | null): [from: number, until: number] {
  const { isProduct, hidden, availableFrom, availableUntil } = record;
  if (whyNotShown({ isProduct, hidden, stock })) return [never, never];
  return [availableFrom?.getTime() ?? always, availableUntil?.getTime() ?? never];
}

/** What was not asked for while so many others were is made anew when it is. */
const mostKept = 64;

/** @param records by item */
export function createMarketTimes(records: readonly CatalogueItem[], withheld: ReadonlySet<number>): MarketTimes {
  const kept = new Map<string, ShowTimes>();
  const names = new Set<string>();

  function setIn(market: string, times: ShowTimes, item: number): void {
    const offer = withheld.has(item) ? undefined : offerIn(records[item], market);
    times.set(item, ...(offer ? timesOf(records[item], offer.stock) : ([never, never] as const)));
  }

  return {
    of(name) {
      // Where nothing is told of a market, it is as any other of which nothing is told.
      const market = names.has(name) ? name : '';
      const times = kept.get(market) ?? createShowTimes();
      if (!kept.has(market)) for (const item of records.keys()) setIn(market, times, item);
      kept.delete(market);
      kept.set(market, times);
      if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
      return times;
    },
    update(item) {
      for (const market of Object.keys(records[item].markets ?? {})) names.add(market);
      for (const [market, times] of kept) setIn(market, times, item);
    },
  };
}
