import { afterAll, beforeAll, expect } from '@jest/globals';
import type { OperationId } from '../../../src/http/index.ts';
import { story } from '../../support/jest/story.ts';
import { call, operations } from '../../support/service/contract.ts';
import { type CouponShop, campaign, openCouponShop } from '../../support/shops/coupon-shop.ts';
import { type ServedCoupons, serveCoupons } from '../../support/shops/serve-coupons.ts';

let shop: CouponShop;
let served: ServedCoupons;
let url: string;
let token: string;

beforeAll(async () => {
  shop = await openCouponShop({
    customers: {
      fine: {},
      other: {},
      weak: { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' },
    },
    items: [
      { item_id: 'beans', category: 'Food > Coffee', price: '9.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
  served = await serveCoupons(shop);
  url = served.url;
  token = await served.keyFor('coupons');
});
afterAll(async () => {
  await served.stop();
  await shop.stop();
});

let nextKey = 0;
/** Asks and checks the answer against the contract; each write has an Idempotency-Key of its own unless one is given. */
function ask(
  id: OperationId,
  request: Partial<{
    path: Record<string, string>;
    query: string;
    body: unknown;
    key: string;
    accept: string;
    token: string;
  }> = {},
) {
  const { key = `key-${nextKey++}`, accept, token: its = token, ...rest } = request;
  const isOnce = operations.find((one) => one.id === id)!.parameters.some(({ name }) => name === 'Idempotency-Key');
  const headers = {
    Authorization: `Bearer ${its}`,
    ...(isOnce && { 'Idempotency-Key': key }),
    ...(accept && { Accept: accept }),
  };
  return call(url, id, { ...rest, headers });
}

const problem = (status: number, code: string, ...fields: string[]) => ({
  status,
  json: expect.objectContaining({
    code,
    ...(fields.length > 0 && { errors: fields.map((field) => expect.objectContaining({ field })) }),
  }),
});

const nothing = { issued: 0, redeemed: 0, expired: 0, released: 0, reversed: 0 };

story('campaigns, decisions and the life of a unit, in the contract’s shape', (step) => {
  step('created, read, paused and resumed in the contract’s shape', async () => {
    const body = campaign('spring', {
      discount: { type: 'percent', percent: 12.5, maximum_discount: '5' },
      budget: { coupons: 100, money: '500' },
      minimum_spend: '20',
      target_groups: ['low-contribution'],
      applies_to: { categories: ['Food'] },
    });
    const created = await ask('createCampaign', { body });
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      campaign_id: 'spring',
      version: 1,
      name: 'spring',
      status: 'active',
      discount: { type: 'percent', percent: 12.5, maximum_discount: '5.00' },
      valid_from: '2026-03-01T00:00:00.000Z',
      valid_until: '2026-05-01T00:00:00.000Z',
      coupon_valid_days: 14,
      budget: { coupons: 100, money: '500.00' },
      limit_per_customer: 1,
      minimum_spend: '20.00',
      target_groups: ['low-contribution'],
      target_segments: [],
      applies_to: { item_ids: [], categories: ['Food'], bundle: [] },
      priority: 0,
      referral: null,
      group_offer: null,
      group: null,
      created_at: '2026-03-10T12:00:00.000Z',
      limits: [],
      time_zone: 'UTC',
      week_start: 'monday',
      stacking: 'exclusive',
      stacking_order: 0,
      control_share: 0,
      isolation: 'campaign',
      guests: false,
      channel: null,
      policy: null,
      hours: [],
      waiting_raise: null,
      archived_at: null,
      counters: { ...nothing, money_reserved: '0.00', money_redeemed: '0.00', money_reversed: '0.00' },
    });
    expect((await ask('createCampaign', { body })).json).toEqual(created.json);
    expect(await ask('createCampaign', { body: { ...body, name: 'Other' } })).toMatchObject(
      problem(409, 'conflict', '/campaign_id'),
    );
    const path = { campaign_id: 'spring' };
    expect((await ask('pauseCampaign', { path })).json).toEqual({ ...created.json, status: 'paused' });
    expect((await ask('resumeCampaign', { path })).json).toEqual(created.json);
    expect((await ask('getCampaign', { path })).json).toEqual(created.json);
    expect(await ask('getCampaign', { path: { campaign_id: 'nowhere' } })).toMatchObject(problem(404, 'not_found'));
  });

  step('what contradicts itself is refused, field by field', async () => {
    const body = campaign('broken', {
      discount: { type: 'percent', percent: 10 },
      budget: { money: '5' },
      valid_until: '2026-01-01T00:00:00Z',
    });
    expect(await ask('createCampaign', { body })).toMatchObject(
      problem(409, 'conflict', '/valid_until', '/discount/maximum_discount'),
    );
  });

  step('pages by cursor', async () => {
    for (const id of ['page a', 'page b'])
      await ask('createCampaign', { body: campaign(id, { valid_from: '2026-04-01T00:00:00Z' }) });
    const made = await shop.db.query<{ campaign_id: string }>(
      'select campaign_id from campaigns order by campaign_key desc',
    );
    const listed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await ask('listCampaigns', { query: `limit=2${cursor && `&cursor=${cursor}`}` });
      expect(json.items.length).toBeLessThanOrEqual(2);
      listed.push(...json.items.map((one: { campaign_id: string }) => one.campaign_id));
      cursor = json.next_cursor;
    }
    expect(listed.slice(0, 2)).toEqual(['page b', 'page a']);
    expect(listed).toEqual(made.map(({ campaign_id }) => campaign_id));
    expect(await ask('listCampaigns', { query: 'cursor=abc' })).toMatchObject(
      problem(400, 'invalid_request', 'cursor'),
    );
  });

  step('terms are changed, listed page by page and brought back, in the contract’s shape', async () => {
    const of = { campaign_id: 'varied' };
    await ask('createCampaign', {
      body: campaign('varied', { budget: { coupons: 5 }, valid_from: '2026-04-01T00:00:00Z' }),
    });
    const { campaign_id: _, ...terms } = campaign('varied', {
      name: 'varied again',
      discount: { type: 'buy-x-get-y', buy: 2, get: 1, percent: 100, maximum_discount: '4' },
      budget: { money: '40' },
      minimum_spend: '1.5',
      valid_from: '2026-04-01T00:00:00Z',
    });
    const changed = await ask('changeCampaign', { path: of, body: terms });
    expect(changed).toMatchObject({
      status: 200,
      json: { campaign_id: 'varied', version: 2, budget: { coupons: null, money: '40.00' }, counters: { issued: 0 } },
    });
    expect((await ask('getCampaign', { path: of })).json).toEqual(changed.json);
    const first = await ask('listCampaignVersions', { path: of, query: 'limit=1' });
    expect(first.json).toMatchObject({
      items: [{ version: 2, terms: { minimum_spend: '1.50', budget: { money: '40.00' } } }],
    });
    const { json } = await ask('listCampaignVersions', { path: of, query: `limit=1&cursor=${first.json.next_cursor}` });
    expect(json).toMatchObject({ items: [{ version: 1 }], next_cursor: null });
    const [{ terms: before }] = json.items;
    expect(before).toEqual({
      ...{
        campaign_id: 'varied',
        name: 'varied',
        discount: { type: 'amount', amount: '3.00' },
        budget: { coupons: 5 },
      },
      ...{ valid_from: '2026-04-01T00:00:00.000Z', valid_until: '2026-05-01T00:00:00.000Z', coupon_valid_days: 14 },
      ...{
        limit_per_customer: 1,
        target_groups: [],
        target_segments: [],
        applies_to: { item_ids: [], categories: [], bundle: [] },
      },
      ...{ priority: 0, limits: [], time_zone: 'UTC', week_start: 'monday', stacking: 'exclusive', stacking_order: 0 },
      control_share: 0,
      isolation: 'campaign',
      guests: false,
      channel: null,
      policy: null,
      hours: [],
      referral: null,
      group_offer: null,
    });
    // As it was, it is taken again: the third version says what the first did.
    const back = await ask('changeCampaign', { path: of, body: before });
    expect(back).toMatchObject({
      status: 200,
      json: { version: 3, name: 'varied', budget: { coupons: 5, money: null } },
    });
    expect((await ask('changeCampaign', { path: of, body: before })).json.version).toBe(3);

    const refused = (body: object, path = of) => ask('changeCampaign', { path, body });
    expect(await refused(before, { campaign_id: 'nowhere' })).toMatchObject(problem(409, 'conflict', '/campaign_id'));
    expect(await refused(terms, { campaign_id: 'nowhere' })).toMatchObject(problem(404, 'not_found'));
    expect(await refused({ ...before, control_share: 0.1 })).toMatchObject(problem(409, 'conflict', '/control_share'));
    expect(await refused({ ...before, name: undefined })).toMatchObject(problem(400, 'invalid_request', '/name'));
    expect(await refused({ ...before, counters: {} })).toMatchObject(problem(400, 'invalid_request', '/counters'));
    const unknown = await ask('listCampaignVersions', { path: { campaign_id: 'nowhere' } });
    expect(unknown).toMatchObject(problem(404, 'not_found'));
  });

  const lines = [
    { item_id: 'beans', quantity: 4, unit_price: '9.00' },
    { item_id: 'soap', quantity: 1, unit_price: '2.00' },
  ];

  step('a coupon is decided, read again and redeemed once', async () => {
    const body = { customer_id: 'fine', cart: lines };
    const query = 'campaigns=true';
    const decided = await ask('decideCoupon', { body, query, key: 'same' });
    expect(decided.json).toMatchObject({
      customer_id: 'fine',
      decided_at: '2026-03-10T12:00:00.000Z',
      action: 'coupon',
      cause: 'weak-discount',
      campaigns: [{ campaign_id: 'spring', outcome: 'granted' }],
      coupon: {
        campaign_id: 'spring',
        discount: { type: 'percent', percent: 12.5, maximum_discount: '5.00' },
        minimum_spend: '20.00',
        valid_until: '2026-03-24T12:00:00.000Z',
      },
    });
    expect((await ask('decideCoupon', { body, query, key: 'same' })).text).toBe(decided.text);
    // The same request, whether it asks for the campaigns or not.
    const { campaigns: _, ...brief } = decided.json;
    expect((await ask('decideCoupon', { body, key: 'same' })).json).toEqual(brief);
    expect(await ask('decideCoupon', { body: { customer_id: 'other' }, key: 'same' })).toMatchObject(
      problem(409, 'idempotency_mismatch', 'Idempotency-Key'),
    );
    // What was answered then, and beside it what its sentence says.
    const path = { decision_id: decided.json.decision_id };
    const { said, ...again } = (await ask('getCouponDecision', { path, query })).json;
    expect(again).toEqual(decided.json);
    expect((await ask('getCouponDecision', { path })).json).toEqual({ ...brief, said });
    expect(said).toEqual({ [decided.json.reason]: [{ key: 'decision.fine-purse', values: {} }] });
    expect(await ask('getCouponDecision', { path: { decision_id: '999999999999999999' } })).toMatchObject(
      problem(404, 'not_found'),
    );

    const replayOf = async (decision_id: string) => (await ask('replayCouponDecision', { path: { decision_id } })).json;
    const { action, cause, reason } = decided.json;
    expect(await replayOf(decided.json.decision_id)).toMatchObject({ verdict: 'equal', action, cause, reason });
    // What is not what its inputs give, was made by rules that are gone, or is from before inputs were logged.
    const copy = async (inputs: string, answer: string) => {
      const [row] = await shop.db.query<{ decision_id: number }>(
        `insert into coupon_decisions (customer_key, decided_at, inputs, answer)
         select customer_key, decided_at, ${inputs}, ${answer} from coupon_decisions where decision_id = $1
         returning decision_id`,
        [decided.json.decision_id],
      );
      return String(row.decision_id);
    };
    const changed = await copy('inputs', `replace(answer::text, '"action":"coupon"', '"action":"none"')::json`);
    expect(await replayOf(changed)).toMatchObject({ verdict: 'different', action: 'coupon' });
    const older = await copy(`(inputs::jsonb || '{"rules": "1"}')::json`, 'answer');
    expect(await replayOf(older)).toMatchObject({ verdict: 'other-rules', rules_version: '1', action: null });
    const oldest = await copy(`(inputs::jsonb - 'rules')::json`, 'answer');
    expect(await replayOf(oldest)).toMatchObject({ verdict: 'not-logged', rules_version: null, reason: null });
    expect(await ask('replayCouponDecision', { path: { decision_id: '999999999999999999' } })).toMatchObject(
      problem(404, 'not_found'),
    );

    const { code } = decided.json.coupon;
    const redemption = { code, order_id: 'O2', customer_id: 'fine', lines };
    expect(await ask('redeemCoupon', { body: { ...redemption, customer_id: 'other' } })).toMatchObject(
      problem(409, 'coupon_not_redeemable', '/customer_id'),
    );
    const redeemed = await ask('redeemCoupon', { body: redemption, key: 'once' });
    expect(redeemed.json).toEqual({
      redemption_id: expect.any(String),
      code,
      campaign_id: 'spring',
      order_id: 'O2',
      discount: '4.50',
      lines: [
        { item_id: 'beans', discount: '4.50' },
        { item_id: 'soap', discount: '0.00' },
      ],
      free_shipping: false,
      redeemed_at: '2026-03-10T12:00:00.000Z',
      restated: [],
      order: {
        discount: '4.50',
        free_shipping: false,
        lines: [
          { item_id: 'beans', discount: '4.50' },
          { item_id: 'soap', discount: '0.00' },
        ],
      },
    });
    expect((await ask('redeemCoupon', { body: redemption, key: 'once' })).text).toBe(redeemed.text);
    expect(await ask('redeemCoupon', { body: redemption })).toMatchObject(
      problem(409, 'coupon_already_redeemed', '/code'),
    );
    expect(await ask('redeemCoupon', { body: { ...redemption, code: 'x' } })).toMatchObject(problem(404, 'not_found'));
    expect((await ask('getCampaign', { path: { campaign_id: 'spring' } })).json.counters).toEqual({
      ...nothing,
      issued: 1,
      redeemed: 1,
      money_reserved: '0.00',
      money_redeemed: '4.50',
      money_reversed: '0.00',
    });
  });

  step('a weak purse gets goods with reasons, a stranger nothing', async () => {
    const { json } = await ask('decideCoupon', { body: { customer_id: 'weak' } });
    expect(json).toMatchObject({
      action: 'lower-priced-goods',
      coupon: null,
      lower_priced_items: [{ position: 1, item_id: 'soap' }],
    });
    const stranger = await ask('decideCoupon', { body: { customer_id: 'stranger' } });
    expect(stranger.json).toMatchObject({
      customer_id: 'stranger',
      action: 'none',
      cause: 'unknown-customer',
      group: null,
    });
    const { said: _, ...logged } = (
      await ask('getCouponDecision', { path: { decision_id: stranger.json.decision_id } })
    ).json;
    expect(logged).toEqual({ ...stranger.json, customer_id: null });
  });

  step('without an Idempotency-Key nothing is decided', async () => {
    const headers = { Authorization: `Bearer ${token}` };
    expect(await call(url, 'decideCoupon', { headers, body: { customer_id: 'fine' } })).toMatchObject(
      problem(400, 'invalid_request', 'idempotency-key'),
    );
  });

  const path = { campaign_id: 'life' };
  const soaps = [{ item_id: 'soap', quantity: 5, unit_price: '2.00' }];
  step('a campaign', () => ask('createCampaign', { body: campaign('life', { limit_per_customer: 5 }) }));

  step('codes are made, read as CSV or NDJSON, qualified, redeemed and reversed', async () => {
    const body = { batch_id: 'all', count: 3, kind: 'single' };
    const made = await ask('createCodes', { path, body, key: 'codes' });
    expect(made).toMatchObject({ status: 201, json: { campaign_id: 'life', batch_id: 'all', codes: 3 } });
    expect((await ask('createCodes', { path, body, key: 'codes' })).text).toBe(made.text);
    const csv = await ask('listCodes', { path, query: 'batch_id=all' });
    const codes = csv.text.trim().split('\r\n');
    expect([csv.contentType, codes[0], codes.length]).toEqual(['text/csv; charset=utf-8', 'code', 4]);
    const ndjson = await ask('listCodes', { path, query: 'batch_id=all', accept: 'application/x-ndjson' });
    expect(
      ndjson.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).code),
    ).toEqual(codes.slice(1));
    expect(await ask('listCodes', { path, query: 'batch_id=all', accept: 'image/png' })).toMatchObject(
      problem(406, 'not_acceptable'),
    );
    expect(await ask('listCodes', { path, query: 'batch_id=none' })).toMatchObject(problem(404, 'not_found'));

    const code = codes[1];
    const qualified = await ask('qualifyCoupons', { body: { cart: soaps, codes: [code] } });
    expect(qualified.json).toMatchObject({
      customer_id: null,
      cause: 'guest',
      codes: [{ code, campaign_id: 'life', outcome: 'applied', discount: '3.00' }],
      together: { discount: '3.00', free_shipping: false },
    });
    expect((await ask('qualifyCoupons', { body: {} })).json).toMatchObject({
      action: 'none',
      cause: 'guest',
      codes: [],
      together: null,
    });
    const { json: redeemed } = await ask('redeemCoupon', { body: { code, order_id: 'life 1', lines: soaps } });
    const reversal = { reversal_id: 'life 1', redemption_id: redeemed.redemption_id, amount: '1.00' };
    const reversed = await ask('reverseCoupon', { body: reversal });
    expect(reversed.json).toEqual({
      reversal_id: 'life 1',
      reversed_at: '2026-03-10T12:00:00.000Z',
      redemptions: [{ redemption_id: redeemed.redemption_id, amount: '1.00', unit_given_back: false }],
    });
    expect((await ask('reverseCoupon', { body: reversal })).text).toBe(reversed.text);
    expect(await ask('reverseCoupon', { body: { ...reversal, reversal_id: 'life 2', amount: '2.01' } })).toMatchObject(
      problem(409, 'conflict', '/amount'),
    );
  });

  // Would see: a code that is told with its groups and cannot be sent as it was told, because that is longer than a code may be.
  step('a code of 64 letters is taken as it is told, everywhere', async () => {
    const body = { ...campaign('long'), limit_per_customer: 9, budget: undefined };
    await ask('createCampaign', { body });
    const path = { campaign_id: 'long' };
    const made = { batch_id: 'long', code: 'Frühling-'.repeat(8), kind: 'shared' };
    const { code } = (await ask('createCodes', { path, body: made })).json;
    expect(code).toHaveLength(64 + 15);
    const cart = [{ item_id: 'beans', quantity: 1, unit_price: '50.00' }];
    const { json } = await ask('qualifyCoupons', { body: { codes: [code], cart } });
    expect(json.codes).toMatchObject([{ code, outcome: 'applied' }]);
    const order = { order_id: 'long-1', lines: cart };
    expect(await ask('redeemCoupon', { body: { ...order, code } })).toMatchObject({ status: 200, json: { code } });
    const second = { ...order, order_id: 'long-2', codes: [code] };
    expect(await ask('redeemOrder', { body: second })).toMatchObject({ status: 200 });
    // Found, and no reservation, because it is not an issued one.
    expect(await ask('releaseCoupon', { path: { code } })).toMatchObject({ status: 409 });
    const tooLong = { batch_id: 'longer', code: `${'Frühling'.repeat(8)}X`, kind: 'shared' };
    expect(await ask('createCodes', { path, body: tooLong })).toMatchObject({ status: 409 });
  });

  step('several codes of an order at once, all or none, each line with its discount', async () => {
    const stackable = { stacking: 'stackable', budget: undefined };
    const terms = [
      ['ten', { discount: { type: 'percent', percent: 10 }, stacking_order: 0 }],
      ['five', { discount: { type: 'amount', amount: '5.00' }, stacking_order: 1 }],
    ] as const;
    for (const [id, change] of terms) {
      await ask('createCampaign', { body: { ...campaign(id), ...stackable, ...change } });
      await ask('createCodes', {
        path: { campaign_id: id },
        body: { batch_id: 'b', code: `${id}2026`, kind: 'shared' },
      });
    }
    const cart = [
      { item_id: 'beans', quantity: 1, unit_price: '66.67' },
      { item_id: 'soap', quantity: 1, unit_price: '33.33' },
    ];
    const asked = { codes: ['five2026', 'ten2026'], customer_id: 'newcomer' };
    const { json: promised } = await ask('qualifyCoupons', { body: { ...asked, cart } });
    // 10 % of 100.00 is 10.00: 6.667 and 3.333. Of 60.00 and 30.00 that are left 5.00 takes 3.333 and 1.667.
    const lines = [
      { item_id: 'beans', discount: '10.00' },
      { item_id: 'soap', discount: '5.00' },
    ];
    expect(promised.together).toEqual({ discount: '15.00', free_shipping: false, lines });
    const bad = await ask('redeemOrder', {
      body: { ...asked, codes: ['five2026', 'no-such', 'FIVE-2026'], order_id: 'both', lines: cart },
    });
    expect(bad).toMatchObject({
      status: 404,
      json: { code: 'not_found', errors: [{ field: '/codes/1' }, { field: '/codes/2' }] },
    });
    const body = { ...asked, order_id: 'both', lines: cart };
    const redeemed = await ask('redeemOrder', { body, key: 'both' });
    expect(redeemed).toMatchObject({
      status: 200,
      json: {
        order_id: 'both',
        redemptions: [
          {
            campaign_id: 'five',
            discount: '5.00',
            lines: [
              { item_id: 'beans', discount: '3.33' },
              { item_id: 'soap', discount: '1.67' },
            ],
          },
          {
            campaign_id: 'ten',
            discount: '10.00',
            lines: [
              { item_id: 'beans', discount: '6.67' },
              { item_id: 'soap', discount: '3.33' },
            ],
          },
        ],
        restated: [],
        order: promised.together,
      },
    });
    expect((await ask('redeemOrder', { body, key: 'both' })).text).toBe(redeemed.text);
    expect(await ask('redeemOrder', { body })).toMatchObject({
      status: 409,
      json: { code: 'coupon_not_redeemable', errors: [{ field: '/codes/0' }, { field: '/codes/1' }] },
    });
  });

  step('a reservation is released once', async () => {
    const decided = await ask('decideCoupon', {
      body: { customer_id: 'other', campaign_ids: ['life'], reserve_seconds: 60 },
    });
    expect(decided.json).toMatchObject({
      budget_left: { coupons: 98, money: null },
      probability: 1,
      holdout: 'none',
      explored: false,
      model_version: expect.any(Number),
      rules_version: '12',
    });
    const path = { code: decided.json.coupon.code };
    const released = await ask('releaseCoupon', { path });
    expect(released.json).toEqual({ code: path.code, released_at: '2026-03-10T12:00:00.000Z', money: '3.00' });
    expect(await ask('releaseCoupon', { path })).toMatchObject(problem(409, 'conflict', 'code'));
  });

  step('the same request while it is at work is told to come again', async () => {
    const body = { customer_id: 'other', campaign_ids: ['life'] };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('decideCoupon', { body, key: 'at-work' })));
    const [done, others] = [
      answers.filter(({ status }) => status === 200),
      answers.filter(({ status }) => status !== 200),
    ];
    expect(done.length).toBeGreaterThan(0);
    expect(others.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    for (const other of others) {
      expect(other).toMatchObject(problem(409, 'request_in_progress', 'Idempotency-Key'));
      expect(other.headers['retry-after']).toBe('1');
    }
    expect((await ask('decideCoupon', { body, key: 'at-work' })).text).toBe(done[0].text);
  });

  step('who guesses codes is told to come again later', async () => {
    const guess = () =>
      ask('redeemCoupon', { body: { code: 'WRONG', customer_id: 'guesser', order_id: 'guess', lines: soaps } });
    for (let n = 0; n < 10; n++) expect((await guess()).status).toBe(404);
    const stopped = await guess();
    expect(stopped).toMatchObject(problem(429, 'too_many_requests'));
    expect(stopped.headers['retry-after']).toBe('60');
  });

  step('holdouts are set and kept; the ledger is checked by an admin', async () => {
    expect((await ask('setHoldout', { body: { share: 0.05, exploration_share: 0.1 } })).json.items).toMatchObject([
      { share: 0.05, exploration_share: 0.1 },
      { share: 0, exploration_share: 0 },
    ]);
    expect((await ask('listHoldouts')).json.items.length).toBe(2);
    expect(await ask('setHoldout', { body: { share: 0.005 } })).toMatchObject(
      problem(400, 'invalid_request', '/share'),
    );
    expect((await ask('checkCouponLedger')).status).toBe(403);
    const admin = await served.keyFor('admin');
    const { json } = await ask('checkCouponLedger', { token: admin });
    expect(json).toEqual({ consistent: true, entries: expect.any(Number), differences: [] });
    expect(json.entries).toBeGreaterThan(5);
    await ask('setHoldout', { body: { share: 0 } });
  });
});
