import { useSegmentName } from '../../shared/people/names.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';

/** How a member of a dimension is called: groups have words, and facts may tell nothing. */
export function useMemberName(by: string): (member: string) => string {
  const words = useTexts(indicatorTexts);
  const segmentName = useSegmentName();
  return (member) => {
    if (member === '') return words.notTold;
    return by === 'segment' ? segmentName(member) : member;
  };
}
