import { hash } from 'node:crypto';

/**
 * A number in [0, 1) that is always the same for a salt and a customer, and uniform over customers: the first 48 bits of
 * SHA-256 over both.
 */
export function pointOf(salt: string, customerId: string): number {
  // A string of bytes costs a third of a buffer.
  const bytes = hash('sha256', `${salt}\n${customerId}`, 'binary');
  let bits = 0;
  for (let index = 0; index < 6; index++) bits = bits * 256 + bytes.charCodeAt(index);
  return bits / 2 ** 48;
}

/**
 * Sticky assignment: is the customer among the `share` (0 to 1) of customers that this salt sets apart? A larger share of the
 * same salt keeps everybody it had.
 */
export function assign(salt: string, customerId: string, share: number): boolean {
  return pointOf(salt, customerId) < share;
}

/** The control group of each campaign is drawn on its own. */
export function controlSalt(salt: string, campaignId: string): string {
  return `${salt}/control/${campaignId}`;
}

export function holdoutSalt(salt: string): string {
  return `${salt}/holdout`;
}
