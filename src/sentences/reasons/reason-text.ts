import type { lists } from '../english/lists.ts';

/** Why an item is on a list: what it is called by programs. */
export type ReasonKey = keyof typeof lists;

/**
 * A reason in a language; `{name}` is a value. Where the words go by a number, `by` names it and there is a text for each
 * category of number that the language has.
 * @see https://cldr.unicode.org/index/cldr-spec/plural-rules
 */
export type ReasonText = string | PluralText;
export interface PluralText extends Partial<Record<Intl.LDMLPluralRule, string>> {
  by: string;
  other: string;
}

/** A language has a text for every reason. */
export type ReasonTexts = Record<ReasonKey, ReasonText>;

/** What stands in a reason: words as they are, numbers as the language writes them. */
export type ReasonValues = Readonly<Record<string, string | number>>;
