import { describe, expect, test } from '@jest/globals';
import {
  blendLikes,
  ContentIndex,
  contentSettings,
  type ItemContent,
} from '../../../models/content-neighbours/index.ts';
import { seededRandom } from '../../../models/random.ts';

const bare = { title: null, categories: [], brand: null, attributes: {}, price: Number.NaN };
const titled = (title: string, more: Partial<ItemContent> = {}): ItemContent => ({ ...bare, title, ...more });

type Part = keyof typeof contentSettings.weights;
type Terms = Map<Part, Set<string>>;

/** The terms as they are described, from strings, letter by letter. */
function plainTerms({ title, categories, brand, attributes, price }: ItemContent): Terms {
  const terms: Terms = new Map();
  const add = (part: Part, term: string) => {
    const own = terms.get(part) ?? new Set();
    terms.set(part, own.add(term));
  };
  if (title === null && Object.keys(attributes).length === 0) return terms;
  const tokens: string[] = [];
  let word = '';
  for (const letter of `${(title ?? '').normalize('NFKC').toLowerCase()} `) {
    const isAlone = /[\u3040-\u30ff\u4e00-\u9fff]/u.test(letter);
    if (!isAlone && /[\p{L}\p{N}]/u.test(letter)) word += letter;
    else {
      if (word !== '') tokens.push(word);
      word = '';
      if (isAlone) tokens.push(letter);
    }
  }
  tokens.forEach((one, place) => {
    add('words', one);
    if (place > 0) add('words', `${tokens[place - 1]} ${one}`);
    if (one.length > 1) for (let at = 0; at < one.length; at++) add('letters', `^${one}$`.slice(at, at + 3));
  });
  for (const path of categories)
    for (let depth = 1; depth <= path.length; depth++) add('category', path.slice(0, depth).join('/'));
  if (brand) add('brand', brand.toLowerCase());
  for (const [name, value] of Object.entries(attributes)) add('attributes', `${name}=${value}`);
  if (price > 0) {
    for (const half of [0, 0.5]) add('price', `${half}:${Math.floor(Math.log(price) / Math.log(1.5) + half)}`);
  }
  return terms;
}

/** Every item beside every other, over maps of strings; terms are counted in `counted`, which may be of before. */
function plainLikeness(counted: readonly ItemContent[]) {
  const withTerm = new Map<string, number>();
  for (const content of counted) {
    for (const [part, own] of plainTerms(content)) {
      for (const term of own) withTerm.set(`${part}:${term}`, (withTerm.get(`${part}:${term}`) ?? 0) + 1);
    }
  }
  const vectorOf = (content: ItemContent) => {
    const vector = new Map<string, number>();
    for (const [part, own] of plainTerms(content)) {
      const idf = Array.from(own, (term) => {
        const name = `${part}:${term}`;
        return [name, Math.log(1 + counted.length / (1 + (withTerm.get(name) ?? 0)))] as const;
      });
      const length = Math.hypot(...idf.map(([, value]) => value));
      for (const [name, value] of idf) vector.set(name, (value / length) * Math.sqrt(contentSettings.weights[part]));
    }
    return vector;
  };
  return (one: ItemContent, other: ItemContent) => {
    const [a, b] = [vectorOf(one), vectorOf(other)];
    let sum = 0;
    for (const [name, value] of a) sum += value * (b.get(name) ?? 0);
    return sum / Math.hypot(...a.values()) / Math.hypot(...b.values());
  };
}

const english = [
  'blue',
  'red',
  'ceramic',
  'mug',
  'mugs',
  'jug',
  'tea',
  'cup',
  'wooden',
  'spoon',
  'large',
  'USB-C',
  'cable',
];
const chinese = ['红色', '蓝色', '陶瓷', '马克杯', '茶杯', '木勺', '大号', '数据线', '双肩包'];

function someContent(random: () => number): ItemContent {
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)];
  const words = random() < 0.5 ? english : chinese;
  const title = Array.from({ length: 1 + Math.floor(4 * random()) }, () => one(words)).join(
    words === english ? ' ' : '',
  );
  const path = [one(['Kitchen', 'Office']), one(['Cups', 'Spoons', 'Cables'])];
  return {
    title: random() < 0.95 ? title : null,
    categories: random() < 0.8 ? [path] : [],
    brand: random() < 0.5 ? one(['Nordlys', 'Café', '景德']) : null,
    attributes: random() < 0.4 ? { colour: one(['red', 'blue']), glazed: random() < 0.5 } : {},
    price: random() < 0.8 ? Math.exp(5 * random()) : Number.NaN,
  };
}

describe('likes', () => {
  // Would see: a stale vector after a change, a term counted twice, an entry of an item that has gone.
  test('are the cosines of every pair, as plain strings give them, also after items came, changed and went', () => {
    const random = seededRandom(18);
    const index = new ContentIndex({ ...contentSettings, minimumSimilarity: 0 });
    const contents = new Map(Array.from({ length: 120 }, (_, item) => [item, someContent(random)]));
    for (const [item, content] of contents) index.set(item, content);
    // The first question counts, and what follows is less than an eighth.
    index.likesOf(0, 1);
    const counted = [...contents.values()];
    for (const item of [3, 40, 41]) contents.set(item, someContent(random));
    for (const item of [200, 300, 301]) contents.set(item, someContent(random));
    for (const item of [3, 40, 41, 200, 300, 301]) index.set(item, contents.get(item));
    for (const item of [7, 8]) {
      index.set(item, undefined);
      contents.delete(item);
    }
    const likeness = plainLikeness(counted);
    let compared = 0;
    for (const [item, content] of contents) {
      const { items, similarities } = index.likesOf(item, 400);
      const found = new Map(Array.from(items, (other, place) => [other, similarities[place]]));
      for (const [other, others] of contents) {
        if (other === item) continue;
        const expected =
          plainTerms(content).size === 0 || plainTerms(others).size === 0 ? 0 : likeness(content, others);
        expect(found.get(other) ?? 0).toBeCloseTo(expected, 5);
        compared++;
      }
      expect([...similarities]).toEqual([...similarities].sort((a, b) => b - a));
    }
    expect([index.size, compared]).toEqual([121, 121 * 120]);
  });

  test('a new item is put beside what is called alike, in English and in Chinese', () => {
    const index = new ContentIndex();
    const shelf = [
      'Blue ceramic mug',
      'Red ceramic mug',
      'Oak chopping board',
      'USB-C cable 2 m',
      '红色陶瓷马克杯',
      '双肩电脑包',
      '手机数据线',
    ];
    for (const [item, title] of shelf.entries()) index.set(item, titled(title));
    const nearest = (title: string) => {
      index.set(99, titled(title));
      return shelf[index.likesOf(99, 1).items[0]];
    };
    expect(nearest('Ceramic mugs, blue')).toBe('Blue ceramic mug');
    expect(nearest('蓝色陶瓷马克杯 350ml')).toBe('红色陶瓷马克杯');
    expect(nearest('小米数据线')).toBe('手机数据线');
    expect(nearest('ＵＳＢ－Ｃ Cable, 3 m')).toBe('USB-C cable 2 m');
    expect(index.likesOfText('電腦 双肩', 1).items[0]).toBe(5);
    expect(index.likesOfText('?!', 1).items).toHaveLength(0);
  });

  test('what is of one category and costs the same is not alike for that', () => {
    const index = new ContentIndex();
    const beside = { categories: [['Kitchen']], price: 5 };
    index.set(0, titled('whisk', beside));
    index.set(1, titled('colander', beside));
    index.set(2, { ...bare, ...beside });
    expect(index.likesOf(0, 5).items).toHaveLength(0);
    expect([index.has(0), index.has(2)]).toEqual([true, false]);
  });

  // Would see: an unbounded walk through the entries of words that stand in every title.
  test('a question that may look at few entries goes by the rarest terms, and says what is true of what it finds', () => {
    const random = seededRandom(5);
    const contents = Array.from({ length: 400 }, () => someContent(random));
    const [whole, cut] = [contentSettings.mostEntries, 150].map((mostEntries) => {
      const index = new ContentIndex({ ...contentSettings, mostEntries, mostCompared: 20 });
      for (const [item, content] of contents.entries()) index.set(item, content);
      return index;
    });
    let shared = 0;
    for (let item = 0; item < 50; item++) {
      const all = whole.likesOf(item, 400);
      const truth = new Map(Array.from(all.items, (other, place) => [other, all.similarities[place]]));
      const { items, similarities } = cut.likesOf(item, 5);
      for (const [place, other] of items.entries()) expect(similarities[place]).toBeCloseTo(truth.get(other)!, 5);
      shared += similarities.filter((similarity) => similarity >= all.similarities[4] - 1e-6).length;
    }
    expect(shared).toBeGreaterThan(0.5 * 250);
    expect(shared).toBeLessThanOrEqual(250);
  });

  // Would see: one left out that would have come up by the terms that were passed over, and every question comparing all it may.
  test('where terms are passed over: few are compared whole, and the likes are those of comparing all of them', () => {
    const random = seededRandom(12);
    const names = ['Ground coffee', 'Kitchen towels', 'LED lamp'];
    const shelves = {
      'of words drawn': Array.from({ length: 400 }, () => someContent(random)),
      'titled alike': Array.from({ length: 1_500 }, (_, item) => {
        const categories = [[`Department ${item % 10}`, `Shelf ${item % 30}`]];
        return titled(`${names[item % 3]} No. ${item % 250}`, { categories, price: 1 + (item % 500) / 100 });
      }),
    };
    for (const [name, contents] of Object.entries(shelves)) {
      const settings = { ...contentSettings, mostEntries: name === 'titled alike' ? 700 : 150, mostCompared: 150 };
      const [index, all] = [settings, { ...settings, minimumSimilarity: 0 }].map((one) => {
        const made = new ContentIndex(one);
        for (const [item, content] of contents.entries()) made.set(item, content);
        return made;
      });
      const likeness = plainLikeness(contents);
      const asked = Array.from({ length: 100 }, (_, place) => place * 3);
      let found = 0;
      for (const item of asked) {
        const { items, similarities } = index.likesOf(item, 20);
        // Asked for more than there are, it has to compare each.
        const compared = all.likesOf(item, contents.length);
        const best = compared.similarities.filter((one) => one >= settings.minimumSimilarity).slice(0, 20);
        expect([items, similarities]).toEqual([compared.items.slice(0, best.length), best]);
        for (const [place, other] of items.slice(0, 3).entries())
          expect(similarities[place]).toBeCloseTo(likeness(contents[item], contents[other]), 5);
        found += items.length;
      }
      expect(found).toBeGreaterThan(3 * asked.length);
      expect(all.compared).toBeGreaterThan(50 * asked.length);
      expect(index.compared).toBeLessThan(all.compared * (name === 'titled alike' ? 0.5 : 0.9));
    }
  });
});

test('what stands beside an item is what the formula says of each, best first', () => {
  const random = seededRandom(7);
  const draw = (most: number) => Math.floor(most * random());
  for (let time = 0; time < 200; time++) {
    const purchases = Array.from({ length: 60 }, () => draw(40));
    const some = () => [...new Set(Array.from({ length: draw(30) }, () => 1 + draw(59)))];
    const [neighbours, alike] = [some(), some()];
    const weights = neighbours.map((_, rank) => 5 / (1 + rank));
    const similarities = Float32Array.from(alike, (_, rank) => 0.9 - 0.02 * rank);
    const {
      items,
      weights: found,
      isByContent,
    } = blendLikes(
      0,
      { items: neighbours, weights },
      { items: Int32Array.from(alike), similarities },
      (item) => purchases[item],
    );
    const { priorPurchases: k, priorStrength: s } = contentSettings;
    const [own] = purchases;
    const expected = [...new Set([...neighbours, ...alike])].map((other) => {
      const [rank, place] = [neighbours.indexOf(other), alike.indexOf(other)];
      const trust = alike.length > 0 ? own / (own + k) : 1;
      const behaviour = rank < 0 ? 0 : (trust * weights[rank]) / weights[0];
      const content = place < 0 ? 0 : (k / (k + Math.min(own, purchases[other]))) * s * similarities[place];
      return { other, weight: behaviour + content, isByContent: content > behaviour ? 1 : 0 };
    });
    const positive = expected.filter(({ weight }) => weight > 0);
    expect(new Set(items)).toEqual(new Set(positive.map(({ other }) => other)));
    for (const [place, item] of items.entries()) {
      const one = positive.find(({ other }) => other === item)!;
      expect(found[place]).toBeCloseTo(one.weight, 6);
      expect(isByContent[place]).toBe(one.isByContent);
      if (place > 0) expect(found[place]).toBeLessThanOrEqual(found[place - 1]);
    }
  }
});

test('content counts for what evidence has not said, worked out by hand', () => {
  const settings = { ...contentSettings, priorPurchases: 10, priorStrength: 0.5 };
  const behaviour = { items: [1, 2], weights: [8, 4] };
  const likes = { items: Int32Array.of(2, 3), similarities: Float32Array.of(0.8, 0.6) };
  const rounded = (item: number, purchases: number[]) => {
    const { items, weights, isByContent } = blendLikes(item, behaviour, likes, (one) => purchases[one], settings);
    return Array.from(items, (other, place) => [other, Number(weights[place].toFixed(4)), isByContent[place]]);
  };
  // New: 3 and 2 are as much as content says, and who bought it together with 1 is not known.
  expect(rounded(0, [0, 50, 50, 0])).toEqual([
    [2, 0.4, 1],
    [3, 0.3, 1],
  ]);
  // 30 purchases: behaviour counts 3/4; content of 2 (also 30) a quarter, and of 3, which is new, all.
  expect(rounded(0, [30, 30, 30, 0])).toEqual([
    [1, 0.75, 0],
    [2, 0.475, 0],
    [3, 0.3, 1],
  ]);
});
