/** Languages in which shoppers read why an item is on a list. */
export const reasonLanguages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'zh'] as const;
export type ReasonLanguage = (typeof reasonLanguages)[number];
