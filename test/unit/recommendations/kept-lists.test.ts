import { expect, test } from '@jest/globals';
import { nothingReleased } from '../../../src/recommendations/learnt/served-release.ts';
import type { Audience } from '../../../src/recommendations/lists/audience/audience.ts';
import { type MadeList, wholeText, withBytes } from '../../../src/recommendations/lists/made-list.ts';
import { makePersonalList } from '../../../src/recommendations/lists/personal-list.ts';
import { listText } from '../../../src/recommendations/lists/write-answer.ts';
import { createCatalogue } from '../../../src/recommendations/memory/catalogue/catalogue.ts';
import { createKeptLists, type Keeper } from '../../../src/recommendations/memory/kept-lists.ts';
import type { ServingMemory } from '../../../src/recommendations/memory/serving-memory.ts';

test('a list is made anew after a minute, however often it is asked for: behaviours fade', () => {
  const { keepOrMake } = createKeptLists(10);
  const keeper: Keeper = { kept: undefined };
  let made = 0;
  const ask = (now: number) =>
    keepOrMake(keeper, '10', 1, now, () => ({ itemKeys: String(++made) }) as MadeList).itemKeys;
  // The first is not kept, as most ask once.
  expect([ask(0), ask(1_000), ask(59_999)]).toEqual(['1', '2', '2']);
  expect([ask(60_000), ask(60_001), ask(119_999)]).toEqual(['3', '4', '4']);
  expect(ask(120_000)).toBe('5');
});

// Would see: a customer who was found before a release and answered after it, held with the old release from then on.
test('who was read before the release changed gets a list that is not kept', () => {
  const memory = { catalogue: createCatalogue(), keptLists: createKeptLists(10), release: { ...nothingReleased } };
  const keptFor = (release: typeof nothingReleased) => {
    const customer = {
      release,
      behaviours: new Float64Array(),
      shown: new Float64Array(0),
      candidates: undefined,
      kept: undefined,
    };
    const audience = {
      customer,
      release,
      visitorBehaviours: [],
      visitorShown: [],
      visitorSearches: [],
      mayBePersonal: true,
    } as unknown as Audience;
    makePersonalList(memory as unknown as ServingMemory, audience, { limit: 5 }, 0);
    return customer.kept;
  };
  expect(keptFor(memory.release)).toMatchObject({ shape: '5 en ' });
  expect(keptFor({ ...nothingReleased })).toBeUndefined();
});

test('what is kept as bytes is the text of the very list, and not of one that was made from it', () => {
  const made = {
    release: nothingReleased,
    model: 'popularity',
    toppedUp: 1,
    itemsJson: '[{"title":"茶"}]',
  } as MadeList;
  const textOf = (list: MadeList) =>
    wholeText(listText(list, { servedFrom: 'live', degraded: false } as unknown as Audience, 'id', '', 0));
  const before = textOf(made);
  expect(JSON.parse(before).items).toEqual([{ title: '茶' }]);
  expect(listText(withBytes(made), {} as Audience, 'id', '', 0).rest).toBeInstanceOf(Buffer);
  expect(textOf(made)).toBe(before);
  expect(JSON.parse(textOf({ ...made, itemsJson: '[]' })).items).toEqual([]);
});
