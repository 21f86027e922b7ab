/**
 * SQL patterns for what somebody types into a search field, without regard to case. Postgres may only know the case of ASCII's
 * letters (that hangs on how the database was made), so that a pattern names both forms of every other letter.
 */

/** The words of a query, each once; a query without a blank, such as one in Chinese, is one word. */
export function wordsOf(query: string): string[] {
  return [...new Set(query.normalize('NFC').toLowerCase().split(/\s+/u))].filter((word) => word !== '');
}

/** A regular expression of Postgres for a lower-case word somewhere in a text that `lower()` was asked of. */
export function patternOf(word: string): string {
  return Array.from(word, formsOf).join('');
}

function formsOf(letter: string): string {
  if (/^[\p{ASCII}]$/u.test(letter)) return /[a-z0-9]/.test(letter) ? letter : `\\${letter}`;
  const upper = letter.toUpperCase();
  // What becomes two letters, as ß does, has no form of its own.
  return upper === letter || [...upper].length > 1 ? letter : `[${letter}${upper}]`;
}

/** Nothing that begins with the text lies behind it, bytewise. */
export function endOfPrefix(text: string): string {
  return `${text}${'\u{10FFFF}'.repeat(4)}`;
}
