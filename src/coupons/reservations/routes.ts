import type { Handlers } from '../../http/index.ts';
import type { WriteMoney } from '../discounts/discount-json.ts';
import { requestOnce } from '../request-once.ts';
import type { Reservations } from './reservations.ts';

export function reservationRoutes(reservations: Reservations, money: WriteMoney): Pick<Handlers, 'releaseCoupon'> {
  return {
    async releaseCoupon(call) {
      const { code: asked } = call.parameters;
      // Nothing is asked but what the path names.
      const request = requestOnce('releaseCoupon', call, Buffer.from(asked));
      const { code, releasedAt, moneyMinor } = await reservations.release({ code: asked }, request);
      return { json: { code, released_at: releasedAt.toISOString(), money: money(moneyMinor) } };
    },
  };
}
