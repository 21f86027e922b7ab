import { hash } from 'node:crypto';

/**
 * A number in [0, 1) that is always the same for a salt and a subject, and uniform over subjects: the first 48 bits of SHA-256
 * over both.
 */
export function pointOf(salt: string, subject: string): number {
  // A string of bytes costs a third of a buffer.
  const bytes = hash('sha256', `${salt}\n${subject}`, 'binary');
  let bits = 0;
  for (let index = 0; index < 6; index++) bits = bits * 256 + bytes.charCodeAt(index);
  return bits / 2 ** 48;
}

/**
 * Sticky assignment: is the subject among the `share` (0 to 1) of subjects that this salt sets apart? A larger share of the same
 * salt keeps everybody it had.
 */
export function assign(salt: string, subject: string, share: number): boolean {
  return pointOf(salt, subject) < share;
}

/** The control of each experiment is drawn on its own. */
export function controlSalt(salt: string, experimentId: string): string {
  return `${salt}/control/${experimentId}`;
}

/** The holdout of all is drawn apart from every control. */
export function holdoutSalt(salt: string): string {
  return `${salt}/holdout`;
}
