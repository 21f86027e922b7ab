/**
 * What SQL looks for of what somebody types into a search field, without regard to case. Postgres lowers ASCII's letters alone, so that
 * words with others are looked for in the forms that they are written in: käse, Öl and öl, КОФЕ, Кофе and кофе.
 */

/** A query in small letters, with one blank between two words. */
export function foldQuery(query: string): string {
  return query.normalize('NFC').toLowerCase().trim().replace(/\s+/gu, ' ');
}

/** The words of a folded query, each once; one without a blank, such as one in Chinese, is one word. */
export function wordsOf(folded: string): string[] {
  return [...new Set(folded.split(' '))].filter((word) => word !== '');
}

/** Patterns of `like` of which a text holds one where it holds the lower-case word; ASCII's letters of the text are lowered. */
export function holding(word: string): string[] {
  return formsOf(word).map((form) => `%${literally(form)}%`);
}

function literally(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** A lower-case word as it may be written in a text whose ASCII letters are lowered. */
export function formsOf(word: string): string[] {
  const letters = Array.from(word);
  const capitals = letters.map(capitalOf);
  return [...new Set([word, capitals.join(''), [capitals[0], ...letters.slice(1)].join('')])];
}

/** What is lowered again, and what becomes two letters as ß does, has none. */
function capitalOf(letter: string): string {
  const capital = letter.toUpperCase();
  return /^\p{ASCII}$/u.test(letter) || Array.from(capital).length > 1 ? letter : capital;
}

/** Nothing that begins with the text lies behind it, bytewise. */
export function endOfPrefix(text: string): string {
  return `${text}${'\u{10FFFF}'.repeat(4)}`;
}
