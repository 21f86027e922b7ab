import { itemId } from '../facts/ids.ts';
import type { World } from '../world.ts';
import { isSeasonal, planted, type TradeTruth } from './planted.ts';
import { surveyOf } from './survey.ts';
import { badFrom } from './visits.ts';

/** What was planted in a shop with `indicators`. */
export function createTradeTruth(world: World): TradeTruth {
  const { calendar, catalogue } = world;
  const { badCategory: category, badRating: rating, usualRating, ...told } = planted;
  return {
    ...told,
    seasonalItems: catalogue.items.map(({ item_id }) => item_id).filter((_, item) => isSeasonal(item)),
    badGoods: { category, from: calendar.dates[badFrom(calendar.days)], rating, usualRating },
    stockOuts() {
      const { soldOutFrom, soldOutTo } = surveyOf(world);
      return Array.from(soldOutFrom, (from, item) => ({ from, to: soldOutTo[item], item })).flatMap(
        ({ from, to, item }) =>
          from < 0 ? [] : [{ itemId: itemId(item), from: calendar.dates[from], to: calendar.dates[to] }],
      );
    },
  };
}
