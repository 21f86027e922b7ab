/** What became of a campaign in a decision, in the order of their codes in the log: new ones come last. */
export const outcomes = [
  'granted',
  'not-needed',
  'not-active',
  'group-not-targeted',
  'nothing-in-cart-applies',
  'below-minimum-spend',
  'customer-limit-reached',
  'period-limit-reached',
  'coupon-budget-spent',
  'money-budget-spent',
  'lower-priority',
  'control-group',
  'holdout',
  'not-drawn',
  'not-in-target-segment',
  'no-expected-gain',
  'gives-nothing',
  'refused-by-policy',
  'not-scored',
  'not-open-now',
  'control-of-another',
  'bundle-incomplete',
  'not-for-guests',
  'by-referral-codes',
  'group-not-open',
  'not-joined',
] as const;
export type Outcome = (typeof outcomes)[number];

/** What stands against a campaign by itself, whatever else there is to choose. */
export type Obstacle = Exclude<
  Outcome,
  'granted' | 'not-needed' | 'lower-priority' | 'control-group' | 'control-of-another' | 'holdout' | 'not-drawn'
>;

export const codeOf = Object.fromEntries(outcomes.map((outcome, code) => [outcome, code])) as Record<Outcome, number>;

const firstLetter = 97;

/** Outcomes as text for the log: one letter a campaign. */
export function packOutcomes(codes: Uint8Array): string {
  const letters = Buffer.allocUnsafe(codes.length);
  for (let place = 0; place < codes.length; place++) letters[place] = firstLetter + codes[place];
  return letters.toString('latin1');
}

export function unpackOutcomes(text: string): Uint8Array {
  const codes = new Uint8Array(text.length);
  for (let place = 0; place < codes.length; place++) codes[place] = codeAt(text, place);
  return codes;
}

export function codeAt(text: string, place: number): number {
  return text.charCodeAt(place) - firstLetter;
}
