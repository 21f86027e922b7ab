/** Why an item is on a list, as shoppers read it. */
export const lists = {
  'reason.bought-before': 'You bought this before',
  'reason.bought-often': 'You buy this again and again',
  'reason.because-bought': 'Because you bought {item}',
  'reason.because-interested': 'Because of your interest in {item}',
  'reason.because-looked': 'Because you looked at {item}',
  'reason.because-liked': 'Because you like {item}',
  'reason.because-in-cart': 'Because you put {item} in your cart',
  'reason.same-customers': 'Chosen by the same customers as {item}',
  'reason.like-you': 'Chosen by customers like you',
  'reason.together': 'Often bought together with {item}',
  'reason.popular': 'Popular in this shop',
  'reason.for-sale': 'For sale in this shop',
} as const;
