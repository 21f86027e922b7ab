import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';

/** How a member of a dimension is called: groups have words, and facts may tell nothing. */
export function useMemberName(by: string): (member: string) => string {
  const words = useTexts(indicatorTexts);
  return (member) => {
    if (member === '') return words.notTold;
    if (by === 'segment' && member in words.groups) return words.groups[member as keyof typeof words.groups];
    return member;
  };
}
