import { type Sentence, type SentenceKey, sentences } from './sentences.ts';

interface Reader {
  key: SentenceKey;
  /** what it begins with, so that most are passed over at once */
  start: string;
  /** how much of it is words, not values: of two that fit the one with more is meant */
  words: number;
  pattern: RegExp;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const readers: Reader[] = (Object.keys(sentences) as SentenceKey[])
  .map((key) => {
    const parts = sentences[key].split(/\{(\w+)\}/);
    const literals = parts.filter((_, place) => place % 2 === 0);
    return {
      key,
      start: literals[0],
      words: literals.join('').length,
      pattern: patternOf(parts),
    };
  })
  .sort((one, other) => other.words - one.words);

/** Words as they are, and between them values; a name that comes again has the value that it has. */
function patternOf(parts: readonly string[]): RegExp {
  const named = new Set<string>();
  const written = parts.map((part, place) => {
    if (place % 2 === 0) return escaped(part);
    if (named.has(part)) return `\\k<${part}>`;
    named.add(part);
    return `(?<${part}>.+?)`;
  });
  return new RegExp(`^${written.join('')}$`, 's');
}

/** Longer ones hold what people have written; nothing that the service says is near it. */
const longestText = 2_000;

/**
 * What a text of the service says, sentence by sentence: `say` the other way round, so that texts which were stored long ago,
 * and those of models, which know nothing but English, are understood as well.
 * @returns nothing where a part of the text is no sentence of the service
 */
export function readSentences(text: string): Sentence[] {
  if (text.length > longestText) return [];
  const whole = readOne(text);
  if (whole) return [whole];
  for (const end of text.matchAll(/[.:!?](?= )/g)) {
    const first = readOne(text.slice(0, end.index + 1));
    if (!first) continue;
    const rest = readSentences(text.slice(end.index + 2));
    if (rest.length > 0) return [first, ...rest];
  }
  return [];
}

function readOne(text: string): Sentence | undefined {
  for (const { key, start, pattern } of readers) {
    if (!text.startsWith(start)) continue;
    const found = pattern.exec(text);
    if (found) return { key, values: { ...found.groups } };
  }
  return undefined;
}

/** Texts that were read lately: pages ask for the same ones again and again. */
const read = new Map<string, Sentence[]>();
const mostRead = 2_000;

/** All that the texts within a value say, by text; of texts that say nothing there is nothing. */
export function sentencesWithin(value: unknown): Record<string, Sentence[]> {
  const said: Record<string, Sentence[]> = {};
  const walk = (part: unknown): void => {
    if (typeof part === 'string') {
      let known = read.get(part);
      if (!known) {
        if (read.size >= mostRead) read.clear();
        known = readSentences(part);
        if (part.length <= 200) read.set(part, known);
      }
      if (known.length > 0) said[part] = known;
    } else if (typeof part === 'object' && part !== null) Object.values(part).forEach(walk);
  };
  walk(value);
  return said;
}
