import { createContext, useContext } from 'react';

export type Language = 'en' | 'zh';
export const languages: readonly Language[] = ['en', 'zh'];

/** The same names with texts of another language: strings stay strings, sentences with figures take the same figures. */
type Same<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...given: infer A) => string
      ? (...given: A) => string
      : Same<T[K]>;
};

/** A page's texts in both languages; a missing Chinese one does not compile. */
export interface Texts<T> {
  en: T;
  zh: Same<T>;
}

/** `export const texts = inLanguages({ title: 'Stock' }, { title: '库存' });` */
export function inLanguages<T>(en: T, zh: Same<NoInfer<T>>): Texts<T> {
  return { en, zh };
}

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);

/** The texts in the language of the page: `const t = useTexts(texts)`. */
export function useTexts<T>(texts: Texts<T>): T {
  return texts[useLanguage()] as T;
}
