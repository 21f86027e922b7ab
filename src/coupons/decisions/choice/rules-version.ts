/** Changes with every change of how a decision comes about from its inputs. */
export const rulesVersion = '12';

/**
 * Versions whose decisions these rules make again. The second knew neither target segments nor scores; up to the third a control
 * group got no goods of a lower price either, and what exploration drew was not looked at for those who are held out; up to the fourth
 * the average order was compared rounded; up to the fifth a campaign was granted that gave 0.00 on the cart; up to the sixth policies had no versions; up to
 * the seventh campaigns had no hours; up to the eighth control groups were kept from the coupons of their own campaign alone; up to the
 * ninth campaigns had no bundles; up to the tenth it was told of a campaign that no coupon was needed where it was not for the customer,
 * or not now; up to the eleventh guests got nothing.
 */
export const replayableVersions: ReadonlySet<string> = new Set([
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '11',
  rulesVersion,
]);
