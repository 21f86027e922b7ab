import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

/** A Saturday morning in Kiritimati, where it is the 28th of February already; of 2027, which has no 29th. */
const now = new Date('2027-02-27T12:00:00Z');
let service: TestService;
type Operation = Parameters<typeof call>[1];
const ask = (operation: Operation, request: Parameters<typeof call>[2] = {}): Promise<Answer> =>
  call(service.url, operation, { ...request, headers: { ...service.as('admin'), ...request.headers } });

/** By hand: whom a condition finds can be read off. `off` objects; `none` has no attribute. */
const people: Record<string, Record<string, unknown>> = {
  ada: { country: 'DE', age: 34, born: '1990-02-28', news: true, likes: ['tea', 'cake'] },
  bea: { country: 'DE', age: '17.5', born: '2004-02-29T08:00:00Z', news: false, likes: ['tea'] },
  cai: { country: 'AT', age: 'old', born: '1990-03-01', news: 'true', likes: [] },
  dev: { country: 'de', age: -3, born: '29.02.2004', news: 'maybe', likes: 'tea' },
  eli: { country: 'DE', born: '2004-12-31', likes: ['cake'] },
  fay: { country: 'DE', age: 34, born: '1990-02-27' },
  gus: { country: 'DE', age: 1e15, born: '2004-99-31' },
  off: { country: 'DE', age: 34, born: '1990-02-28', news: true, likes: ['tea'] },
  none: {},
};

async function found(definition: unknown): Promise<string> {
  const { status, json } = await ask('previewSegment', { body: { definition } });
  expect([definition, status]).toEqual([definition, 200]);
  if (json.customers <= 5) expect(json.examples).toHaveLength(json.customers);
  return json.customers <= 5 ? json.examples.sort().join(' ') : String(json.customers);
}
async function faults(definition: unknown): Promise<Record<string, string>> {
  const { status, json } = await ask('previewSegment', { body: { definition } });
  // The form is wrong, or it contradicts what is stored.
  expect([400, 409]).toContain(status);
  return Object.fromEntries(json.errors.map(({ field, message }: Record<string, string>) => [field, message]));
}
const listed = async (query = ''): Promise<any[]> =>
  (await ask('listCustomerAttributes', { query: query && `query=${query}` })).json.items;
const state = (name: string, body: object) => ask('stateCustomerAttribute', { path: { name }, body });

beforeAll(async () => {
  service = await createTestService({ clock: () => now, env: { PANNIER_TIME_ZONE: 'Pacific/Kiritimati' } });
  const customers = Object.entries(people).map(([customer_id, attributes]) => ({
    customer_id,
    attributes,
    profiling_allowed: customer_id !== 'off',
  }));
  expect((await ask('upsertCustomers', { body: { customers } })).status).toBe(200);
});
afterAll(() => service.stop());

story('attributes of customers: seen, stated, asked for in rules, searched by', (step) => {
  step('are listed with the types seen, how many have them, and values that five share', async () => {
    const items = await listed();
    expect(items.map(({ name, type, customers }) => `${name} ${type} ${customers}`)).toEqual([
      'born date 7',
      'country text 7',
      'age number 6',
      'likes list 5',
      'news yes-no 4',
    ]);
    const [born, country, age, likes] = items;
    expect(born).toMatchObject({ stated_at: null, seen: { date: 5, text: 2 }, misfits: 2, examples: [] });
    expect(country).toMatchObject({ seen: { text: 7 }, misfits: 0, examples: ['DE'] });
    // A text that is a number fits; one that is none does not.
    expect(age).toMatchObject({ seen: { number: 4, text: 2 }, misfits: 1, personal: false });
    expect(likes).toMatchObject({ seen: { list: 4, text: 1 }, misfits: 1, examples: [] });
    expect((await listed('O')).map(({ name }) => name)).toEqual(['born', 'country']);
    const { json } = await ask('getCustomer', { path: { customer_id: 'bea' } });
    expect(json.attributes).toEqual(people['bea']);
  });

  step('are stated and unstated, which is in the audit, and show no value where they are personal', async () => {
    const body = { type: 'text', personal: true, description: 'Where they live' };
    const stated = (await state('country', body)).json;
    expect(stated).toEqual({ name: 'country', ...body, stated_at: now.toISOString() });
    expect((await state('country', body)).json).toEqual(stated);
    expect((await state('vip since', { type: 'date' })).json).toMatchObject({ personal: false, description: null });
    expect(await listed('country')).toMatchObject([{ ...stated, customers: 7, examples: [] }]);
    expect(await listed('VIP')).toMatchObject([{ name: 'vip since', customers: 0, seen: {}, misfits: 0 }]);
    expect((await ask('unstateCustomerAttribute', { path: { name: 'vip since' } })).json.type).toBe('date');
    expect((await ask('unstateCustomerAttribute', { path: { name: 'vip since' } })).status).toBe(404);
    const entries = (await ask('listAuditEntries', { query: 'subject=customer-attribute' })).json.items;
    expect(entries.map((one: any) => `${one.action} ${one.subject_id}`).sort()).toEqual([
      'made country',
      'made vip since',
      'removed vip since',
    ]);
  });

  step('a rule asks for values, numbers, dates and days of the year', async () => {
    const table: [object, string][] = [
      [{ attribute: 'news' }, 'ada bea cai dev'],
      [{ attribute: 'country', is: ['AT', 'de'] }, 'cai dev'],
      [{ not: { attribute: 'country', is: ['DE'] } }, 'cai dev none'],
      [{ attribute: 'likes', is: ['cake', 'tea'] }, 'ada bea dev eli'],
      [{ attribute: 'likes', is: ['cake'] }, 'ada eli'],
      [{ attribute: 'news', is: [true] }, 'ada cai'],
      [{ attribute: 'news', is: [false] }, 'bea'],
      [{ attribute: 'age', at_least: 17.5, at_most: 34 }, 'ada bea fay'],
      [{ attribute: 'age', at_most: 17.5 }, 'bea dev'],
      [{ attribute: 'age', at_least: 34.1 }, 'gus'],
      [{ attribute: 'born', since: '1990-02-28', before: '1990-03-01' }, 'ada'],
      [{ attribute: 'born', since: '2004-02-29' }, 'bea eli'],
      [{ attribute: 'born', before: '1990-02-28' }, 'fay'],
      // Today is the 28th there: whose day is the 29th has it today, and the 27th was yesterday.
      [{ attribute: 'born', anniversary_within_days: 0 }, 'ada bea'],
      [{ attribute: 'born', anniversary_within_days: 1 }, 'ada bea cai'],
      [{ attribute: 'born', anniversary_within_days: 306 }, 'ada bea cai eli'],
      [{ attribute: 'born', anniversary_within_days: 364 }, 'ada bea cai eli fay'],
      // The 27th of February is yesterday, New Year's Eve 59 days ago.
      [{ attribute: 'born', anniversary_past_days: 0 }, 'ada bea'],
      [{ attribute: 'born', anniversary_past_days: 1 }, 'ada bea fay'],
      [{ attribute: 'born', anniversary_past_days: 58 }, 'ada bea fay'],
      [{ attribute: 'born', anniversary_past_days: 59 }, 'ada bea eli fay'],
      [{ attribute: 'born', anniversary_past_days: 1, anniversary_within_days: 1 }, 'ada bea cai fay'],
    ];
    for (const [definition, expected] of table)
      expect([definition, await found(definition)]).toEqual([definition, expected]);
  });

  step('what cannot be asked of the type is refused with its field, and what nobody has', async () => {
    expect(
      await faults({ all: [{ attribute: 'shoe size' }, { attribute: 'country', at_least: 3, at_most: 4 }] }),
    ).toEqual({
      '/definition/all/0/attribute': 'is not a known attribute',
      '/definition/all/1/at_least': 'cannot be asked of attributes of the type text',
      '/definition/all/1/at_most': 'cannot be asked of attributes of the type text',
    });
    const conditions = [
      { attribute: 'born', is: ['x'], since: '1990-01-01' },
      { attribute: 'born', since: '1990-02-01', before: '1990-02-01' },
      { attribute: 'born', since: '1990-02-30' },
      { attribute: 'born', anniversary_within_days: 366 },
      { attribute: 'age', at_least: 3, at_most: 2 },
    ];
    expect(Object.keys(await faults({ any: conditions }))).toEqual([
      '/definition/any/0/since',
      '/definition/any/1/before',
      '/definition/any/2/since',
      '/definition/any/3/anniversary_within_days',
      '/definition/any/4/at_most',
    ]);
    // What is stated is known, though nobody has it.
    await state('shoe size', { type: 'number' });
    expect(await found({ attribute: 'shoe size', at_least: 1 })).toBe('');
    const body = { segment_id: 'rule-born', name: 'Born', definition: { attribute: 'born', since: '2004-12-31' } };
    expect((await ask('createSegment', { body })).json).toMatchObject({ members: 1 });
  });

  step('customers are searched by them, within a segment too', async () => {
    const search = async (query: Record<string, string>) => {
      const { status, json } = await ask('listCustomers', { query: new URLSearchParams(query).toString() });
      return status === 200 ? json.items.map(({ customer_id }: any) => customer_id).join(' ') : json.errors[0];
    };
    expect(await search({ attribute: 'news' })).toBe('ada bea cai dev');
    expect(await search({ attribute: 'likes', value: 'tea' })).toBe('ada bea dev');
    expect(await search({ attribute: 'age', value: '34' })).toBe('ada fay');
    expect(await search({ attribute: 'country', value: 'DE', segment: 'rule-born' })).toBe('eli');
    expect(await search({ attribute: 'country', value: 'DE', query: 'B' })).toBe('bea');
    expect(await search({ value: 'DE' })).toMatchObject({ field: 'value' });
  });
});
