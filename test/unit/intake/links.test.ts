import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Appearance,
  addAppearances,
  customerAt,
  deriveLinks,
  isKnown,
  type Link,
} from '../../../src/intake/people/links.ts';

const day = 86_400_000;
const seen = (customerKey: number, days: number, visitorKey = 1): Appearance => ({
  visitorKey,
  customerKey,
  at: days * day,
});
const inDays = (links: Link[]) =>
  links.map(({ customerKey, validFrom, validUntil }) => [customerKey, validFrom / day, validUntil / day]);

describe('deriveLinks', () => {
  test('who is there before and after a moment that they share with another was there all the time', () => {
    expect(inDays(deriveLinks([seen(8, 100), seen(7, 110), seen(8, 110)]))).toEqual([
      [8, 70, Number.POSITIVE_INFINITY],
    ]);
  });

  test('the first customer reaches 30 days back and stays', () => {
    expect(inDays(deriveLinks([seen(7, 100), seen(7, 150)]))).toEqual([[7, 70, Number.POSITIVE_INFINITY]]);
  });

  test('a customer stays until another appears, who does not reach back into the time of the one before', () => {
    expect(inDays(deriveLinks([seen(7, 100), seen(8, 110), seen(7, 120)]))).toEqual([
      [7, 70, 110],
      [8, 110, 120],
      [7, 120, Number.POSITIVE_INFINITY],
    ]);
  });

  test('visitors have nothing to do with each other', () => {
    expect(inDays(deriveLinks([seen(7, 100, 1), seen(8, 110, 2)]))).toEqual([
      [7, 70, Number.POSITIVE_INFINITY],
      [8, 80, Number.POSITIVE_INFINITY],
    ]);
  });

  test('of two at the same moment one holds it, always the same', () => {
    const links = deriveLinks([seen(8, 110), seen(7, 100), seen(9, 110)]);
    expect(inDays(links)).toEqual([
      [7, 70, 110],
      [9, 110, Number.POSITIVE_INFINITY],
    ]);
    expect(deriveLinks([seen(9, 110), seen(8, 110), seen(7, 100)])).toEqual(links);
  });
});

const appearances = fc.array(
  fc.record({
    visitorKey: fc.integer({ min: 1, max: 2 }),
    customerKey: fc.integer({ min: 1, max: 3 }),
    at: fc.integer({ min: 0, max: 40 }).map((days) => days * day),
  }),
  { maxLength: 20 },
);

test('links of a visitor are disjoint, and every appearance is known by them', () => {
  fc.assert(
    fc.property(appearances, (all) => {
      const links = deriveLinks(all);
      for (const one of links) {
        expect(one.validFrom).toBeLessThan(one.validUntil);
        for (const other of links) {
          if (one !== other && one.visitorKey === other.visitorKey) {
            expect(one.validUntil <= other.validFrom || other.validUntil <= one.validFrom).toBe(true);
          }
        }
      }
      for (const { visitorKey, at } of all) {
        const then = all
          .filter((other) => other.visitorKey === visitorKey && other.at === at)
          .map((other) => other.customerKey);
        expect(then).toContain(
          customerAt(
            links.filter((link) => link.visitorKey === visitorKey),
            at,
          ),
        );
      }
    }),
  );
});

test('an appearance that is known changes nothing, so skipping it is safe', () => {
  fc.assert(
    fc.property(appearances, appearances, (before, news) => {
      const links = deriveLinks(before);
      const unknown = news.filter(
        (one) =>
          !isKnown(
            links.filter((link) => link.visitorKey === one.visitorKey),
            one,
          ),
      );
      const touched = new Set(unknown.map(({ visitorKey }) => visitorKey));
      const of = (visitorKey: number, all: Link[]) => all.filter((link) => link.visitorKey === visitorKey);
      const whole = deriveLinks([...before, ...news]);
      for (const visitorKey of [1, 2]) {
        if (!touched.has(visitorKey)) expect(of(visitorKey, whole)).toEqual(of(visitorKey, links));
      }
    }),
  );
});

/** What the store reads of a visitor's links: the last that begins before the span, those within, the next two. */
function linksNear(links: readonly Link[], from: number, until: number): Link[] {
  const earlier = links.filter(({ validFrom }) => validFrom < from).slice(-1);
  const within = links.filter(({ validFrom }) => validFrom >= from && validFrom <= until);
  const later = links.filter(({ validFrom }) => validFrom > until).slice(0, 2);
  return [...earlier, ...within, ...later];
}

/** Would see: a part of the links that was renewed by itself and does not fit into the whole. */
test('links renewed near new appearances are those that all appearances make', () => {
  // Few moments, some beyond the reach of each other, so that several are seen at one, also at the first of all.
  const days = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0, 1, 45, 90));
  const one = fc.record({ customerKey: fc.integer({ min: 1, max: 3 }), days });
  const ofOne = fc.oneof(fc.array(one, { maxLength: 25 }), fc.array(one, { maxLength: 3 }));
  fc.assert(
    fc.property(ofOne, ofOne, fc.nat(9), fc.nat(60), (before, added, slack, forgotten) => {
      const of = (all: typeof before) => all.map(({ customerKey, days }) => seen(customerKey, days));
      const links = deriveLinks(of(before));
      const news = of(added).filter((one) => !isKnown(links, one));
      if (news.length === 0) return;
      const moments = news.map(({ at }) => at);
      const [from, until] = [Math.min(...moments) - slack * day, Math.max(...moments) + slack * day];
      const near = linksNear(links, from, until);
      // Of what is older only the links are known still.
      const kept = [...before.filter(({ days }) => days >= forgotten), ...added];
      const all = of(kept).sort((a, b) => a.at - b.at || b.customerKey - a.customerKey);
      const following = news.flatMap(
        (one) =>
          all.find(({ at, customerKey }) => at > one.at || (at === one.at && customerKey > one.customerKey)) ?? [],
      );
      const renewed = addAppearances(near, news, following);
      const others = links.filter((link) => !near.includes(link));
      const whole = [...others, ...renewed].sort((a, b) => a.validFrom - b.validFrom);
      const seenByLinks = links.map(({ visitorKey, customerKey, appearedAt: at }) => ({ visitorKey, customerKey, at }));
      expect(whole).toEqual(deriveLinks([...seenByLinks, ...of(kept)]));
    }),
    { numRuns: 1_000 },
  );
});
