import { notFound } from '../../errors.ts';
import { cutPage, readCursor } from '../../formats/cursor.ts';
import { type Handlers, listOf } from '../../http/index.ts';
import { say } from '../../sentences/index.ts';
import { countDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import type { ValueDependencies } from '../values/values.ts';
import { toForecast, toStock } from './stock-json.ts';
import * as store from './store.ts';

/** What will be asked for, and how long what is in stock lasts. */
export function stockRoutes({
  db,
  config: { timeZone, minorDigits },
  clock,
}: ValueDependencies): Pick<Handlers, 'getItemDemandForecast' | 'listDemandForecasts' | 'listStock'> {
  const localDate = createLocalDates(timeZone);

  return {
    async getItemDemandForecast({ parameters: { item_id } }) {
      const [found, progress] = [await store.selectItemForecast(db, item_id), await store.selectProgress(db)];
      if (!found) throw notFound('item');
      const { forecast } = found;
      return {
        json: {
          item_id,
          status: forecast ? ('ok' as const) : ('unavailable' as const),
          reason: forecast ? null : whyNone(progress),
          forecast: forecast && toForecast(forecast, progress!.firstDay),
          as_of: progress?.madeAt.toISOString() ?? null,
        },
      };
    },

    async listDemandForecasts({ parameters: { of, category, limit, cursor } }) {
      const [after = 0] = readCursor(cursor, 1) ?? [];
      const rows = await store.selectForecasts(db, { of, category, after, limit: limit + 1 });
      const progress = await store.selectProgress(db);
      const { page, next } = cutPage(rows, limit, ({ place }) => [place]);
      return {
        json: {
          items: page.map((forecast) => toForecast(forecast, progress!.firstDay)),
          next_cursor: next,
          history_days: progress?.historyDays ?? null,
          as_of: progress?.madeAt.toISOString() ?? null,
        },
      };
    },

    async listStock({ parameters }) {
      const { state, category, dead_after_days, gone_within_days, limit, cursor } = parameters;
      const progress = await store.selectProgress(db);
      const now = clock();
      const today = localDate(now.getTime());
      const firstDay = progress?.firstDay ?? today;
      const after = readCursor(cursor, 2);
      const rows = await store.selectStock(db, {
        states: statesOf(state),
        category,
        deadAfterDays: dead_after_days,
        today,
        now,
        minorDigits,
        goneWithinDays: gone_within_days,
        passedDays: Math.max(0, countDays(firstDay, today)),
        after,
        limit: limit + 1,
      });
      const { page, next } = cutPage(rows, limit, ({ rank, itemKey }) => [Math.abs(rank), itemKey]);
      const items = page.map((row) => toStock(row, { today, firstDay, minorDigits }));
      return { json: { ...listOf(items, next, progress?.madeAt), total: rows[0]?.total ?? 0 } };
    },
  };
}

function statesOf(state: store.StockState | 'all' | 'to-order'): store.StockQuestion['states'] {
  if (state === 'all') return undefined;
  return state === 'to-order' ? ['sold-out', 'runs-out'] : [state];
}

function whyNone(progress: store.Progress | undefined): string {
  if (!progress) return say('forecast.no-night', {});
  return say('forecast.no-sale', { days: progress.historyDays, day: progress.firstDay });
}
