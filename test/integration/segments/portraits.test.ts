import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const now = new Date('2026-03-01T12:00:00Z');
let service: TestService;
const ask = (operation: Parameters<typeof call>[1], request: Parameters<typeof call>[2] = {}): Promise<Answer> =>
  call(service.url, operation, { ...request, headers: { ...service.as('admin'), ...request.headers } });
const portray = async (segment_id: string, query = '') => ask('getSegmentPortrait', { path: { segment_id }, query });

/**
 * By hand: of 25 members 20 are of Bern and 18 bought tea, of 35 others 10 and 6; each bought one thing. Two more object: a member
 * of Bern, and an other.
 */
const people = Array.from({ length: 62 }, (_, place) => {
  const isMember = place < 25 || place === 60;
  const own = place < 25 ? place : place - 25;
  return {
    id: `c${place}`,
    isMember,
    city: place === 60 || own < (isMember ? 20 : 10) ? 'Bern' : 'Basel',
    item: own < (isMember ? 18 : 6) ? 'tea' : 'coffee',
    hour: isMember ? 18 : 9,
  };
});

beforeAll(async () => {
  service = await createTestService({ clock: () => now, env: { PANNIER_BARRED_ATTRIBUTES: 'gender,store' } });
  const { intake } = service.stations;
  await intake.upsertItems(['tea', 'coffee'].map((item_id) => ({ item_id, title: item_id, price: '5.00' })));
  await intake.upsertCustomers(
    people.map(({ id, city, isMember }) => ({
      customer_id: id,
      attributes: { city, phone: isMember ? 'a' : 'b', gender: isMember ? 'f' : 'm' },
    })),
  );
  await intake.recordOrders(
    people.map(({ id, item, hour }) => ({
      order_id: `o-${id}`,
      customer_id: id,
      store: hour === 18 ? 'north' : 'south',
      occurred_at: `2026-02-01T${String(hour).padStart(2, '0')}:10:00Z`,
      lines: [{ item_id: item, quantity: 1, unit_price: '5.00' }],
    })),
  );
  await ask('stateCustomerAttribute', { path: { name: 'phone' }, body: { type: 'text', personal: true } });
  for (const [segment_id, wanted] of Object.entries({ 'list-members': true, 'list-others': false })) {
    await ask('createSegment', { body: { segment_id, name: segment_id } });
    const customer_ids = people.filter(({ isMember }) => isMember === wanted).map(({ id }) => id);
    await ask('replaceSegmentMembers', { path: { segment_id }, body: { customer_ids } });
  }
  await ask('createSegment', { body: { segment_id: 'list-few', name: 'few' } });
  await ask('replaceSegmentMembers', { path: { segment_id: 'list-few' }, body: { customer_ids: ['c1', 'c2'] } });
  await intake.upsertCustomers(['c60', 'c61'].map((customer_id) => ({ customer_id, profiling_allowed: false })));
});
afterAll(() => service.stop());

story('what the members of a segment are like', (step) => {
  const cityOf = (json: any, value: string) =>
    json.traits.find((trait: any) => trait.attribute === 'city' && trait.value === value);

  step('beside everybody else: shares, index, interval and expectation, without who objects', async () => {
    const { status, json } = await portray('list-members');
    expect(status).toBe(200);
    expect(json).toMatchObject({ against: null, members: 25, others: 35, why_none: null, figures: [], versions: {} });
    const bern = cityOf(json, 'Bern');
    expect(bern).toMatchObject({ of_members: 25, of_others: 35, members: 20, share: 0.8, others: 10, differs: 'more' });
    expect(bern.other_share).toBeCloseTo(2 / 7, 5);
    // SciPy's relative_risk(20, 25, 10, 35).
    expect([bern.index.value, bern.index.low, bern.index.high].map(Math.round)).toEqual([280, 160, 490]);
    expect(bern.expected).toBeCloseTo((25 * 10) / 35, 4);
    expect(cityOf(json, 'Basel')).toMatchObject({ members: 5, others: 25, differs: 'less' });
    const hour = json.traits.find((trait: any) => trait.topic === 'hour' && trait.value === '18');
    expect(hour).toMatchObject({
      members: 25,
      share: 1,
      others: null,
      other_share: null,
      index: null,
      differs: 'more',
    });
  });

  step('goods over what is expected of who buys as many different ones', async () => {
    const { json } = await portray('list-members');
    expect(json.goods.map(({ item_id, differs }: any) => `${item_id} ${differs}`)).toEqual(['tea more', 'coffee less']);
    expect(json.goods[0]).toMatchObject({ title: 'tea', members: 18, share: 0.72, others: 6 });
    // Shares are of those who bought anything, here everybody.
    expect(json.goods[0]).toMatchObject({ of_members: 25, of_others: 35 });
    expect(json.goods[0].expected).toBeCloseTo((25 * 6) / 35, 4);
  });

  step('neither what is personal nor what is barred is told', async () => {
    const { json } = await portray('list-members');
    const told = new Set(json.traits.map(({ topic, attribute }: any) => attribute ?? topic));
    expect([...told].sort()).toEqual(['city', 'hour']);
  });

  step('beside another segment, and the other way round', async () => {
    const { json } = await portray('list-others', 'against=list-members');
    expect(json).toMatchObject({ against: 'list-members', members: 35, others: 25 });
    expect(cityOf(json, 'Bern')).toMatchObject({ members: 10, others: 20, differs: 'less' });
    expect(Math.round(cityOf(json, 'Bern').index.value)).toBe(36);
  });

  step('who came and went of late: not those with whom it began', async () => {
    const flows = { days: 28, since: null, newcomers: null, gone: null, from: [], to: [] };
    expect((await portray('list-members')).json.flows).toEqual({ ...flows, entered: 0, left: 0 });
    const members = people.filter(({ isMember }) => isMember).map(({ id }) => id);
    const replace = (customer_ids: string[]) =>
      ask('replaceSegmentMembers', { path: { segment_id: 'list-members' }, body: { customer_ids } });
    await replace([...members.slice(1), 'c30', 'c31']);
    expect((await portray('list-members')).json.flows).toEqual({ ...flows, entered: 2, left: 1 });
    await replace(members);
    expect((await portray('list-members')).json.flows).toEqual({ ...flows, entered: 3, left: 3 });
  });

  step('no portrait of few, nor of what is no segment', async () => {
    expect((await portray('list-few')).json).toMatchObject({ why_none: 'too-few-members', traits: [], goods: [] });
    expect((await portray('list-members', 'against=list-few')).json).toMatchObject({ why_none: 'too-few-others' });
    expect((await portray('list-nobody')).status).toBe(404);
    expect((await portray('group-high-value')).status).toBe(404);
    const { status, json } = await portray('list-members', 'against=rule-none');
    expect([status, json.errors]).toEqual([
      409,
      [expect.objectContaining({ field: 'against', message: 'is no segment' })],
    ]);
  });
});
