import type { PriceEffect, SalesEffects } from '../../../models/sales-effects/index.ts';
import type { Database } from '../../db/index.ts';
import { cutPage, readCursor } from '../../formats/cursor.ts';
import type { Handlers } from '../../http/index.ts';
import * as store from './store.ts';

/** Which attributes of goods sell. */
export function salesEffectRoutes({ db }: { db: Database }): Pick<Handlers, 'listSalesEffects'> {
  return {
    async listSalesEffects({ parameters: { category, limit, cursor } }) {
      const [after = 0] = readCursor(cursor, 1) ?? [];
      const rows = await store.selectEffects(db, { category, after, limit: limit + 1 });
      const { page, next } = cutPage(rows, limit, ({ place }) => [place]);
      return { json: { items: page.map(toCategory), next_cursor: next, as_of: rows[0]?.madeAt.toISOString() ?? null } };
    },
  };
}

function toCategory({ category, items, units, refusal, result, prices }: store.CategoryEffects) {
  return {
    category,
    items,
    units,
    status: result ? ('ok' as const) : ('unavailable' as const),
    reason: refusal,
    effects: (result?.effects ?? []).map((effect) => ({
      attribute: effect.attribute,
      level: effect.level,
      reference: effect.reference,
      items: effect.items,
      ...toEffect(effect),
    })),
    prices: prices.map(toPrice),
    left_out: (result?.left ?? []).map(({ attribute, why }) => ({ attribute, why })),
  };
}

function toPrice({ channel, items, refusal, effect }: store.ChannelPrice) {
  return {
    channel,
    items,
    status: effect ? ('ok' as const) : ('unavailable' as const),
    reason: refusal,
    elasticity: effect && toEstimate(effect.elasticity),
    percent: effect && toEstimate(effect.percent),
    p_value: effect?.pValue ?? null,
    is_beyond_chance: effect?.isBeyondChance ?? null,
  };
}

type Effect = SalesEffects['effects'][number];

const toEffect = ({ percent, adjustedPValue, isBeyondChance }: Effect) => ({
  percent: toEstimate(percent),
  adjusted_p_value: adjustedPValue,
  is_beyond_chance: isBeyondChance,
});

const toEstimate = ({ value, low, high }: PriceEffect['percent']) => ({ value, interval_95: [low, high] });
