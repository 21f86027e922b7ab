import type { Queryable } from '../../db/index.ts';
import type { SettledOrder } from './settled-order.ts';
import { selectRedemptions } from './store.ts';

/** A redemption's answer as it is kept for repetitions of the request: numbers alone. */
export interface StoredAnswer {
  redemptions: StoredRedemption[];
  restated: (StoredRedemption & { unit_given_back: boolean })[];
  order: { discount_minor: number; lines: number[]; free_shipping: boolean };
}

export interface StoredRedemption {
  redemption_id: number;
  discount_minor: number;
  lines: number[];
}

/** As it was kept before discounts by line were. */
type OldAnswer = Pick<StoredRedemption, 'redemption_id'>;

/** A stored answer with what its redemptions are. */
export async function readAnswer(db: Queryable, answer: StoredAnswer | OldAnswer): Promise<SettledOrder> {
  if ('redemption_id' in answer) return readOldAnswer(db, answer);
  const all = [...answer.redemptions, ...answer.restated];
  const redemptions = await selectRedemptions(
    db,
    all.map(({ redemption_id }) => redemption_id),
  );
  const settled = all.map(({ discount_minor: discountMinor, lines: perLine }, index) => {
    return { ...redemptions[index], discountMinor, perLine };
  });
  const { discount_minor: discountMinor, lines: perLine, free_shipping: freeShipping } = answer.order;
  return {
    redemptions: settled.slice(0, answer.redemptions.length),
    restated: answer.restated.map(({ unit_given_back: unitGivenBack }, index) => {
      return { ...settled[answer.redemptions.length + index], unitGivenBack };
    }),
    order: { discountMinor, perLine, freeShipping },
  };
}

async function readOldAnswer(db: Queryable, { redemption_id: id }: OldAnswer): Promise<SettledOrder> {
  const [one] = await selectRedemptions(db, [id]);
  const { discountMinor, freeShipping } = one;
  return {
    redemptions: [{ ...one, perLine: [] }],
    restated: [],
    order: { discountMinor, freeShipping, perLine: [] },
  };
}
