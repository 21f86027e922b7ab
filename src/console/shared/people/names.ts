import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';

/** A text of a table by a key that came from outside; what is not in the table stands for itself. */
export function wordOf(words: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(words, key) ? (words[key] as string) : key;
}

/** What a segment is called, by its id: the published ones by their kind, a shop's own by the name that is given. */
export function useSegmentName(): (segmentId: string, name?: string) => string {
  const t = useTexts(peopleTexts);
  return (segmentId, name) => {
    const [kind = '', ...rest] = segmentId.split('-');
    const member = rest.join('-');
    if (kind === 'group') return wordOf(t.groups, member);
    if (kind === 'klaviyo') return wordOf(t.klaviyo, member);
    if (kind === 'cluster') return t.cluster(member);
    if (kind === 'cell') return t.cell(member[0] ?? '', member[1] ?? '', member[2] ?? '');
    return name ?? segmentId;
  };
}

/** The four groups, the best first. */
export const groupOrder = ['high-value', 'high-quality', 'ordinary', 'low-contribution'] as const;

export const customerPath = (customerId: string): string => `/customers/${encodeURIComponent(customerId)}`;
export const segmentPath = (segmentId: string): string => `/segments/${encodeURIComponent(segmentId)}`;
