import { PannierError } from '../errors.ts';

export class TooManyRequests extends PannierError {
  readonly retryAfterSeconds: number;

  constructor(detail: string, retryAfterSeconds: number) {
    super('too_many_requests', detail);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class ExpiredCode extends PannierError {
  readonly couponKey: number;

  constructor(couponKey: number) {
    super('coupon_not_redeemable', '/code has expired.', [{ field: '/code', message: 'has expired' }]);
    this.couponKey = couponKey;
  }
}

export function notRedeemable(field: string, message: string): PannierError {
  return new PannierError('coupon_not_redeemable', `${field} ${message}.`, [{ field, message }]);
}

export function alreadyRedeemed(): PannierError {
  return new PannierError('coupon_already_redeemed', 'This code was redeemed before.', [
    { field: '/code', message: 'was redeemed before' },
  ]);
}

export function notReleasable(): PannierError {
  return new PannierError('conflict', 'This code holds no reservation that could be released.', [
    { field: '/code', message: 'holds no reservation' },
  ]);
}

export function budgetSpent(): PannierError {
  return notRedeemable('/code', 'is of a campaign whose budget is spent');
}
