import { drawMember, type Random } from '../draws.ts';
import { isDiscounted, priceOn } from '../goods/catalogue.ts';
import type { World } from '../world.ts';
import { noTaste, purses } from './shoppers.ts';

const shareFromTaste = 0.85;
const shareFromSeason = 0.12;
const looksForDiscount = 8;
const looksByPrice = 3;

/** What somebody would take on a day: after taste and season, and as the purse allows. */
export function chooseItem({ catalogue, shoppers }: World, shopper: number, day: number, random: Random): number {
  const season = catalogue.inSeason[day];
  const taste = shoppers.tastes[shopper];
  let pool = catalogue.yearRound;
  if (season && random() < shareFromSeason) pool = season;
  else if (taste !== noTaste && random() < shareFromTaste) pool = catalogue.byTaste[taste];

  let chosen = drawMember(random, pool);
  const price = (item: number) => priceOn(catalogue, item, day);
  const lookFurther = (looks: number, isBetter: (other: number) => boolean) => {
    for (let look = 1; look < looks; look++) {
      const other = drawMember(random, pool);
      if (isBetter(other)) chosen = other;
    }
  };
  switch (purses[shoppers.purses[shopper]]) {
    case 'price-sensitive':
      lookFurther(looksForDiscount, () => !isDiscounted(catalogue, chosen, day));
      break;
    case 'weak':
      lookFurther(looksByPrice, (other) => price(other) < price(chosen));
      break;
    case 'rich':
      lookFurther(looksByPrice, (other) => price(other) > price(chosen));
      break;
  }
  return chosen;
}
