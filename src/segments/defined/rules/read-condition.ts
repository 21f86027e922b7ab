import { z } from 'zod';
import { type CountedFacts, type CountedType, countedItemEventTypes } from '../../../intake/index.ts';
import { toMinor } from '../../../shop/money.ts';
import { parseSegmentId } from '../../segment-id.ts';
import type { AskedWindow, Bounds, Condition, RfmField, TagField, ValueField } from './segment-rule.ts';

const moneyFields: readonly string[] = ['monetary', 'average_order_value', 'expected_order_value', 'expected_revenue'];
/** Tags whose values are a closed list. */
const tagValues: { [Tag in TagField]?: readonly string[] } = {
  'price-band': ['low', 'middle', 'high'],
  'price-sensitivity': ['low', 'middle', 'high'],
  'shopping-hours': ['night', 'morning', 'afternoon', 'evening'],
  'shopping-weekday': ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  'life-cycle-stage': ['new', 'active', 'at-risk', 'lapsed', 'won-back'],
};
const sharesAlone: readonly TagField[] = ['discount-share', 'coupon-share', 'abandonment-at-full-price'];

const number = z.number();
const decimal = z.string().regex(/^-?\d{1,12}(\.\d{1,6})?$/, 'must be a decimal string such as "12.50"');

/** Says of a field of a condition what is wrong with it. */
type Fail = (name: string, message: string) => void;
type Value = Record<string, any>;

/**
 * A condition of its kind.
 * @param value of the shape of the kind
 */
export function toCondition(kind: Condition['kind'], value: Value, minorDigits: number, fail: Fail): Condition {
  switch (kind) {
    case 'segment': {
      for (const [index, id] of (value['segment'] as string[]).entries()) {
        if (!parseSegmentId(id)) fail(`segment/${index}`, 'is not the id of a segment');
      }
      return { kind, segmentIds: value['segment'] };
    }
    case 'tag':
      return toTagCondition(value, fail);
    case 'rfm':
    case 'value': {
      const field = value[kind] as RfmField & ValueField;
      const bounds = readBounds(value, fail, moneyFields.includes(field) ? minorDigits : undefined);
      if (value['at_least'] === undefined && value['at_most'] === undefined) {
        fail('at_least', 'or at_most must be given');
      }
      return { kind, field, ...bounds };
    }
    case 'behaviour':
      return toBehaviourCondition(value, fail);
    case 'attribute':
      return toAttributeCondition(value, fail);
    case 'prediction':
      return { kind, name: value['prediction'], is: value['is'], atLeast: value['at_least'] };
    case 'spend':
      return toSpendCondition(value, minorDigits, fail);
    case 'coupons': {
      const bounds = readCounts(value, fail);
      return {
        kind,
        what: value['coupons'],
        window: readWindow(value, fail),
        campaignId: value['campaign_id'],
        ...bounds,
      };
    }
    case 'last': {
      const { within_days: withinDays, not_within_days: notWithinDays, or_never: orNever = false } = value;
      if (withinDays === undefined && notWithinDays === undefined)
        fail('not_within_days', 'or within_days must be given');
      if (withinDays <= notWithinDays) fail('within_days', 'must be above not_within_days');
      return { kind, what: value['last'], withinDays, notWithinDays, orNever };
    }
    case 'random': {
      const { random: salt, from = 0, below } = value;
      if (below <= from) fail('below', 'must be above from');
      return { kind, salt, from, below };
    }
  }
}

/** Each of these asks for another type of attribute. */
const attributeForms = [
  ['is'],
  ['at_least', 'at_most'],
  ['since', 'before'],
  ['anniversary_within_days', 'anniversary_past_days'],
];

function toAttributeCondition(value: Value, fail: Fail): Condition {
  const [asked, ...more] = attributeForms
    .map((names) => names.find((name) => value[name] !== undefined))
    .filter((name) => name !== undefined);
  for (const name of more) fail(name, `cannot be asked beside ${asked}`);
  if (value['since'] !== undefined && value['before'] !== undefined && value['before'] <= value['since']) {
    fail('before', 'must be after since');
  }
  return {
    kind: 'attribute',
    name: value['attribute'],
    is: (value['is'] as (string | boolean)[] | undefined)?.map(String),
    ...readBounds(value, fail),
    since: value['since'],
    before: value['before'],
    anniversaryWithinDays: value['anniversary_within_days'],
    anniversaryPastDays: value['anniversary_past_days'],
  };
}

function toBehaviourCondition(value: Value, fail: Fail): Condition {
  const behaviour = value['behaviour'] as CountedType;
  const counts = readCounts(value, fail);
  if (value['not_bought'] && !countedItemEventTypes.includes(behaviour)) {
    fail('not_bought', `cannot be asked of a ${behaviour}`);
  }
  const isPurchase = behaviour === 'purchase';
  const foreign = isPurchase ? ['language', 'same_property'] : ['store'];
  for (const name of foreign) if (value[name] !== undefined) fail(name, `cannot be asked of a ${behaviour}`);
  if (isPurchase && value['same'] === 'session') fail('same', 'cannot be a session for a purchase');
  if (value['same'] !== undefined && value['same_property'] !== undefined) {
    fail('same_property', 'cannot be asked beside same');
  }
  const of = {
    ...readGoods(value),
    language: value['language'],
    same: value['same'],
    sameProperty: value['same_property'],
  };
  return { kind: 'behaviour', behaviour, window: readWindow(value, fail), ...of, ...counts };
}

function toSpendCondition(value: Value, minorDigits: number, fail: Fail): Condition {
  const bounds = readBounds(value, fail, minorDigits);
  if (value['at_least'] === undefined && value['at_most'] === undefined) fail('at_least', 'or at_most must be given');
  const inOneOrder = value['same'] === 'order';
  return { kind: 'spend', window: readWindow(value, fail), inOneOrder, ...readGoods(value), ...bounds };
}

function readGoods(value: Value): Omit<CountedFacts, 'same'> {
  return {
    itemId: value['item_id'],
    category: value['category'],
    brand: value['brand'],
    notBought: value['not_bought'] ?? false,
    channel: value['channel'],
    store: value['store'],
  };
}

/** At least once, where nothing else is said. */
function readCounts(value: Value, fail: Fail): Bounds {
  const { atLeast, atMost } = readBounds(value, fail);
  if (atLeast === 0 && atMost === undefined) fail('at_least', 'must be above 0 where there is no at_most');
  return { atLeast: atLeast ?? (atMost === undefined ? 1 : 0), atMost };
}

function readWindow(value: Value, fail: Fail): AskedWindow {
  const [asked, ...more] = ['within_days', 'during', 'since'].filter((name) => value[name] !== undefined);
  if (!asked) fail('within_days', 'or during or since must be given');
  for (const name of more) fail(name, `cannot be asked beside ${asked}`);
  const { since, before } = value;
  if (before !== undefined && since === undefined) fail('before', 'must be given with since');
  if (before !== undefined && since !== undefined && before <= since) fail('before', 'must be after since');
  if (since !== undefined) return { since, before };
  return value['during'] === undefined ? { withinDays: value['within_days'] } : { during: value['during'] };
}

function toTagCondition(value: Value, fail: Fail): Condition {
  const tag = value['tag'] as TagField;
  const is = value['is'] as string[] | undefined;
  const withinDays = value['within_days'] as number | undefined;
  const allowed = tagValues[tag];
  for (const [index, one] of (is ?? []).entries()) {
    if (allowed && !allowed.includes(one)) fail(`is/${index}`, `must be one of ${allowed.join(', ')}`);
  }
  if (is && (sharesAlone.includes(tag) || tag === 'expected-next-order')) fail('is', `cannot be asked of ${tag}`);
  if (withinDays !== undefined && tag !== 'expected-next-order') fail('within_days', `cannot be asked of ${tag}`);
  const bounds = readBounds(value, fail);
  const isMeasured = tag !== 'life-cycle-stage' && tag !== 'expected-next-order';
  if (!isMeasured) {
    for (const name of ['at_least', 'at_most']) {
      if (value[name] !== undefined) fail(name, `cannot be asked of ${tag}`);
    }
  }
  return { kind: 'tag', tag, is, withinDays, ...bounds };
}

/** @param minorDigits of an amount of money, which comes as a decimal string; undefined: it is a number */
function readBounds(value: Value, fail: Fail, minorDigits?: number): Bounds {
  const readBound = (name: string): number | undefined => {
    if (value[name] === undefined) return undefined;
    const parsed = (minorDigits === undefined ? number : decimal).safeParse(value[name]);
    if (!parsed.success) {
      fail(name, minorDigits === undefined ? 'must be a number' : 'must be a decimal string such as "12.50"');
      return undefined;
    }
    return typeof parsed.data === 'string' ? toUnroundedMinor(parsed.data, minorDigits!) : parsed.data;
  };
  const [atLeast, atMost] = [readBound('at_least'), readBound('at_most')];
  if (atLeast !== undefined && atMost !== undefined && atMost < atLeast) fail('at_most', 'is below at_least');
  return { atLeast, atMost };
}

/** A bound may lie between two amounts, and then neither is on it. */
function toUnroundedMinor(amount: string, minorDigits: number): number {
  const finest = 6;
  return toMinor(amount, finest) / 10 ** (finest - minorDigits);
}
