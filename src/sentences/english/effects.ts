/** What campaigns, holdouts and personal lists have added, and why it cannot be said. */
export const effects = {
  'effect.nobody-yet': 'No lift is stated: no customer was considered yet.',
  'effect.no-control': 'No lift is stated: there is no control, so nobody knows what would have happened without it.',
  'effect.no-control-campaign':
    'No lift is stated: there is no control, so nobody knows what would have happened without the campaign.',
  'effect.past-no-control':
    'No lift is stated: imported history has no control group, so nobody knows what would have happened without the campaign.',
  'effect.past-no-cost': 'What its coupons took off is not known either.',
  'effect.orders-with-coupon': 'The orders reported are those that used a coupon.',
  'effect.no-holdout': 'No lift is stated: no share of customers is held out of all campaigns, so there is no control.',
  'effect.too-few':
    'No lift is stated: {treated} customers are treated and {control} control; to measure, both must be at least {least}.',
  'effect.uneven':
    'No lift is stated: {treated} of {all} customers are treated where {expected} were to be expected (p = {p}): the arms are not as assigned, and their difference says nothing.',
  'effect.compares-campaign':
    'Compared are customers who could get its coupon with its control, who could not; both could get the coupons of other campaigns.',
  'effect.compares-channel':
    'Compared are customers who could get its coupon, and those of all other campaigns, with its control, who from then on could get those of campaigns of other channels than {channel} alone.',
  'effect.compares-all':
    'Compared are customers who could get its coupon, and those of all other campaigns, with its control, who from then on could get no coupon at all.',
  'effect.no-cost':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}); no cost of any item is known, so nothing is said of its margin.',
  'effect.other-costs': 'What was told of sending and media is taken off as well.',
  'effect.earns':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}): it earns.',
  'effect.loses':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}): it loses.',
  'effect.unclear':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}): whether it earns is not clear.',
  'effect.earns-by-part':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}), by the {share} % of revenue whose cost is known: it earns.',
  'effect.loses-by-part':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}), by the {share} % of revenue whose cost is known: it loses.',
  'effect.unclear-by-part':
    'Against its control the campaign added {orders} orders (95 % interval {low} to {high}) and {money} after its discounts ({from} to {until}), by the {share} % of revenue whose cost is known: whether it earns is not clear.',
  'lists.not-told': 'What personal lists added is not told:',
  'lists.nobody-held-out':
    'Nobody is held out of personal lists, so nobody knows what would have been bought without them.',
  'lists.nobody-then': 'Nobody was held out of personal lists in this time.',
  'lists.nobody-asked': 'No customer asked for a list in this time while people were held out.',
  'lists.no-control': 'There is no control, so nobody knows what would have happened without it.',
  'lists.too-few': '{treated} customers are treated and {control} control; to measure, both must be at least {least}.',
  'lists.uneven':
    '{treated} of {all} customers are treated where {expected} were to be expected (p = {p}): the arms are not as assigned, and their difference says nothing.',
  'lists.added':
    'Over popular lists, personal ones added {orders} orders (95 % interval {low} to {high}) and {money} (95 % interval {from} to {until}) to the customers who got them.',
  'lists.one-in-both':
    'Before they were known, 1 customer was shown lists of the other arm as visitors; they count where they were drawn as customers, which may make the difference smaller.',
  'lists.in-both':
    'Before they were known, {customers} customers were shown lists of the other arm as visitors; they count where they were drawn as customers, which may make the difference smaller.',
  'lists.maybe-chance': 'That may well be chance.',
} as const;
