import { describe, expect } from '@jest/globals';
import { type OperationId, readDocument } from '../../../src/http/document/document.ts';
import { createValidators } from '../../../src/http/requests/validation.ts';
import { onThisMachine, timed } from '../../support/jest/machine.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';

const document = readDocument();
const validators = createValidators(document, 2);
const validatorOf = (id: OperationId) => validators(document.operations.find((operation) => operation.id === id)!);

usually.test('the schemas of every operation can be compiled, though each is when it is first asked', () => {
  for (const operation of document.operations) {
    const validator = validators(operation);
    validator.parameters({});
    validator.body({});
    validator.isWhole({});
    if (operation.batch) validator.malformed({ [operation.batch.field]: [{}] });
  }
});

/** Ajv with all its errors took 5.5 s for 39,000 faulty events and grew with the square of their number. */
const atMost = onThisMachine(700);

describe('a faulty body costs no more than a sound one of its size', () => {
  const many = (element: unknown, count = 2_000_000) => Array.from({ length: count }, () => element);

  usually.test.each<[OperationId, string]>([
    ['recommend', 'recent_item_ids'],
    ['createCampaign', 'target_groups'],
    ['createCampaign', 'limits'],
    ['decideCoupon', 'cart'],
    ['redeemCoupon', 'lines'],
    ['qualifyCoupons', 'codes'],
    ['startTrainingRun', 'models'],
  ])('%s: two million faulty elements of %s', (id, field) => {
    const { result, milliseconds } = timed(() => validatorOf(id).body({ [field]: many(null) }));
    expect(result.told.length).toBeGreaterThan(0);
    expect(result.told.length).toBeLessThanOrEqual(100);
    expect(milliseconds).toBeLessThan(atMost);
  });

  usually.test('a list that is short enough: the first hundred faults, and that there are more', () => {
    const { result, milliseconds } = timed(() =>
      validatorOf('recommend').body({ exclude_item_ids: many(null, 1_000) }),
    );
    expect(result.told.map(({ field }) => field)).toEqual(
      Array.from({ length: 100 }, (_, index) => `/exclude_item_ids/${index}`),
    );
    expect(result.more).toBe(true);
    expect(milliseconds).toBeLessThan(atMost);
  });

  usually.test('a list that is too long is told so, not what is wrong with what is in it', () => {
    const { told, more } = validatorOf('recommend').body({ exclude_item_ids: many(null, 1_001) });
    expect(told).toEqual([{ field: '/exclude_item_ids', message: 'must NOT have more than 1000 items' }]);
    expect(more).toBe(false);
  });

  thoroughly.test('a hundred thousand unknown fields', () => {
    const body = Object.fromEntries(many(1, 100_000).map((value, index) => [`field-${index}`, value]));
    const { result, milliseconds } = timed(() => validatorOf('createCampaign').body(body));
    expect(result.told).toEqual([{ field: '/', message: 'has more than 10000 fields' }]);
    expect(milliseconds).toBeLessThan(atMost);
    const fewer = Object.fromEntries(Object.entries(body).slice(0, 9_000));
    const { told, more } = validatorOf('createCampaign').body(fewer);
    expect([told.length, more]).toEqual([100, true]);
  });

  usually.test('texts that cannot be stored', () => {
    const { result, milliseconds } = timed(() => validatorOf('recommend').body({ cart_item_ids: many('\0') }));
    expect([result.told.length, result.more]).toEqual([100, true]);
    expect(milliseconds).toBeLessThan(atMost);
  });

  thoroughly.test('nested as deep as five megabytes can be', () => {
    const { result, milliseconds } = timed(() => {
      const value = JSON.parse(`{"cart_item_ids": ${'['.repeat(2_400_000)}${']'.repeat(2_400_000)}}`);
      return validatorOf('recommend').body(value);
    });
    expect(result.told).toEqual([
      { field: `/cart_item_ids${'/0'.repeat(11)}`, message: 'is nested deeper than 12 levels' },
    ]);
    expect(milliseconds).toBeLessThan(4 * atMost);
  });

  usually.test('every parameter of a query that is full of faults', () => {
    const { result, milliseconds } = timed(() =>
      validatorOf('getCustomerRecommendations').parameters({ customer_id: 'C1', exclude: many('', 200) }),
    );
    expect(result.more).toBe(true);
    expect(milliseconds).toBeLessThan(atMost);
  });
});

describe('the elements of a batch are judged each by itself', () => {
  const batches = document.operations.filter(({ batch }) => batch !== undefined);

  usually.test('of every operation that takes the shop’s facts in bulk, and of a list’s members', () => {
    expect(batches.map(({ id }) => id).sort()).toEqual([
      'recordCosts',
      'recordEvents',
      'recordMarketFigures',
      'recordOrders',
      'recordRefunds',
      'replaceSegmentMembers',
      'upsertCustomers',
      'upsertItems',
    ]);
  });

  usually.test.each(batches.map(({ id, batch }) => [id, batch!.field] as const))(
    '%s: the envelope alone',
    (id, field) => {
      const validator = validatorOf(id);
      expect(validator.body({ [field]: [1, null, 'a\0', { a: 1 }] })).toEqual({ told: [], more: false });
      expect(validator.body({ [field]: 1 }).told.map((fault) => fault.field)).toEqual([`/${field}`]);
      expect(validator.body({ [field]: [1], more: 1 }).told.map((fault) => fault.field)).toEqual(['/more']);
      expect(validator.body({ [field]: Array(2_000_000).fill(1) }).told.map((fault) => fault.field)).toEqual([
        `/${field}`,
      ]);
    },
  );

  thoroughly.test('a thousand elements with a thousand faults each', () => {
    const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`a${index}`, null]));
    const elements = Array.from({ length: 1_000 }, () => ({ item_id: 1, attributes, other: 1 }));
    const { result, milliseconds } = timed(() => validatorOf('upsertItems').malformed({ items: elements }));
    expect(result.size).toBe(1_000);
    expect(Math.max(...[...result.values()].map((faults) => faults.length))).toBeLessThanOrEqual(11);
    expect(milliseconds).toBeLessThan(4 * atMost);
  });

  usually.test('every fault of an element is told by its field inside of it, and only malformed ones are told', () => {
    const event = { event_id: 'e1', type: 'search', visitor_id: 'v1', occurred_at: '2026-01-01T00:00:00Z' };
    const malformed = validatorOf('recordEvents').malformed({
      events: [
        event,
        { ...event, type: 'stare', occurred_at: '2026-02-30T00:00:00Z', extra: 1 },
        { type: 'view' },
        7,
        { ...event, query: '\ud800' },
        { ...event, properties: JSON.parse('{"__proto__": 1}') },
        JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      ],
    });
    const told = Object.fromEntries(
      [...malformed].map(([index, faults]) => [index, faults.map(({ field }) => field).sort()]),
    );
    expect(told).toEqual({
      1: ['/extra', '/occurred_at', '/type'],
      2: ['/', '/customer_id', '/event_id', '/occurred_at', '/visitor_id'],
      3: ['/'],
      4: ['/query'],
      5: ['/properties/__proto__'],
      6: ['/0/0/0/0/0/0/0/0/0/0'],
    });
  });
});
