import { describe, expect, test } from '@jest/globals';
import { learnRelatedSearches, type Searches, termOf } from '../../../models/association-rules/index.ts';

const minute = 60_000;

interface Search {
  person: number;
  query: string;
  /** minutes after the first of all */
  at?: number;
  results?: number;
}

/** In the order in which the model wants them. */
function searchesOf(all: readonly Search[]): Searches {
  const inOrder = [...all].sort((a, b) => a.person - b.person || (a.at ?? 0) - (b.at ?? 0));
  return {
    people: inOrder.map(({ person }) => person),
    times: inOrder.map(({ at = 0 }) => at * minute),
    queries: inOrder.map(({ query }) => query),
    results: inOrder.map(({ results = Number.NaN }) => results),
  };
}
const by = (people: readonly number[], query: string, more: Omit<Search, 'person' | 'query'> = {}): Search[] =>
  people.map((person) => ({ person, query, ...more }));
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, place) => first + place);

/** Thirty people, each of whom searches for the sale. */
const everybody = by(from(0, 29), 'sale', { at: 3 });
const learn = (...searches: Search[][]) =>
  new Map(learnRelatedSearches(searchesOf([everybody, ...searches].flat())).map((row) => [row.term, row]));

describe('people also searched', () => {
  // tea: 6 of 30, cups: 5, both: 5, where 1 would be chance; Fisher 6 / 142,506; of the tea pot, both 4, 366 / 142,506.
  test('names what the same people searched for, most first, with its share and lift', () => {
    const learnt = learn(
      by(from(0, 5), 'Tea'),
      by(from(0, 4), 'cups', { at: 2 }),
      by(from(0, 3), 'tea pot', { at: 1 }),
      by([9], 'tea pot'),
    );
    expect(learnt.get('tea')).toEqual({
      ...{ term: 'tea', people: 6, isFound: true, related: ['cups', 'tea pot'], shares: [5 / 6, 4 / 6] },
      lifts: [5, 4],
    });
    expect(learnt.get('cups')).toMatchObject({ people: 5, related: ['tea', 'tea pot'], shares: [1, 4 / 5] });
    // Everybody searches for it: that is no sign of anything.
    expect(learnt.get('sale')).toMatchObject({ people: 30, related: [] });
    expect([...learnt.keys()]).toEqual(['sale', 'tea', 'cups', 'tea pot']);
  });

  // Would see: a name, or an address, that one person has typed again and again.
  test('tells no term that fewer than five people typed, however often, nor a pair of fewer than three', () => {
    const often = Array.from({ length: 50 }, () => by(from(0, 3), 'Ada Lovelace')).flat();
    const pairOfTwo = [...by([0, 1], 'scale', { at: 1 }), ...by(from(10, 12), 'scale')];
    const again = Array.from({ length: 20 }, (_, time) => [
      ...by([0, 1], 'tea', { at: 100 * time }),
      ...by([0, 1], 'scale', { at: 100 * time + 1 }),
    ]).flat();
    // Among so many two are more than chance, and still only two.
    const learnt = learn(by(from(0, 5), 'tea'), often, pairOfTwo, again, by(from(30, 299), 'sale'));
    expect(JSON.stringify([...learnt])).not.toContain('lovelace');
    expect(learnt.get('scale')).toMatchObject({ people: 5, related: [] });
    expect(learnt.get('tea')).toMatchObject({ people: 6, related: [] });
  });

  test('what is searched for half an hour later is another session', () => {
    const cups = (at: number) =>
      learn(by(from(0, 5), 'tea', { at: 3 }), by(from(0, 4), 'cups', { at: 3 + at })).get('tea');
    expect(cups(30)?.related).toEqual(['cups']);
    expect(cups(31)?.related).toEqual([]);
    // Of another person it is another one at any time.
    expect(learn(by(from(0, 5), 'tea'), by(from(6, 10), 'cups')).get('tea')?.related).toEqual([]);
  });

  test('leaves out what was typed on, what finds nothing, and who searches for everything', () => {
    const many = Array.from({ length: 31 }, (_, number) => by(from(0, 5), `thing ${number}`)).flat();
    const learnt = learn(
      by(from(10, 15), 'te'),
      by(from(10, 15), 'tea', { at: 1 }),
      by(from(10, 14), 'unicorn', { at: 2, results: 0 }),
      many,
    );
    expect(learnt.get('tea')?.related).toEqual([]);
    expect(learnt.get('te')?.related).toEqual(['tea']);
    // Whoever finds nothing is helped by what others went on to.
    expect(learnt.get('unicorn')).toMatchObject({ isFound: false, related: ['te', 'tea'] });
    expect(learnt.get('thing 1')).toMatchObject({ people: 6, related: [] });
  });

  test('terms are one whatever their case, width and blanks; an address of somebody is none', () => {
    expect(['  Tea   POT ', 'ＴＥＡ　ｐｏｔ', 'tea\tpot'].map(termOf)).toEqual(['tea pot', 'tea pot', 'tea pot']);
    expect(['', '  ', 'ada@shop.example', 'x'.repeat(101), '\ud800'].map(termOf)).toEqual(new Array(5).fill(undefined));
  });
});
