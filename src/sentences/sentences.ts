import { decisions } from './english/decisions.ts';
import { effects } from './english/effects.ts';
import { feeds } from './english/feeds.ts';
import { figures } from './english/figures.ts';
import { files } from './english/files.ts';
import { findings } from './english/findings.ts';
import { learning } from './english/learning.ts';
import { lists } from './english/lists.ts';
import { problems } from './english/problems.ts';
import { segments } from './english/segments.ts';

/** Every sentence that the service says to people, by a key that stays whatever its words; `{name}` is what it holds. */
export const sentences = {
  ...lists,
  ...decisions,
  ...learning,
  ...effects,
  ...segments,
  ...figures,
  ...feeds,
  ...findings,
  ...problems,
  ...files,
};

export type SentenceKey = keyof typeof sentences;

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** A sentence without its words: what it is, and what it holds. */
export interface Sentence {
  key: SentenceKey;
  values: Record<string, string>;
}

/** A sentence in English. */
export function say<Key extends SentenceKey>(
  key: Key,
  values: Record<NamesIn<(typeof sentences)[Key]>, string | number>,
): string {
  return sentences[key].replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));
}
