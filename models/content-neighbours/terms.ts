import { type ContentPart, contentParts, type ItemContent } from './item-content.ts';

/** Takes a term: the part that it is of and 32 bits of hash; terms of two parts never have one hash by design, only by chance. */
export type TakeTerm = (part: number, hash: number) => void;

/** Runs of letters and digits; in scripts that are written without blanks each character by itself. */
const token =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}]\p{M}*)+/gu;

const numberOf = Object.fromEntries(contentParts.map((part, number) => [part, number])) as Record<ContentPart, number>;

/** Prices within a factor of 1.5 share a band, of two grids that lie half a step apart: so those at the edge of one share the other. */
const priceStep = Math.log(1.5);

/** The tokens of a text: folded by NFKC, in lower case. */
export function tokensOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(token) ?? [];
}

/**
 * Gives the terms of an item's content, some of them more than once: of the title tokens, pairs of neighbouring tokens and, of
 * tokens of two letters and more, runs of three letters with their ends marked; each category of its paths; the brand; attributes
 * with their values, figures by their size; two bands of the price. Of what has neither a title nor attributes there are none: all
 * of a category would be alike.
 */
export function takeTerms(content: ItemContent, take: TakeTerm): void {
  const takeText = (part: ContentPart, text: string) => take(numberOf[part], hash(numberOf[part], text));
  if (!saysWhatItIs(content)) return;
  takeTitleTerms(content.title ?? '', takeText);
  for (const path of content.categories) {
    for (let depth = 1; depth <= path.length; depth++)
      takeText('category', folded(path.slice(0, depth).join('\u0000')));
  }
  if (content.brand !== null && content.brand !== '') takeText('brand', folded(content.brand));
  for (const [name, value] of Object.entries(content.attributes)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = valueText(one);
      if (text !== undefined) takeText('attributes', `${name}\u0000${text}`);
    }
  }
  if (!(content.price > 0)) return;
  const step = Math.log(content.price) / priceStep;
  takeText('price', `a${Math.floor(step)}`);
  takeText('price', `b${Math.floor(step + 0.5)}`);
}

function saysWhatItIs({ title, attributes }: ItemContent): boolean {
  return title !== null || Object.keys(attributes).length > 0;
}

/** The terms of a title alone, as a search field has them too. */
export function takeTitleTerms(title: string, takeText: (part: 'words' | 'letters', text: string) => void): void {
  const tokens = tokensOf(title);
  for (let place = 0; place < tokens.length; place++) {
    takeText('words', tokens[place]);
    if (place > 0) takeText('words', `${tokens[place - 1]} ${tokens[place]}`);
    if (tokens[place].length < 2) continue;
    const marked = `^${tokens[place]}$`;
    for (let start = 0; start + 3 <= marked.length; start++) takeText('letters', marked.slice(start, start + 3));
  }
}

/** The same as `takeTerms` gives of an item of which nothing but a title is known. */
export function takeTextTerms(text: string, take: TakeTerm): void {
  takeTitleTerms(text, (part, term) => take(numberOf[part], hash(numberOf[part], term)));
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : folded(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return `${Math.sign(value)}${Math.floor(2 * Math.log2(1 + Math.abs(value)))}`;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** FNV-1a over the units of the text, with its bits mixed at the end. */
function hash(part: number, text: string): number {
  let bits = 0x811c9dc5 ^ part;
  bits = Math.imul(bits, 0x01000193);
  for (let place = 0; place < text.length; place++) bits = Math.imul(bits ^ text.charCodeAt(place), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
