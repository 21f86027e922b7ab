import { type Sentence, type SentenceKey, sentences } from './sentences.ts';

interface Reader {
  key: SentenceKey;
  /** what stands around its values: one more than there are values */
  literals: string[];
  /** of its values, in turn; one that comes again has the value that it had */
  names: string[];
  /** how much of it is words, not values: of two that fit the one with more is meant */
  words: number;
}

const readers: Reader[] = (Object.keys(sentences) as SentenceKey[])
  .map((key) => {
    const parts = sentences[key].split(/\{(\w+)\}/);
    const literals = parts.filter((_, place) => place % 2 === 0);
    const names = parts.filter((_, place) => place % 2 === 1);
    return { key, literals, names, words: literals.join('').length };
  })
  .sort((one, other) => other.words - one.words);

/**
 * The values of a text that is such a sentence, each as short as it can be; undefined: it is none. Every literal is taken where
 * it comes first, so that a text costs its length and not its possibilities, whoever wrote it.
 */
function valuesIn(text: string, { literals, names }: Reader): Record<string, string> | undefined {
  const last = literals.length - 1;
  if (last === 0) return text === literals[0] ? {} : undefined;
  if (!text.startsWith(literals[0]) || !text.endsWith(literals[last])) return undefined;
  const values: Record<string, string> = {};
  let begin = literals[0].length;
  for (let place = 1; place <= last; place++) {
    const end = place === last ? text.length - literals[last].length : text.indexOf(literals[place], begin + 1);
    if (end <= begin) return undefined;
    const [name, value] = [names[place - 1], text.slice(begin, end)];
    if ((values[name] ?? value) !== value) return undefined;
    values[name] = value;
    begin = end + literals[place].length;
  }
  return values;
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
  /** where a sentence that cannot be read on begins */
  const dead = new Set<number>();
  const readFrom = (begin: number): Sentence[] => {
    const rest = text.slice(begin);
    const whole = readOne(rest);
    if (whole) return [whole];
    for (const { index } of rest.matchAll(/[.:!?](?= )/g)) {
      const next = begin + index + 2;
      if (dead.has(next)) continue;
      const first = readOne(rest.slice(0, index + 1));
      const others = first ? readFrom(next) : [];
      if (first && others.length > 0) return [first, ...others];
    }
    dead.add(begin);
    return [];
  };
  return readFrom(0);
}

function readOne(text: string): Sentence | undefined {
  for (const reader of readers) {
    const values = valuesIn(text, reader);
    if (values) return { key: reader.key, values };
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
