/** What the service says to people: every sentence of it by a key, in English, and what a text of it says. */

export { readSentences, sentencesWithin } from './read.ts';
export { type ReasonLanguage, reasonLanguages } from './reasons/languages.ts';
export type { ReasonKey, ReasonText, ReasonValues } from './reasons/reason-text.ts';
export { reasonTexts, sayReason } from './reasons/say-reason.ts';
export { type Sentence, type SentenceKey, say, sentences } from './sentences.ts';
