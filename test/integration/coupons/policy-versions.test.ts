import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { policiesNaming, replayDecisions } from '../../../src/coupons/index.ts';
import { firstByCause } from '../../../src/coupons/policies/policy.ts';
import { type CustomerSegment, createSegments, type DefinedSegments } from '../../../src/segments/index.ts';
import { story } from '../../support/jest/story.ts';
import { runCliHere } from '../../support/service/cli.ts';
import { type CouponShop, campaign, decide, openCouponShop, refusalOf } from '../../support/shops/coupon-shop.ts';

const customers: Record<string, Partial<CustomerSegment> | null> = {
  loyal: { group: 'high-value', recencyScore: 4 },
  'fine purse': {},
  'weak purse': { monetaryMinor: 2_500, averageOrderMinor: 2_500, averageUnitPrice: '5.5' },
  newcomer: null,
  vip: { group: 'high-value', recencyScore: 5 },
  objecting: {},
};

type Said = Record<string, unknown>;

let shop: CouponShop;
let segments: DefinedSegments;
let campaigns = 0;
beforeAll(async () => {
  shop = await openCouponShop({ customers, items: [{ item_id: 'tea', price: '2.00' }] });
  segments = createSegments({
    db: shop.db,
    shop: { minorDigits: 2, timeZone: 'UTC', weekStart: 'monday' },
    clock: () => shop.time.now,
    campaignsAimedAt: async () => [],
    policiesNaming,
  }).defined;
  await segments.create({ segmentId: 'list-vips', name: 'VIPs', definition: undefined });
  await segments.replaceMembers('list-vips', ['vip']);
  await shop.db.query(`
    update customers set profiling_allowed = false where customer_id = 'objecting';
    update customers set attributes = '{"city": "Berlin", "interests": ["tea", "cups"]}' where customer_id in ('weak purse', 'objecting')`);
  await shop.db.query(`insert into orders (order_id, customer_key, occurred_at, received_at, total_minor, content_hash)
    select customer_id, customer_key, '2026-02-01', '2026-02-01', 100, '\\x01' from customers where customer_id not in ('newcomer')`);
});
afterAll(() => shop.stop());

/** Who is given a coupon of a campaign with this policy, and the outcomes of the others. */
async function givenBy(policy: string | null, terms: object = {}) {
  const id = `campaign ${campaigns++}`;
  await shop.coupons.createCampaign(campaign(id, { policy, limit_per_customer: 9, ...terms }));
  const asked = Object.keys(customers);
  const decided = await Promise.all(
    asked.map((customer_id) => decide(shop.coupons, { customer_id, campaign_ids: [id] })),
  );
  const given = asked.filter((_, place) => decided[place].coupon !== null);
  return { id, given, decided: Object.fromEntries(asked.map((customer, place) => [customer, decided[place]])) };
}

story('policies are versions', (step) => {
  step('five are there from the first, and by cause is what decided before', async () => {
    const policies = await shop.coupons.listPolicies();
    expect(
      policies.map(({ policyId, publishedVersion, isDefault }) => [policyId, publishedVersion, isDefault]),
    ).toEqual([
      ['by-cause', 1, true],
      ['everyone', 1, false],
      ['first-order', 1, false],
      ['largest-incremental-margin', 1, false],
      ['uplift', 1, false],
    ]);
    expect(policies[0].published!.policy).toEqual(firstByCause.policy);
  });

  step('each decides as it says, and a decision names it', async () => {
    const { given, decided } = await givenBy(null);
    expect(given).toEqual(['fine purse']);
    expect(decided['fine purse'].policy).toMatchObject({ policyId: 'by-cause', version: 1 });
    expect(decided['loyal'].campaigns[0]).toMatchObject({ outcome: 'not-needed', policy: { policyId: 'by-cause' } });
    const first = await givenBy('first-order');
    expect(first.given).toEqual(['newcomer']);
    expect(first.decided['newcomer'].policy).toMatchObject({ policyId: 'first-order', version: 1 });
    expect(first.decided['newcomer'].reason).toContain('The policy first-order gives the coupon.');
    expect(first.decided['loyal'].campaigns[0].outcome).toBe('refused-by-policy');
    const uplift = await givenBy('uplift');
    expect(uplift.given).toEqual([]);
    expect(uplift.decided['fine purse']).toMatchObject({ action: 'none', campaigns: [{ outcome: 'not-scored' }] });
    expect(uplift.decided['fine purse'].reason).toContain('no night has learnt yet');
  });

  step('a version of one of its own decides once it is published, for whom its rules say', async () => {
    const rules = {
      kind: 'rules' as const,
      rules: [
        { when: { segments: ['list-vips'] }, action: 'give' as const },
        {
          when: { attributes: [{ attribute: 'interests', values: ['tea'] }] },
          action: 'give' as const,
          largest_discount: '3.00',
        },
        { when: { ordered: false }, action: 'give' as const, largest_discount: '2.99' },
      ],
    };
    expect(await shop.coupons.proposePolicy('guests', rules, 'Who we know well')).toMatchObject({ version: 1 });
    expect(await refusalOf(givenBy('guests'))).toEqual({ code: 'invalid_request', fields: ['/policy'] });
    expect((await refusalOf(shop.coupons.makeDefaultPolicy('guests'))).code).toBe('conflict');
    await shop.coupons.publishPolicy('guests', 1);
    // Not the newcomer, because the coupon can take off 3.00; nor who objects, of whom nobody may know what they like.
    const { given, decided } = await givenBy('guests');
    expect(given).toEqual(['weak purse', 'vip']);
    expect(decided['vip']).toMatchObject({ cause: 'no-need', policy: { policyId: 'guests', version: 1 } });
    const [{ text }] = await shop.db.query<{ text: string }>(
      `select string_agg(inputs::text, ' ') as text from coupon_decisions where decision_id = $1`,
      [decided['weak purse'].decisionId],
    );
    expect(text).toContain('interests');
    expect(text).not.toContain('Berlin');
    // What the newest says already is no other version.
    expect(await shop.coupons.proposePolicy('guests', rules, null)).toMatchObject({ version: 1 });
  });

  step('thresholds of causes are values of by cause: another version moves who needs a coupon, and back', async () => {
    const before = await givenBy(null);
    const sooner = { kind: 'by-cause' as const, lapsing_recency_score: { 'high-value': 4 }, weak_purse: 0.5 };
    const { version } = await shop.coupons.proposePolicy('by-cause', sooner, null);
    await decideAgain(before.id, ['fine purse']);
    await shop.coupons.publishPolicy('by-cause', version);
    const after = await decideAgain(before.id, ['loyal', 'fine purse', 'weak purse']);
    expect(after['loyal']).toMatchObject({ cause: 'weak-discount', policy: { policyId: 'by-cause', version: 2 } });
    expect(after['loyal'].evidence).toMatchObject({ lapsing_recency_score: 4 });
    // Another of its own name, beside the usual one: the campaign of it has its own causes, and no other does.
    await shop.coupons.proposePolicy('patient', { kind: 'by-cause', weak_purse: 0.5 }, null);
    await shop.coupons.publishPolicy('patient', 1);
    await shop.coupons.publishPolicy('by-cause', 1);
    await decideAgain(before.id, ['fine purse']);
    const patient = await givenBy('patient');
    expect(patient.given).toEqual(['fine purse', 'weak purse']);
    expect(patient.decided['weak purse']).toMatchObject({ cause: 'weak-discount', policy: { policyId: 'patient' } });
    const { publications } = { publications: await shop.coupons.listPublications('by-cause') };
    expect(publications.map(({ version: of, reason }) => [of, reason])).toEqual([
      [1, 'rollback'],
      [2, 'publish'],
      [1, 'publish'],
    ]);
  });

  async function decideAgain(id: string, expected: string[]) {
    const asked = Object.keys(customers);
    const decided = await Promise.all(
      asked.map((customer_id) => decide(shop.coupons, { customer_id, campaign_ids: [id] })),
    );
    expect(asked.filter((_, place) => decided[place].coupon !== null)).toEqual(expected);
    return Object.fromEntries(asked.map((customer, place) => [customer, decided[place]]));
  }

  step('campaigns that name none follow the default, and another instance does so within a moment', async () => {
    const { id } = await givenBy(null);
    const other = shop.withParts({});
    await shop.coupons.makeDefaultPolicy('everyone');
    await decideAgain(id, Object.keys(customers));
    other.onNotice({ about: 'campaigns' });
    const there = await decide(other, { customer_id: 'loyal', campaign_ids: [id] });
    expect(there).toMatchObject({ action: 'coupon', policy: { policyId: 'everyone' } });
    await shop.coupons.makeDefaultPolicy('by-cause');
    await decideAgain(id, ['fine purse']);
  });

  step('what contradicts itself, or names what is not there, is refused by its field', async () => {
    const refuse = async (policyId: string, element: object) =>
      (await refusalOf(shop.coupons.proposePolicy(policyId, element as never, null))).fields;
    expect(await refuse('everyone', { kind: 'first-order' })).toEqual(['/policy/kind']);
    expect(await refuse('mine', { kind: 'uplift', weak_purse: 1 })).toEqual(['/policy/weak_purse']);
    const rule = (when: object, more: object = {}) => ({ kind: 'rules', rules: [{ when, action: 'give', ...more }] });
    expect(await refuse('mine', rule({ segments: ['list-nobody'] }))).toEqual(['/policy/rules/0/when/segments/0']);
    expect(await refuse('mine', rule({ cart: { least: '5', below: '5' } }))).toEqual([
      '/policy/rules/0/when/cart/below',
    ]);
    expect(await refuse('mine', rule({}, { largest_discount: '1.005' }))).toEqual(['/policy/rules/0/largest_discount']);
    expect((await refusalOf(shop.coupons.publishPolicy('everyone', 7))).code).toBe('not_found');
    expect((await refusalOf(shop.coupons.publishPolicy('nothing', 1))).code).toBe('not_found');
  });

  // Would see: a decision that is made again by what decides now, or a fact that was not logged.
  step('whatever is published since, what was decided comes out as it was', async () => {
    const report = await replayDecisions(shop.db, 10_000);
    expect(report).toMatchObject({ equal: report.replayed, differing: [], otherRules: 0 });
    expect(report.replayed).toBeGreaterThan(50);
  });

  step('the same by commands: proposed from a file, published, taken back, made the default', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'policy-'));
    const file = join(folder, 'policy.json');
    const run = (line: string) => runCliHere(shop.connectionString, `--json policies ${line}`);
    await writeFile(file, '{"kind": "by-cause", "weak_purse": 0.6}');
    expect((await run(`propose by-cause --file ${file}`)).json).toEqual({ policy_id: 'by-cause', version: 3 });
    expect((await run('publish by-cause 3')).json).toEqual({ policy_id: 'by-cause', published: 3 });
    expect((await run('roll-back by-cause')).json).toEqual({ policy_id: 'by-cause', published: 1 });
    expect((await run('show by-cause')).json.versions[0]).toMatchObject({ version: 3, policy: { weak_purse: 0.6 } });
    await writeFile(file, '{"kind": "by-cause", "weak_purse": "much", "more": 1}');
    const wrong = await run(`propose by-cause --file ${file}`);
    expect(wrong.code).not.toBe(0);
    expect(JSON.stringify(wrong.json)).toContain('/policy/weak_purse');
    expect(JSON.stringify(wrong.json)).toContain('/policy/more');
    expect((await run('list')).json.policies).toContainEqual(
      expect.objectContaining({ policy_id: 'by-cause', is_default: true, published: 1, newest: 3 }),
    );
    await rm(folder, { recursive: true });
  });

  // Would see: a policy that decides by a segment which is no more, and so by nothing.
  step('a segment by which one decides stays; a version that asks for one that has gone is not published', async () => {
    await segments.create({ segmentId: 'list-guild', name: 'Guild', definition: undefined });
    const by = (when: object) => ({ kind: 'rules' as const, rules: [{ when, action: 'refuse' as const }] });
    await shop.coupons.proposePolicy('guild', by({ not_segments: ['list-vips', 'list-guild'] }), null);
    await shop.coupons.proposePolicy('guild', by({ ordered: true }), null);
    await shop.coupons.publishPolicy('guild', 1);
    await expect(segments.remove('list-guild')).rejects.toMatchObject({
      ...{ code: 'conflict', message: 'Policies decide by this segment: guild.' },
    });
    await shop.coupons.publishPolicy('guild', 2);
    await segments.remove('list-guild');
    await expect(shop.coupons.publishPolicy('guild', 1)).rejects.toMatchObject({
      ...{ code: 'conflict', message: expect.stringContaining('list-guild') },
    });
    expect((await shop.coupons.readPolicy('guild')).publishedVersion).toBe(2);
    // Whichever comes first: nothing decides by what is not there.
    await segments.create({ segmentId: 'list-guild', name: 'Guild', definition: undefined });
    const raced = await Promise.allSettled([shop.coupons.publishPolicy('guild', 1), segments.remove('list-guild')]);
    expect(raced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  step('who proposed, published and took back is in the audit', async () => {
    const entries = await shop.db.query<{ id: string; before: Said | null; after: Said }>(
      `select subject_id as id, before, after from audit_entries where subject = 'policy' order by entry_id`,
    );
    expect(entries.slice(0, 2)).toEqual([
      { id: 'guests', before: null, after: expect.objectContaining({ version: 1, note: 'Who we know well' }) },
      {
        id: 'guests',
        before: { is_default: false, published_version: null },
        after: { is_default: false, published_version: 1 },
      },
    ]);
    const began = entries.filter(
      ({ before, after }) => before?.['is_default'] === false && after['is_default'] === true,
    );
    expect(began.map(({ id }) => id)).toEqual(['everyone', 'by-cause']);
  });
});
