/** Has the text no more characters? One beyond U+FFFF is one, as the contract counts, though JavaScript has it as two. */
export function isAtMost(text: string, characters: number): boolean {
  return text.length <= characters || (text.length <= 2 * characters && [...text].length <= characters);
}
