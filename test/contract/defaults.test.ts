import { expect, test } from '@jest/globals';
import { readTerms } from '../../src/coupons/campaigns/campaign-terms.ts';
import { readDocument } from '../../src/http/index.ts';
import { createValidators } from '../../src/http/requests/validation.ts';

const document = readDocument();
const validators = createValidators(document, 2);
const validatorOf = (id: string) => validators(document.operations.find((operation) => operation.id === id)!);

// Would see: a parameter whose default a route has to know by itself.
test('every default of a parameter is filled in by validation', () => {
  let defaults = 0;
  for (const { id, parameters } of document.operations) {
    const path = { kind: 'popularity', segment_id: 'rule-a', version: '1', with: '2', batch_id: 'b', code: 'c' };
    const values: Record<string, unknown> = { 'idempotency-key': 'k' };
    for (const { name, required } of parameters) {
      if (required && values[name.toLowerCase()] === undefined) values[name] = (path as any)[name] ?? '1';
    }
    if (!parameters.some(({ in: place }) => place === 'header')) delete values['idempotency-key'];
    if (id.includes('lockRule')) values['rule_id'] = '1-2';
    validatorOf(id).parameters(values);
    for (const { name, schema } of parameters) {
      const resolved = schema['default'];
      if (resolved === undefined) continue;
      defaults++;
      expect([id, name, values[name]]).toEqual([id, name, resolved]);
    }
  }
  expect(defaults).toBeGreaterThan(15);
});

// Campaigns come by file and by the demo too, where no request is validated.
test('what validation fills into a campaign is what its terms are without it', () => {
  const least = {
    campaign_id: 'least',
    name: 'Least',
    discount: { type: 'amount' as const, amount: '3.00' },
    valid_from: '2026-03-01T00:00:00Z',
    valid_until: '2026-04-01T00:00:00Z',
  };
  const filled = structuredClone(least);
  expect(validatorOf('createCampaign').body(filled).told).toEqual([]);
  expect(Object.keys(filled).length).toBeGreaterThan(Object.keys(least).length);
  expect(readTerms(filled, 2)).toEqual(readTerms(least, 2));
});
