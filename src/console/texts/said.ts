import type { paths } from '../../client/contract.ts';

type Run = paths['/v1/training-runs/{training_run_id}']['get']['responses'][200]['content']['application/json'];
/** What the sentences of an answer say, by their text in English. */
export type Said = NonNullable<Run['said']>;
type Sentence = Said[string][number];
/** What a sentence of the service is known by. */
export type SentenceKey = Sentence['key'];

/** How what stands in a sentence is written where the page has a way of its own: money, counts, names of groups. */
export type Writers = Record<'money' | 'count' | 'group', (value: string) => string>;

const asItIs = (value: string) => value;
const plainly: Writers = { money: asItIs, count: asItIs, group: asItIs };

/** Sentences one after the other, by texts such as `A {group:group} customer pays {amount:money}`; a key without one says nothing. */
export function writeSentences(
  said: readonly Sentence[],
  texts: Readonly<Partial<Record<Sentence['key'], string>>>,
  writers: Writers = plainly,
): string {
  return said
    .map(({ key, values }) =>
      (texts[key] ?? '').replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, how: string | undefined) => {
        const value = values[name] ?? '';
        return how ? (writers[how as keyof Writers] ?? asItIs)(value) : value;
      }),
    )
    .join('');
}
