import { creditedLines, listCountsRelation, storedCredits } from '../../attribution/touches/store.ts';

/** What lists were seen, clicked and put in the cart from on the days. */
export const listCounts = `
  select counted.* from days join ${listCountsRelation} as counted on counted.day = days.day`;

const credits = '(select stored.* from days join list_credits as stored on stored.day = days.day)';

/** Sale lines of the days with the list that earns them: the last that they came from. */
export const earnedLines = (minorDigits: number) => `
  select earned.* from ${creditedLines(credits, minorDigits)} as earned
  where earned.touch_number = earned.touches and earned.kind <> 'shown'`;

/** Sale lines of the days without one, of items that a list had shown to the person. */
export const assistedLines = (minorDigits: number) => `
  select assisted.* from ${creditedLines(credits, minorDigits)} as assisted where assisted.kind = 'shown'`;

/** Facts of the days that name a list, or came from one. */
export const listFacts = `
  select counted.day, (counted.impressions + counted.clicks + counted.cart_adds)::bigint as facts
  from days join ${listCountsRelation} as counted on counted.day = days.day
  union all
  select stored.day, 1 from days join ${storedCredits} as stored on stored.day = days.day where stored.kind <> 'shown'`;
