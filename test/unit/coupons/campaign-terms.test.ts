import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { budgetObstacle } from '../../../src/coupons/budgets/budget-left.ts';
import {
  contentHash,
  couponValidUntil,
  readTerms,
  reservationOf,
  statusOf,
} from '../../../src/coupons/campaigns/campaign-terms.ts';
import { canBeOwn, createCode, createCodes, normaliseCode } from '../../../src/coupons/codes/code-text.ts';
import { discountOn } from '../../../src/coupons/discounts/discount-lines.ts';
import { linesInScope, priceLines, totalOf } from '../../../src/coupons/discounts/priced-lines.ts';
import type { CampaignElement } from '../../../src/coupons/request-elements.ts';
import { PannierError } from '../../../src/errors.ts';

const spring: CampaignElement = {
  campaign_id: 'spring-10',
  name: 'Spring',
  discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
  valid_from: '2026-03-01T00:00:00Z',
  valid_until: '2026-04-01T00:00:00Z',
  budget: { coupons: 100, money: '500.00' },
};

function faultsOf(change: Partial<CampaignElement>, digits = 2): string[] {
  try {
    readTerms({ ...spring, ...change }, digits);
  } catch (error) {
    expect(error).toBeInstanceOf(PannierError);
    expect((error as PannierError).code).toBe('invalid_request');
    return (error as PannierError).faults.map(({ field }) => field);
  }
  return [];
}

describe('terms of a campaign', () => {
  test('absent fields get their defaults, money becomes minor units, lists are sets in order', () => {
    const terms = readTerms(
      {
        ...spring,
        minimum_spend: '20',
        applies_to: { item_ids: ['I2', 'I1', 'I2'] },
        target_groups: ['ordinary', 'high-value'],
      },
      2,
    );
    expect(terms).toMatchObject({
      discount: { type: 'percent', percent: 10, maximumMinor: 500 },
      couponValidDays: 14,
      couponBudget: 100,
      moneyBudgetMinor: 50_000,
      limitPerCustomer: 1,
      minimumSpendMinor: 2_000,
      targetGroups: ['high-value', 'ordinary'],
      itemIds: ['I1', 'I2'],
      categories: [],
      priority: 0,
    });
  });

  test.each<[string, Partial<CampaignElement>, string[]]>([
    ['ends before it begins', { valid_until: '2026-02-01T00:00:00Z' }, ['/valid_until']],
    ['ends as it begins, in another zone', { valid_until: '2026-03-01T02:00:00+02:00' }, ['/valid_until']],
    ['percent without percent', { discount: { type: 'percent', maximum_discount: '5' } }, ['/discount/percent']],
    [
      'percent with amount',
      { discount: { type: 'percent', percent: 5, amount: '1', maximum_discount: '5' } },
      ['/discount/amount'],
    ],
    [
      'percent too fine',
      { discount: { type: 'percent', percent: 0.00001, maximum_discount: '5' } },
      ['/discount/percent'],
    ],
    ['amount without amount', { discount: { type: 'amount' } }, ['/discount/amount']],
    ['amount with percent', { discount: { type: 'amount', amount: '5', percent: 5 } }, ['/discount/percent']],
    [
      'amount with maximum',
      { discount: { type: 'amount', amount: '5', maximum_discount: '5' } },
      ['/discount/maximum_discount'],
    ],
    ['amount of nothing', { discount: { type: 'amount', amount: '0.00' } }, ['/discount/amount']],
    ['amount below a minor unit', { discount: { type: 'amount', amount: '0.009' } }, ['/discount/amount']],
    [
      'maximum of nothing',
      { discount: { type: 'percent', percent: 10, maximum_discount: '0' } },
      ['/discount/maximum_discount'],
    ],
    [
      'money budget, percent, no maximum',
      { discount: { type: 'percent', percent: 10 } },
      ['/discount/maximum_discount'],
    ],
    ['money budget below one coupon', { budget: { money: '4.99' } }, ['/budget/money']],
    ['money budget of part of a minor unit', { budget: { money: '500.001' } }, ['/budget/money']],
    ['minimum spend of part of a minor unit', { minimum_spend: '0.005' }, ['/minimum_spend']],
    [
      'several at once',
      { valid_until: spring.valid_from, discount: { type: 'amount' } },
      ['/discount/amount', '/valid_until'],
    ],
    ['a budget of exactly one coupon', { budget: { money: '5' } }, []],
    ['no maximum without a money budget', { discount: { type: 'percent', percent: 10 }, budget: { coupons: 1 } }, []],
    ['zeros beyond the minor unit', { minimum_spend: '20.000000' }, []],
    ['small letters in times', { valid_from: '2026-03-01t00:00:00z' }, []],
  ])('%s', (_, change, fields) => {
    expect(faultsOf(change)).toEqual(fields);
  });

  test('the currency decides how fine money is', () => {
    const yen: Partial<CampaignElement> = { discount: { type: 'amount', amount: '100' }, budget: { money: '1000.5' } };
    expect(faultsOf(yen, 0)).toEqual(['/budget/money']);
    expect(faultsOf(yen, 2)).toEqual([]);
  });

  test('the same content has the same hash however it is written, other content another', () => {
    const hash = (change: Partial<CampaignElement>) =>
      contentHash(readTerms({ ...spring, ...change }, 2)).toString('hex');
    expect(hash({ valid_from: '2026-03-01T01:00:00+01:00', budget: { money: '500', coupons: 100 }, priority: 0 })).toBe(
      hash({}),
    );
    expect(hash({ name: 'Other' })).not.toBe(hash({}));
    expect(hash({ budget: { money: '500' } })).not.toBe(hash({}));
  });

  test('the status follows the dates, and then the pause', () => {
    const terms = { ...readTerms(spring, 2), paused: false, openedAt: null };
    const at = (time: string, paused = false) => statusOf({ ...terms, paused }, new Date(time));
    expect(at('2026-02-28T23:59:59.999Z')).toBe('scheduled');
    expect(at('2026-03-01T00:00:00Z')).toBe('active');
    expect(at('2026-03-31T23:59:59.999Z', true)).toBe('paused');
    expect(at('2026-04-01T00:00:00Z', true)).toBe('ended');
  });

  test('a code lives its days, and not beyond the campaign', () => {
    const terms = readTerms(spring, 2);
    expect(couponValidUntil(terms, new Date('2026-03-01T12:00:00Z'))).toEqual(new Date('2026-03-15T12:00:00Z'));
    expect(couponValidUntil(terms, new Date('2026-03-30T00:00:00Z'))).toEqual(new Date('2026-04-01T00:00:00Z'));
  });
});

describe('discounts', () => {
  test.each([
    [2_996, 10, null, 300],
    [2_995, 10, null, 300],
    [2_994, 10, null, 299],
    [10_000, 10, 500, 500],
    [1, 50, null, 1],
    [1, 49, null, 0],
    [10_001, 33.3333, null, 3_334],
    [9_007_199_254_740_991, 100, null, 9_007_199_254_740_991],
  ])('%d minor units, %d percent, at most %p: %d', (total, percent, maximumMinor, discount) => {
    expect(discountOn(total, { type: 'percent', percent, maximumMinor })).toBe(discount);
  });

  test('an amount is never above the total', () => {
    expect(discountOn(1_000, { type: 'amount', amountMinor: 300 })).toBe(300);
    expect(discountOn(299, { type: 'amount', amountMinor: 300 })).toBe(299);
  });

  test('never more than reserved, nor than the total, where there is a bound', () => {
    const discounts = fc.oneof(
      fc.record({ type: fc.constant('amount' as const), amountMinor: fc.integer({ min: 1, max: 1e6 }) }),
      fc.record({
        type: fc.constant('percent' as const),
        percent: fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 10_000),
        maximumMinor: fc.integer({ min: 1, max: 1e6 }),
      }),
    );
    fc.assert(
      fc.property(discounts, fc.nat(1e9), (discount, total) => {
        const given = discountOn(total, discount);
        expect(Number.isSafeInteger(given)).toBe(true);
        expect(given).toBeGreaterThanOrEqual(0);
        expect(given).toBeLessThanOrEqual(Math.min(total, reservationOf(discount)));
      }),
    );
  });

  test('what is reserved: the amount, the maximum, or nothing where there is none', () => {
    expect(reservationOf({ type: 'amount', amountMinor: 300 })).toBe(300);
    expect(reservationOf({ type: 'percent', percent: 10, maximumMinor: 500 })).toBe(500);
    expect(reservationOf({ type: 'percent', percent: 10, maximumMinor: null })).toBe(0);
  });
});

describe('carts', () => {
  const cart = priceLines(
    [
      { item_id: 'beans', quantity: 4, unit_price: '7.495' },
      { item_id: 'soap', quantity: 1, unit_price: '2.00' },
      { item_id: 'unheard-of', quantity: 3, unit_price: '0.001' },
    ],
    2,
  );
  const coffee = (ids: readonly string[]) => new Set(ids.filter((id) => id === 'beans'));
  const never = () => {
    throw new Error('the whole cart needs no catalogue');
  };

  test('lines are rounded once each, the scope takes its own', () => {
    expect(cart.map((line) => line.amountMinor)).toEqual([2_998, 200, 0]);
    expect(totalOf(cart)).toBe(3_198);
    expect(linesInScope({ itemIds: [], categories: [], bundle: [] }, cart, never)).toEqual(cart);
    expect(linesInScope({ itemIds: [], categories: ['Food > Coffee'], bundle: [] }, cart, coffee)).toEqual([cart[0]]);
  });
});

test('a budget has room for one more, or not, to the last unit', () => {
  const none = { issued: 0, redeemed: 0, expired: 0, released: 0, reversed: 0 };
  const counters = { ...none, moneyReservedMinor: 0, moneyRedeemedMinor: 0, moneyReversedMinor: 0 };
  const having = (change: Partial<typeof counters>) => budgetObstacle(readTerms(spring, 2), { ...counters, ...change });
  expect(having({ issued: 99, moneyReservedMinor: 20_000, moneyRedeemedMinor: 29_500 })).toBeUndefined();
  expect(having({ issued: 99, moneyReservedMinor: 20_000, moneyRedeemedMinor: 29_501 })).toBe('money-budget-spent');
  const reversed = { moneyReservedMinor: 20_000, moneyRedeemedMinor: 29_501, moneyReversedMinor: 1 };
  expect(having(reversed)).toBeUndefined();
  expect(having({ issued: 100 })).toBe('coupon-budget-spent');
});

describe('codes', () => {
  test('sixteen unambiguous characters of thirty-two in four groups, no two alike, all used', () => {
    const codes = [...Array.from({ length: 1_000 }, createCode), ...createCodes(5_000)];
    expect(codes.length).toBe(6_000);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    expect(new Set(codes).size).toBe(6_000);
    const characters = codes.map((code) => code.replaceAll('-', ''));
    expect(new Set(characters.join('')).size).toBe(32);
    // 80 bits, each place by itself: every character at every place.
    for (let place = 0; place < 16; place++) expect(new Set(characters.map((code) => code[place])).size).toBe(32);
  });

  const made = 'K7Q2-9XFM-3TRB-0WN1';
  test.each([
    ['small letters', 'k7q2-9xfm-3trb-0wn1'],
    ['no separators', ' K7Q29XFM3TRB0WN1 '],
    ['look-alikes', 'K7Q2 9XFM 3TRB OWNI'],
    ['small look-alikes', 'K7Q2-9XFM-3TRB-oWNl'],
    ['dots and underscores', 'K7Q2.9XFM_3TRB·0WN1'],
    ['en dash, em dash, minus, non-breaking hyphen', 'K7Q2–9XFM—3TRB−0WN1‑'],
    ['full-width', 'Ｋ７Ｑ２－９ＸＦＭ．３ＴＲＢ＿０ＷＮ１'],
    ['full-width small look-alikes', 'ｋ７ｑ２　９ｘｆｍ　３ｔｒｂ　ｏｗｎｌ'],
    ['a blank that does not break, a narrow one, a tab', 'K7Q2\u00a09XFM\u202f3TRB\t0WN1'],
    ['nothing that one sees', '\ufeffK7Q2\u200b-9X\u00adFM\u2060-3TRB\u200d-0WN1\u200e\ufe0f'],
    ['a line end and a NUL', 'K7Q2-9XFM-3TRB-0WN1\r\n\u0000'],
    ['ideographic full stops and bullets', 'K7Q2。9XFM・3TRB•0WN1'],
    ['in circles', 'Ⓚ⑦Ⓠ②9XFM3TRB0WN1'],
  ])('typed with %s it is the same code', (_, typed) => {
    expect(normaliseCode(typed)).toBe(made);
  });

  test.each([
    ['CAFÉ2026', ['café2026', 'cafe\u03012026', 'Café 2026', 'ＣＡＦÉ２０２６'], 'CAFE2026'],
    ['straße', ['STRASSE', 'Straẞe', 'STRAßE'], 'STRASE'],
    ['весна26', ['ВЕСНА26', 'Весна-26', 'в.е.с.н.а.2.6'], 'весна27'],
    ['σίσυφος', ['ΣΊΣΥΦΟΣ', 'Σίσυφοσ'], 'σισυφος'],
    ['春节大促', ['春节-大促', '春 节 大 促', '春节大促\u200b'], '春节大减'],
    ['ｶﾌｪｵｰﾚ', ['カフェオーレ', 'カフェ・オーレ'], 'カフェオレ'],
    ['🍺🍺🍺🍺', ['🍺 🍺 🍺 🍺', '🍺\ufe0f🍺🍺🍺', '🍺🍺\u200d🍺🍺'], '🍺🍺🍺🍷'],
    ['ﬁnale', ['FINALE', 'finale'], 'fnale'],
  ])('%s of the shop’s own making is found as it is typed, and no other is', (own, typed, other) => {
    const kept = normaliseCode(own);
    expect(canBeOwn(kept)).toBe(true);
    for (const text of typed) expect(normaliseCode(text)).toBe(kept);
    expect(normaliseCode(other)).not.toBe(kept);
  });

  test.each([
    '',
    '-',
    '§§§§',
    'A-B-C',
    '🍺🍺🍺',
    'e\u0301e\u0301e\u0301',
    '50%OFF',
    'a\u0301\u0302\u0303\u0304',
    '\ufdfa'.repeat(64),
  ])('%j cannot be one', (own) => {
    expect(canBeOwn(normaliseCode(own))).toBe(false);
  });

  test('the form in which a code is kept is its own, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (typed) => {
        const kept = normaliseCode(typed);
        expect(normaliseCode(kept)).toBe(kept);
        expect(normaliseCode(typed.normalize('NFD'))).toBe(normaliseCode(typed.normalize('NFC')));
      }),
      { numRuns: 5_000 },
    );
  });
});
