import { localeOf } from '../../format/index.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { wordOf } from '../people/names.ts';

export const itemPath = (itemId: string): string => `/items/${encodeURIComponent(itemId)}`;
export const rulePath = (ruleId: string): string => `/associations?rule=${encodeURIComponent(ruleId)}`;

/** What items are called, by id; who has no title is called by the id. */
export type ItemNames = ReadonlyMap<string, string>;

export function namesOf(items: Iterable<{ item_id: string; title: string | null }>): Map<string, string> {
  const names = new Map<string, string>();
  for (const { item_id, title } of items) if (title) names.set(item_id, title);
  return names;
}

/** Of which orders a rule was learnt: all, a season's, a group's. */
export function useContextName(): (context: string) => string {
  const t = useTexts(goodsTexts);
  const people = useTexts(peopleTexts);
  const language = useLanguage();
  return (context) => {
    const [kind = '', ...rest] = context.split('-');
    const member = rest.join('-');
    if (kind === 'quarter') return t.quarter(member);
    if (kind === 'group') return t.groupOrders(wordOf(people.groups, member));
    if (kind === 'month') {
      const month = new Date(Date.UTC(2024, Number(member) - 1, 15));
      return t.month(new Intl.DateTimeFormat(localeOf(language), { month: 'long', timeZone: 'UTC' }).format(month));
    }
    return wordOf(t.contexts, context);
  };
}
