import { describe, expect, test } from '@jest/globals';
import { ContentIndex, contentSettings, type ItemContent } from '../../../models/content-neighbours/index.ts';
import { availableBuilds, createKernels } from '../../../models/kernels/index.ts';
import { embeddings } from '../../../models/kernels/sets/embeddings.ts';
import { seededRandom } from '../../../models/random.ts';

const titled = (title: string | null): ItemContent => ({
  title,
  categories: [],
  brand: null,
  attributes: {},
  price: Number.NaN,
});

/** Normal numbers, of Box and Muller. */
function someNumbers(random: () => number, length: number): number[] {
  return Array.from({ length }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

function plainCosine(one: readonly number[], other: readonly number[]): number {
  let [product, ofOne, ofOther] = [0, 0, 0];
  for (const [at, number] of one.entries()) {
    product += number * other[at];
    ofOne += number * number;
    ofOther += other[at] * other[at];
  }
  return product / Math.sqrt(ofOne * ofOther);
}

test.each([1, 3, 8, 100, 768, 2_048])(
  'products of rows of %d bytes are the same whole numbers in every build',
  (width) => {
    const random = seededRandom(width);
    const [wide, count] = [8 * Math.ceil(width / 8), 11];
    // The largest and smallest that there are, and what is drawn.
    const rows = Array.from({ length: count }, (_, row) =>
      Array.from({ length: width }, () => (row < 2 ? 127 - 254 * row : Math.round(254 * random()) - 127)),
    );
    for (const build of availableBuilds(embeddings)) {
      const kernels = createKernels(embeddings, { bytes: count * wide + 4_096, build });
      const bytes = kernels.uint8(count * wide);
      for (const [row, numbers] of rows.entries())
        bytes.set(
          numbers.map((one) => one & 255),
          row * wide,
        );
      const products = kernels.uint32(count);
      for (const asked of [0, 1, 10]) {
        kernels.run('multiplyRows', [
          [bytes.byteOffset, count, wide, bytes.byteOffset + asked * wide, products.byteOffset],
        ]);
        const expected = rows.map((numbers) => numbers.reduce((sum, one, at) => sum + one * rows[asked][at], 0));
        expect(Array.from(products, (one) => one | 0)).toEqual(expected);
      }
    }
  },
);

describe('items with embeddings', () => {
  // Would see: rows that change places when one goes, room that is made anew without what was there, a byte of the wrong sign.
  test.each([5, 64, 768])(
    'of %d numbers are as alike as the cosines say, also after some came, changed and went',
    (length) => {
      const random = seededRandom(length);
      const index = new ContentIndex({ ...contentSettings, minimumSimilarity: 0 });
      const numbers = new Map<number, number[]>();
      const set = (item: number) => {
        numbers.set(
          item,
          someNumbers(random, length).map((one) => 1e-3 * one),
        );
        index.setEmbedding(item, numbers.get(item));
      };
      for (let item = 0; item < 700; item++) index.set(item, titled(null));
      for (let item = 0; item < 600; item++) set(item);
      for (const item of [3, 599, 650]) set(item);
      for (const item of [0, 598, 650]) {
        numbers.delete(item);
        index.setEmbedding(item, undefined);
      }
      for (const item of [1, 300, 597, 599]) {
        const { items, similarities } = index.likesOf(item, 700);
        const found = new Map(Array.from(items, (other, place) => [other, similarities[place]]));
        for (const [other, its] of numbers) {
          if (other === item) continue;
          const cosine = plainCosine(numbers.get(item)!, its);
          expect(Math.abs((found.get(other) ?? 0) - Math.max(0, cosine))).toBeLessThan(length < 10 ? 0.01 : 0.004);
        }
        expect(items.length).toBeGreaterThan(200);
        expect(items.every((other) => numbers.has(other))).toBe(true);
      }
      expect([0, 598, 650, 1].map((item) => index.has(item))).toEqual([false, false, false, true]);
      index.set(2, undefined);
      expect(index.likesOf(1, 700).items).not.toContain(2);
    },
  );

  // Would see: an embedding that counts where only one of two items has it, and terms passed over that are never looked at.
  test.each([10_000, 60])('weigh it as one more part of those that both have; %d entries looked at', (mostEntries) => {
    const random = seededRandom(9);
    const words = ['blue', 'red', 'ceramic', 'mug', 'jug', 'tea', 'wooden', 'spoon', 'kettle', 'lamp'];
    const word = () => words[Math.floor(words.length * random())];
    const titles = Array.from({ length: 200 }, () => `${word()} ${word()}`);
    const numbers = titles.map((_, item) => (item % 3 === 0 ? undefined : someNumbers(random, 40)));
    const settings = { ...contentSettings, minimumSimilarity: 0, mostEntries };
    const [plain, index] = [new ContentIndex({ ...settings, mostEntries: 10_000 }), new ContentIndex(settings)];
    for (const [item, title] of titles.entries()) {
      plain.set(item, titled(title));
      index.set(item, titled(title));
      index.setEmbedding(item, numbers[item]);
    }
    const { words: ofWords, letters, embedding: weight } = settings.weights;
    const own = ofWords + letters;
    for (let item = 0; item < 30; item++) {
      const ofTerms = plain.likesOf(item, 200);
      const cosines = new Map(Array.from(ofTerms.items, (other, place) => [other, ofTerms.similarities[place]]));
      const expected = titles.map((_, other) => {
        const terms = cosines.get(other) ?? 0;
        const [one, its] = [numbers[item], numbers[other]];
        return one && its ? (own * terms + weight * plainCosine(one, its)) / (own + weight) : terms;
      });
      const { items, similarities } = index.likesOf(item, 200);
      const found = new Map(Array.from(items, (other, place) => [other, similarities[place]]));
      for (const [other, likeness] of expected.entries()) {
        // Where terms are passed over those with nothing but such are not found.
        if (other === item || (mostEntries < 100 && !found.has(other))) continue;
        expect(Math.abs((found.get(other) ?? 0) - Math.max(0, likeness))).toBeLessThan(0.004);
      }
      expect([...similarities]).toEqual([...similarities].sort((a, b) => b - a));
      const embedded = expected.filter((likeness, other) => numbers[other] && other !== item && likeness > 0.3);
      const missed = embedded.length - items.filter((other) => numbers[other] && expected[other] > 0.3).length;
      if (numbers[item]) expect(missed).toBeLessThanOrEqual(mostEntries < 100 ? 1 : 0);
    }
  });

  test('of another length than before forget all others', () => {
    const index = new ContentIndex();
    for (const item of [0, 1, 2]) index.set(item, titled(null));
    index.setEmbedding(0, [1, 2, 3]);
    index.setEmbedding(1, [1, 2, 3]);
    index.setEmbedding(2, [1, 2]);
    expect([0, 1, 2].map((item) => index.has(item))).toEqual([false, false, true]);
    expect(index.likesOf(2, 5).items).toHaveLength(0);
    index.setEmbedding(1, [2, 4]);
    expect(Array.from(index.likesOf(2, 5).items)).toEqual([1]);
    for (const wrong of [[0, 0], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 1], []])
      expect(() => index.setEmbedding(0, wrong)).toThrow('finite numbers that are not all 0');
  });

  // Items of 50 kinds, called by three names that are drawn from those of all kinds.
  test('are found beside their kind where titles mislead: Recall@10 of planted kinds', () => {
    const random = seededRandom(77);
    const [kinds, ofEach, length] = [50, 11, 96];
    const centres = Array.from({ length: kinds }, () => someNumbers(random, length));
    const [plain, index] = [new ContentIndex(), new ContentIndex()];
    for (let item = 0; item < kinds * ofEach; item++) {
      const kind = item % kinds;
      const named = [1, 2, 3].map(() => Math.floor(kinds * random()));
      const title = named.map((one) => `name${one} word${one % 10}`).join(' ');
      const noise = someNumbers(random, length);
      plain.set(item, titled(title));
      index.set(item, titled(title));
      index.setEmbedding(
        item,
        centres[kind].map((one, at) => one + 0.8 * noise[at]),
      );
    }
    const recall = (one: ContentIndex) => {
      let hits = 0;
      for (let item = 0; item < kinds; item++)
        hits += one.likesOf(item, 10).items.filter((other) => other % kinds === item % kinds).length;
      return hits / (10 * kinds);
    };
    expect(recall(plain)).toBeLessThan(0.1);
    expect(recall(index)).toBeGreaterThan(0.95);
  });
});
