import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDocument } from '../../../src/http/document/document.ts';
import { createValidators } from '../../../src/http/requests/validation.ts';

const document = readDocument();
const schemas = document.json['components'].schemas;
const validators = createValidators(document, 2);
const validatorOf = (id: string) => validators(document.operations.find((operation) => operation.id === id)!);

describe('moments of requests', () => {
  const stated = new RegExp(schemas.Moment.pattern, 'u');
  const { parameters } = validatorOf('refreshSegment');
  const isTaken = (as_of: string) => parameters({ segment_id: 'rule-a', as_of }).told.length === 0;

  test.each([
    ['1970-01-01T00:00:00Z', true],
    ['2199-12-31t23:59:59.999999999-14:59', true],
    ['2000-02-29T00:00:00z', true],
    ['2100-02-29T00:00:00Z', false],
    ['2023-02-29T00:00:00Z', false],
    ['2024-04-31T00:00:00Z', false],
    ['1969-12-31T23:59:59Z', false],
    ['2200-01-01T00:00:00Z', false],
    ['0349-09-18T18:47:23Z', false],
    ['2026-03-01T00:00:00', false],
    ['2026-03-01T24:00:00Z', false],
    ['2026-03-01T00:00:00+15:00', false],
    ['2026-03-01T00:00:00.Z', false],
  ])('%s: %j, by the pattern and by the service', (text, good) => {
    expect([stated.test(text), isTaken(text)]).toEqual([good, good]);
  });

  test('what the pattern states is what is taken', () => {
    const two = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const texts = fc
      .tuple(
        fc.integer({ min: 1960, max: 2210 }),
        two(13),
        two(32),
        two(25),
        two(61),
        two(61),
        fc.constantFrom('Z', 'z', '+14:00', '-15:00', ''),
      )
      .map(
        ([year, month, day, hour, minute, second, zone]) =>
          `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`,
      );
    fc.assert(
      fc.property(texts, (text) => {
        expect(isTaken(text)).toBe(stated.test(text));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('numbers of a query', () => {
  test.each(['1e1', '0x10', '+1', ' 1', '1 ', '1.', '.5', '', 'Infinity', '0b1', '１', '1_0'])(
    '%j is none',
    (limit) => {
      const { told } = validatorOf('listCampaigns').parameters({ limit });
      expect(told.map(({ field }) => field)).toEqual(['limit']);
      const share = validatorOf('listAssociationRules').parameters({ min_support: limit });
      expect(share.told.map(({ field }) => field)).toEqual(['min_support']);
    },
  );

  test('plain decimals are', () => {
    const values: Record<string, unknown> = { limit: '10' };
    expect(validatorOf('listCampaigns').parameters(values).told).toEqual([]);
    expect(values['limit']).toBe(10);
    for (const min_support of ['0', '1', '0.00002', '1.0']) {
      expect(validatorOf('listAssociationRules').parameters({ min_support }).told).toEqual([]);
    }
    expect(validatorOf('listAssociationRules').parameters({ min_support: '1.1' }).told).toHaveLength(1);
  });

  test('one that is none hides no other fault', () => {
    const { told } = validatorOf('listAssociationRules').parameters({
      limit: 'x',
      min_support: '2',
      context: 'any',
      item_id: '\0',
    });
    expect(told.map(({ field }) => field).sort()).toEqual(['context', 'item_id', 'limit', 'min_support']);
    // A required one that is wrong is told as wrong, not as missing.
    const values = { kind: 'no kind', version: '1', with: '0x1' };
    expect(
      validatorOf('compareModelVersions')
        .parameters(values)
        .told.map(({ field }) => field)
        .sort(),
    ).toEqual(['kind', 'with']);
  });

  test('every number among the parameters is a plain integer; fractions are texts that state their form', () => {
    const kinds = document.operations.flatMap(({ parameters }) => parameters.map(({ schema }) => schema['type']));
    expect(kinds).not.toContain('number');
  });
});

describe('exactly one of', () => {
  test.each([
    ['createCodes', { batch_id: 'b', kind: 'single', count: 1 }, true],
    ['createCodes', { batch_id: 'b', kind: 'single', code: 'SPRING' }, true],
    ['createCodes', { batch_id: 'b', kind: 'single', count: 1, code: 'SPRING' }, false],
    ['createCodes', { batch_id: 'b', kind: 'single' }, false],
    ['createCodes', { batch_id: 'b', kind: 'single', count: 1, usage_limit: 2 }, false],
    ['createCodes', { batch_id: 'b', kind: 'shared', count: 1, usage_limit: 2 }, true],
    ['reverseCoupon', { reversal_id: 'r', order_id: 'o' }, true],
    ['reverseCoupon', { reversal_id: 'r', order_id: 'o', redemption_id: '1' }, false],
    ['reverseCoupon', { reversal_id: 'r' }, false],
    ['previewSegment', { definition: { all: [{ rfm: 'monetary', at_least: '1.00' }] } }, true],
    ['previewSegment', { definition: { all: [{ rfm: 'monetary', at_least: 1 }] } }, true],
    ['previewSegment', { definition: { all: [{ rfm: 'frequency', at_least: '1' }] } }, false],
    ['previewSegment', { definition: { all: [{}] } }, false],
    ['previewSegment', { definition: { all: [], any: [] } }, false],
    ['previewSegment', { definition: { tag: 'life-cycle-stage', is: ['new'] } }, true],
    ['previewSegment', { definition: { tag: 'life-cycle-stage', is: ['old'] } }, false],
    ['setHoldout', { share: 0.05 }, true],
    ['setHoldout', { share: 0.3 * 0.1 }, true],
    ['setHoldout', { share: 0.005 }, false],
    ['setHoldout', { share: 0.10160317799943412 }, false],
  ])('the contract states of %s whether it takes %j: %j', (id, body, good) => {
    expect(validatorOf(id).isWhole(body)).toBe(good);
  });
});
