import { describe, expect, test } from '@jest/globals';
import { wantedLanguages } from '../../src/http/index.ts';
import { lists } from '../../src/sentences/english/lists.ts';
import { type ReasonKey, type ReasonText, reasonLanguages, reasonTexts, sayReason } from '../../src/sentences/index.ts';

const keys = Object.keys(lists) as ReasonKey[];
const formsOf = (text: ReasonText): string[] =>
  typeof text === 'string' ? [text] : Object.entries(text).flatMap(([name, form]) => (name === 'by' ? [] : [form]));
const namesIn = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

describe('reasons', () => {
  // Would see: a language that lacks a reason, or one whose sentence leaves out what it is about.
  test.each(reasonLanguages)('are all there in %s, each with what it holds', (language) => {
    expect(Object.keys(reasonTexts[language]).sort()).toEqual(keys.toSorted());
    for (const key of keys) {
      const text = reasonTexts[language][key];
      const needed = namesIn(lists[key]);
      const by = typeof text === 'string' ? undefined : text.by;
      for (const form of formsOf(text)) {
        // A form of one number alone may say it in words.
        expect([key, namesIn(form).filter((name) => name !== by)]).toEqual([key, needed.filter((name) => name !== by)]);
        expect(form.trim()).toBe(form);
      }
      if (by !== undefined) expect([key, namesIn((text as { other: string }).other)]).toEqual([key, needed]);
    }
  });

  test('have a form for every category of number that the language has', () => {
    for (const language of reasonLanguages) {
      for (const key of keys) {
        const text = reasonTexts[language][key];
        if (typeof text === 'string') continue;
        const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
        // What only millions and fractions have may be as the others.
        const needed = pluralCategories.filter((category) => language === 'pl' || category !== 'many');
        expect([language, key, Object.keys(text)]).toEqual([language, key, expect.arrayContaining(needed)]);
      }
    }
  });

  test('of different languages are different sentences, in letters of their own', () => {
    for (const key of keys) {
      const said = reasonLanguages.map((language) => formsOf(reasonTexts[language][key]).at(-1));
      expect([key, new Set(said).size]).toEqual([key, reasonLanguages.length]);
    }
    const inChinese = keys.map((key) => formsOf(reasonTexts.zh[key]).join(''));
    expect(inChinese.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([]);
    expect(
      keys.filter((key) => formsOf(reasonTexts.zh[key]).some((text) => /[a-z]{3}/i.test(text.replace(/\{\w+\}/g, '')))),
    ).toEqual([]);
  });

  test('take what they hold as it is', () => {
    expect(sayReason('reason.because-bought', 'pl', { item: 'Kawa $& {item}' })).toBe(
      'Na podstawie zakupu „Kawa $& {item}”',
    );
  });
});

describe('the languages of a request', () => {
  test.each<[string, string[]]>([
    ['de', ['de']],
    ['de-AT,de;q=0.9,en;q=0.8', ['de-AT', 'de', 'en']],
    ['en;q=0.2, fr ; q=0.7,pl', ['pl', 'fr', 'en']],
    ['en;q=0.5,de;q=0.5', ['en', 'de']],
    ['de;q=0, *;q=0.1, it;q=0.001', ['it']],
    ['de;q=2, fr;q=x, es;level=1, nl', ['nl']],
    ['', []],
    [' , ,;q=1', []],
    ['zh-Hant-TW', ['zh-Hant-TW']],
  ])('%s', (header, languages) => {
    expect(wantedLanguages(header)).toEqual(languages);
    expect(wantedLanguages(header)).toEqual(languages);
  });

  test('a header of any length costs little', () => {
    expect(wantedLanguages('x-'.repeat(8_000))).toEqual([]);
  });
});
