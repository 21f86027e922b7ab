import { sentencesOf } from '../api/index.ts';
import { useFormat } from '../format/index.ts';
import { peopleTexts } from '../texts/people.ts';
import { writeSentences } from '../texts/said.ts';
import { chineseSentences } from '../texts/sentences.ts';
import { useLanguage, useTexts } from '../texts/texts.ts';
import { wordOf } from './people/names.ts';

/** Writes texts of the service in the language of the page; what nobody knows how to say stays in English. */
export function useSaid(): (text: string | null | undefined) => string {
  const language = useLanguage();
  const format = useFormat();
  const { groups } = useTexts(peopleTexts);
  return (text) => {
    const sentences = text ? sentencesOf(text) : undefined;
    if (language === 'en' || !sentences) return text ?? '';
    return writeSentences(sentences, chineseSentences, {
      money: format.money,
      count: format.count,
      group: (group) => wordOf(groups, group),
    });
  };
}
