import { lists } from '../english/lists.ts';
import { german } from './de.ts';
import { spanish } from './es.ts';
import { french } from './fr.ts';
import { italian } from './it.ts';
import { type ReasonLanguage, reasonLanguages } from './languages.ts';
import { dutch } from './nl.ts';
import { polish } from './pl.ts';
import { portuguese } from './pt.ts';
import type { ReasonKey, ReasonText, ReasonTexts, ReasonValues } from './reason-text.ts';
import { chinese } from './zh.ts';

/** Every reason in every language. */
export const reasonTexts: Record<ReasonLanguage, ReasonTexts> = {
  en: lists,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  nl: dutch,
  pl: polish,
  pt: portuguese,
  zh: chinese,
};

const plurals = new Map(reasonLanguages.map((language) => [language, new Intl.PluralRules(language)]));
const numbers = new Map(reasonLanguages.map((language) => [language, new Intl.NumberFormat(language)]));

/** Why an item is on a list, as a shopper reads it. */
export function sayReason(key: ReasonKey, language: ReasonLanguage, values: ReasonValues = {}): string {
  const text = textFor(reasonTexts[language][key], language, values);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? numbers.get(language)!.format(value) : String(value);
  });
}

function textFor(text: ReasonText, language: ReasonLanguage, values: ReasonValues): string {
  if (typeof text === 'string') return text;
  return text[plurals.get(language)!.select(Number(values[text.by]))] ?? text.other;
}
