/** Why a decision about a coupon is as it is: what the customer needs, and what came of it. */
export const decisions = {
  'decision.guest': 'Nobody is signed in, so there is no personal coupon.',
  'decision.visitor': 'Nobody is signed in, and little is known of the visitor.',
  'decision.unknown-customer': 'No such customer is known.',
  'decision.no-profiling': 'The customer does not allow profiling, so there is no personal coupon.',
  'decision.no-segmentation': 'No segmentation has been published yet.',
  'decision.no-orders': 'The customer had no orders when the customers were last segmented.',
  'decision.group-barred': "The customer's group is barred from decisions, so nothing is decided by it.",
  'decision.recency-barred': 'Recency is barred from decisions, so no need can be seen.',
  'decision.buys-anyway': 'A {group} customer buys without a coupon.',
  'decision.about-to-leave': 'A {group} customer is about to be lost: a coupon may bring them back.',
  'decision.likes-discounts': 'The customer buys mostly at a discount: a coupon fits.',
  'decision.weak-purse':
    'Orders and prices paid are far below the average: goods of a lower price fit better than a coupon.',
  'decision.fine-purse': 'The purse is fine and yet little is bought: a coupon fits.',
  'decision.unclear-coupon': 'The cause is not clear: a low-contribution customer gets a coupon.',
  'decision.unclear-none': 'The cause is not clear: an ordinary customer gets no coupon.',
  'decision.score-barred': 'What nights have learnt of who responds is not used: {attribute} is barred from decisions.',
  'decision.and-gain':
    'And this customer is expected to bring {money} more because of the coupon, its discount taken off.',
  'decision.but-gain':
    'But this customer is expected to bring {money} more because of the coupon, its discount taken off.',
  'decision.and-explored': 'And the coupon was given to keep learning: {money} is expected of it.',
  'decision.but-explored': 'But the coupon was given to keep learning: {money} is expected of it.',
  'decision.held-out':
    'But the customer is one of those who are left alone, so that the effect of offers can be measured.',
  'decision.control': "But the customer is in the control group, so that the campaign's effect can be measured.",
  'decision.control-of-another':
    'But the customer is in the control group of a campaign that keeps it from the coupons of others too.',
  'decision.no-goods': 'But there are none for sale.',
  'decision.no-gain': 'But no campaign that can give one now is expected to gain by it.',
  'decision.gives-nothing': 'But no campaign gives a discount on this cart.',
  'decision.for-everyone': 'But the campaign is for everyone it aims at.',
  'decision.by-policy': 'The policy {policy} gives the coupon.',
  'decision.by-uplift':
    'The policy {policy} gives the coupon: it is expected to add {added} % to the chance of an order.',
  'decision.not-scored': 'But no night has learnt yet who is won by the campaigns that could give one.',
  'decision.policy-refuses': 'But the policies of the campaigns that could give one do not.',
  'decision.bundle-incomplete': 'But the cart lacks goods of the bundle that a campaign is for.',
  'decision.group-not-open': 'A group offer opens when {missing} more have joined it.',
  'decision.not-open-now': 'But no campaign that could give one is open at this hour.',
  'decision.no-campaign': 'But no campaign can give one now.',
  'decision.score':
    'With the coupon an order comes with a probability of {chance} %, {added} points of it because of the coupon: at a margin of {margin} an order and {discount} off it, {expected} more is expected; the least for a coupon is {least}.',
  'decision.score-any':
    'With the coupon an order comes with a probability of {chance} %, {added} points of it because of the coupon: at a margin of {margin} an order and {discount} off it, {expected} more is expected; the least for a coupon is more than nothing.',
} as const;
