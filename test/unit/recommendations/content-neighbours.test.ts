import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { CatalogueItem } from '../../../src/intake/index.ts';
import { createContentNeighbours } from '../../../src/recommendations/memory/content/content-neighbours.ts';
import { catalogueItem } from '../../support/shops/catalogue-item.ts';

const words = ['blue', 'red', 'ceramic', 'mug', 'jug', 'tea', 'cup', 'wooden', 'spoon', 'large', 'kettle', 'lamp'];

function someTitles(count: number): string[] {
  const random = seededRandom(31);
  const word = () => words[Math.floor(words.length * random())];
  return Array.from({ length: count }, (_, item) => `${word()} ${word()} ${word()} ${item % 7}`);
}

/** Goods of these titles, and how much has been looked at to find their likes: each like that is found is asked for its family. */
function shopOf(titles: readonly string[], most?: number) {
  const records: CatalogueItem[] = [];
  let looks = 0;
  const familyOf = (item: number) => {
    looks++;
    const { parentId } = records[item];
    return parentId === null ? -1 : Number(parentId);
  };
  const content = createContentNeighbours({ record: (item) => records[item], familyOf }, most);
  const set = (item: number, given: Partial<CatalogueItem>) => {
    const before = records[item] as CatalogueItem | undefined;
    records[item] = catalogueItem(item + 1, given);
    content.update(item, before, records[item]);
  };
  for (const [item, title] of titles.entries()) set(item, { title });
  const looksDuring = (work: () => void) => {
    const before = looks;
    work();
    return looks - before;
  };
  return { content, set, looksDuring, likesOf: (item: number) => Array.from(content.likesOf(item).items) };
}

function drain(parts: Generator<void>): number {
  let count = 0;
  while (!parts.next().done) count++;
  return count;
}

describe('likes of items', () => {
  const titles = someTitles(150);

  // Would see: a question in the way of an answer that could have been found before, and one part that finds all at once.
  test('are found ahead, an item at a time, and are the same as those found when they are asked for', () => {
    const [ahead, asked] = [shopOf(titles), shopOf(titles)];
    drain(ahead.content.prepare());
    drain(asked.content.prepare());
    const parts = ahead.content.findAhead();
    const looksOf = Array.from(titles, () => ahead.looksDuring(() => parts.next()));
    expect(Math.max(...looksOf)).toBeLessThanOrEqual(51);
    expect(Math.min(...looksOf)).toBeGreaterThanOrEqual(1);
    expect(parts.next().done).toBe(true);
    const looks = ahead.looksDuring(() => {
      for (const item of titles.keys()) expect(ahead.likesOf(item)).toEqual(asked.likesOf(item));
    });
    expect(looks).toBe(0);
    expect(Math.max(...Array.from(titles.keys(), (item) => asked.likesOf(item).length))).toBeGreaterThan(8);
  });

  test('know of what came, was renamed or went in the very next answer, although they were found ahead', () => {
    const shop = shopOf(titles);
    drain(shop.content.prepare());
    drain(shop.content.findAhead());
    const [item] = shop.likesOf(0);
    expect(shop.likesOf(item)).toContain(0);
    shop.set(200, { title: titles[0] });
    expect(shop.likesOf(0)[0]).toBe(200);
    shop.set(0, { title: 'Fahrradschlauch' });
    expect(shop.likesOf(item)).not.toContain(0);
    expect(shop.likesOf(item)).toContain(200);
    shop.set(200, { title: titles[0], isProduct: false });
    expect(shop.likesOf(item)).not.toContain(200);
  });

  // Would see: all of them let go of for one that changed.
  test('of one change only those beside it are found anew', () => {
    const shop = shopOf([...titles, 'Fahrradschlauch 28 Zoll', 'Fahrradschlauch 26 Zoll']);
    drain(shop.content.prepare());
    drain(shop.content.findAhead());
    shop.set(151, { title: 'Fahrradschlauch 24 Zoll' });
    expect(shop.likesOf(150)).toEqual([151]);
    const looks = shop.looksDuring(() => {
      for (const item of titles.keys()) shop.likesOf(item);
    });
    expect(looks).toBe(0);
  });

  test('after many changes at once they are found ahead anew', () => {
    const shop = shopOf(titles);
    drain(shop.content.prepare());
    drain(shop.content.findAhead());
    expect(shop.content.isBehind).toBe(false);
    for (let item = 0; item < 30; item++) shop.set(item, { title: titles[149 - item] });
    expect(shop.content.isBehind).toBe(true);
    drain(shop.content.prepare());
    expect(drain(shop.content.findAhead())).toBe(titles.length);
  });

  // Would see: all that is kept let go of as soon as there is one too many.
  test('are kept of a bounded number of items: those that are asked for again and again stay', () => {
    const shop = shopOf(titles, 40);
    drain(shop.content.prepare());
    expect(drain(shop.content.findAhead())).toBe(40);
    const wanted = Array.from({ length: 10 }, (_, place) => 140 + place);
    for (const item of wanted) shop.likesOf(item);
    let looks = 0;
    for (let other = 0; other < 140; other++) {
      shop.likesOf(other);
      looks += shop.looksDuring(() => {
        for (const item of wanted) shop.likesOf(item);
      });
    }
    expect(looks).toBe(0);
    expect(shop.looksDuring(() => shop.likesOf(0))).toBeGreaterThan(0);
  });

  test('are found first of those that will be asked for the most, where not all can be kept', () => {
    const shop = shopOf(titles, 40);
    drain(shop.content.prepare());
    const popular = [140, 3, 7_000, 77, 3];
    expect(drain(shop.content.findAhead(popular))).toBe(40);
    expect(shop.looksDuring(() => [140, 3, 77, 0, 36].map(shop.likesOf))).toBe(0);
    expect(shop.looksDuring(() => shop.likesOf(38))).toBeGreaterThan(0);
  });

  test('have one of each family of variants and none of the own, however many variants stand first', () => {
    const variants = Array.from({ length: 120 }, () => 'blue ceramic mug 1');
    const shop = shopOf([...titles, ...variants, 'blue ceramic mug 1']);
    for (let place = 0; place < 120; place++)
      shop.set(150 + place, { title: variants[place], parentId: String(place % 2) });
    drain(shop.content.prepare());
    const likes = shop.likesOf(270);
    const ofFamilies = likes.filter((item) => item >= 150);
    expect(ofFamilies.slice(0, 2)).toEqual([150, 151]);
    expect(ofFamilies).toHaveLength(2);
    expect(likes.length).toBeGreaterThan(3);
    expect(shop.likesOf(150).filter((item) => item >= 150)).toEqual([151, 270]);
  });
});
