import { fromMinor } from '../../../shop/money.ts';
import type { Fault } from '../../cleaning/rules.ts';
import type { Charges } from '../store.ts';

/** What the sender of an order is to know of its edit, each with the field of the order that it is about. */

export function outdated(updatedAt: number): Fault {
  const message = `is earlier than that of what is known, ${new Date(updatedAt).toISOString()}`;
  return { rule: 'order_outdated', field: '/updated_at', message };
}

/** @param refundId of which this found no line; pieces in thousandths */
export function withoutLine(
  refundId: string,
  left: { thousandths: number; amountMinor: number },
  digits: number,
): Fault {
  const message = `leave no line for ${left.thousandths / 1000} pieces and ${fromMinor(left.amountMinor, digits)} of refund ${refundId}`;
  return { rule: 'refund_without_line', field: '/lines', message };
}

export function withoutCoupon(code: string): Fault {
  const message = `no longer name coupon ${code}: reverse its redemption if the discount fell away`;
  return { rule: 'coupon_without_line', field: '/lines', message };
}

/** @param left what is left of shipping and fees when what was given back of them is taken off */
export function overdrawn(left: Charges, digits: number): Fault[] {
  const fields = [
    { field: '/shipping', minor: left.shippingMinor },
    { field: '/fees', minor: left.feesMinor },
  ];
  return fields
    .filter(({ minor }) => minor < 0)
    .map(({ field, minor }) => {
      const message = `come to ${fromMinor(-minor, digits)} less than was given back of them`;
      return { rule: 'refund_exceeds_sale', field, message };
    });
}
