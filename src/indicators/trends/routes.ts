import type { Database } from '../../db/index.ts';
import { cutPage, readCursor } from '../../formats/cursor.ts';
import { type Handlers, maySee } from '../../http/index.ts';
import { say } from '../../sentences/index.ts';
import * as store from './store.ts';

/** What rises and falls, and what is searched for in vain. */
export function trendRoutes({ db }: { db: Database }): Pick<Handlers, 'listTrends' | 'listSearchWords'> {
  return {
    async listTrends({ parameters: { of, direction, limit, cursor }, key }) {
      const [after = 0] = readCursor(cursor, 1) ?? [];
      const rows = await store.selectTrends(db, {
        of,
        direction,
        after,
        limit: limit + 1,
        seesAll: maySee(key, 'customers'),
      });
      const progress = await store.selectProgress(db, of);
      const { page, next } = cutPage(rows, limit, ({ place }) => [place]);
      return {
        json: {
          of,
          direction,
          status: progress && progress.refusal === null ? ('ok' as const) : ('unavailable' as const),
          reason: progress ? progress.refusal : say('trend.no-night', {}),
          last_day: progress?.lastDay ?? null,
          days: progress?.days ?? null,
          items: page.map((trend) => ({
            member: trend.member,
            index: trend.index,
            interval_95: [trend.low, trend.high],
            recent_count: trend.recentCount,
            past_count: trend.pastCount,
            false_discovery_rate: trend.falseDiscoveryRate,
          })),
          next_cursor: next,
          as_of: progress?.madeAt.toISOString() ?? null,
        },
      };
    },

    async listSearchWords({ parameters: { order, limit, cursor }, key }) {
      const rows = await store.selectSearchWords(db, {
        order,
        after: readCursor(cursor, 2),
        limit: limit + 1,
        seesAll: maySee(key, 'customers'),
      });
      const progress = await store.selectProgress(db, 'search');
      const { page, next } = cutPage(rows, limit, ({ count, place }) => [count, place]);
      return {
        json: {
          items: page.map(({ word, searches, withoutResults, withoutClick }) => ({
            word,
            searches,
            without_results: withoutResults,
            without_click: withoutClick,
          })),
          next_cursor: next,
          as_of: progress?.madeAt.toISOString() ?? null,
        },
      };
    },
  };
}
