import { afterAll, beforeAll, expect } from '@jest/globals';
import { assign, holdoutSalt } from '../../../../src/experiments/index.ts';
import { story } from '../../../support/jest/story.ts';
import { call } from '../../../support/service/contract.ts';
import { createTestService, type TestService } from '../../../support/service/service.ts';
import { until } from '../../../support/shops/training-shop.ts';

/**
 * People who see lists as visitors and as customers, with arms drawn by hand: SHA-256 over `<salt of coupons>/lists/holdout`, a line
 * feed and the id.
 */
const salt = 'salt of this test';
const share = 0.05;
const isHeld = (id: string) => assign(holdoutSalt(`${salt}/lists`), id, share);
const named = (name: string, held: boolean) =>
  Array.from({ length: 400 }, (_, n) => `${name}${n}`).find((id) => isHeld(id) === held)!;

/** Customer and visitor of each, with whether they are held out. */
const people = {
  /** in both arms, treated */
  ann: [named('ann', false), named('v-ann', true)],
  /** in both arms, held out */
  bob: [named('bob', true), named('v-bob', false)],
  /** in one arm alone */
  cid: [named('cid', false), named('v-cid', false)],
  /** in two arms, but never shown a list as a customer */
  dan: [named('dan', false), named('v-dan', true)],
  /** known before the first list: drawn as a customer alone */
  eve: [named('eve', false), named('v-eve', true)],
} as const;
type Name = keyof typeof people;

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  await service.database.query(`insert into holdouts (share, exploration_share, salt) values (0, 0, $1)`, [salt]);
  await service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'tea' }] });
  const customers = Object.values(people).map(([customer_id]) => ({ customer_id }));
  await service.ask('ingest', 'PUT', '/v1/customers', { customers });
  expect((await service.ask('train', 'PUT', '/v1/recommendation-holdouts', { share })).status).toBe(200);
});
afterAll(() => service.stop());

let events = 0;
/** @param isKnown the event says who the visitor is */
async function look(name: Name, isKnown: boolean) {
  const [customer_id, visitor_id] = people[name];
  const event = { event_id: `e${++events}`, type: 'view', item_id: 'tea', visitor_id, ...(isKnown && { customer_id }) };
  const told = { events: [{ ...event, occurred_at: new Date().toISOString() }] };
  expect((await service.ask('ingest', 'POST', '/v1/events', told)).json.counts.facts).toBe(1);
}
const asVisitor = (name: Name) =>
  service.ask('recommend', 'POST', '/v1/recommendations', { visitor_id: people[name][1] });
const asCustomer = (name: Name) =>
  service.ask('recommend', 'GET', `/v1/customers/${people[name][0]}/recommendations?limit=1`);
const inLog = (lists: number) =>
  until(async () => (await service.database.query('select from served_lists')).length === lists);
const report = async (query = '') =>
  (await call(service.url, 'reportRecommendations', { query, headers: service.as('indicators') })).json.personal_lists;

story('people in both arms', (step) => {
  step('nobody is in both before anybody is known', async () => {
    for (const name of ['ann', 'bob', 'cid', 'dan'] as const) {
      await look(name, false);
      await asVisitor(name);
    }
    // A second list is no second exposure.
    await asVisitor('ann');
    await inLog(5);
    expect(await report()).toMatchObject({ share, in_both_arms: 0, added: null });
    const arms = await service.database.query<{ visitor_id: string; arm: string }>(
      `select visitor_id, arm from holdout_visitors join visitors using (visitor_key) order by visitor_id`,
    );
    expect(arms).toEqual([
      { visitor_id: people.ann[1], arm: 'holdout' },
      { visitor_id: people.bob[1], arm: 'treatment' },
      { visitor_id: people.cid[1], arm: 'treatment' },
      { visitor_id: people.dan[1], arm: 'holdout' },
    ]);
  });

  // Would see: a visitor of the same arm that counts, one whose customer is not measured, one who was drawn as the customer.
  step('who was drawn otherwise as a visitor is counted, and stays in the arm of the customer', async () => {
    for (const name of ['ann', 'bob', 'cid', 'dan', 'eve'] as const) await look(name, true);
    await asVisitor('eve');
    for (const name of ['ann', 'bob', 'cid', 'eve'] as const) await asCustomer(name);
    await inLog(10);
    const { in_both_arms, sample_ratio } = await report();
    expect([in_both_arms, sample_ratio.treated, sample_ratio.control]).toEqual([2, 3, 1]);
  });

  step('of a time before, nobody is', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await report(`from=${yesterday}&to=${yesterday}`)).toMatchObject({ in_both_arms: null });
  });

  step('an erased person is not counted any more, nor is it known what their visitor was shown', async () => {
    const { status } = await service.ask('admin', 'DELETE', `/v1/customers/${people.ann[0]}`);
    expect(status).toBe(200);
    expect((await report()).in_both_arms).toBe(1);
    expect(await service.database.query('select from holdout_visitors')).toHaveLength(3);
  });
});
