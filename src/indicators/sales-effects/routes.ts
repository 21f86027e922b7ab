import type { SalesEffects } from '../../../models/sales-effects/index.ts';
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

function toCategory({ category, items, units, refusal, result }: store.CategoryEffects) {
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
    price: result?.price ? { elasticity: toEstimate(result.price.elasticity), ...toEffect(result.price) } : null,
    left_out: (result?.left ?? []).map(({ attribute, why }) => ({ attribute, why })),
  };
}

type Effect = NonNullable<SalesEffects['price']>;

const toEffect = ({ percent, adjustedPValue, isBeyondChance }: Omit<Effect, 'elasticity'>) => ({
  percent: toEstimate(percent),
  adjusted_p_value: adjustedPValue,
  is_beyond_chance: isBeyondChance,
});

const toEstimate = ({ value, low, high }: Effect['percent']) => ({ value, interval_95: [low, high] });
