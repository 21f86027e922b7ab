import { afterAll, beforeAll, expect } from '@jest/globals';
import fc from 'fast-check';
import { findCustomers } from '../../../src/intake/index.ts';
import type { SampleShop } from '../../../src/sample-shop/index.ts';
import { story } from '../../support/jest/story.ts';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd } from '../../support/shops/training-shop.ts';

const day = 86_400_000;
let now = shopEnd;
let service: TestService;
let shop: SampleShop;
/** who may be profiled */
let profiled: Set<string>;

type Operation = Parameters<typeof call>[1];
const ask = (operation: Operation, request: Parameters<typeof call>[2] = {}): Promise<Answer> =>
  call(service.url, operation, { ...request, headers: { ...service.as('segments'), ...request.headers } });
const preview = async (definition: unknown) =>
  (await ask('previewSegment', { body: { definition, as_of: shopEnd.toISOString() } })).json;

async function membersOf(segmentId: string, limit = 1_000): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { json } = await ask('listSegmentMembers', {
      path: { segment_id: segmentId },
      query: `limit=${limit}${cursor && `&cursor=${cursor}`}`,
    });
    ids.push(...json.items.map(({ customer_id }: any) => customer_id));
    cursor = json.next_cursor;
  }
  return ids;
}

async function train(): Promise<void> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: now, models: ['segmentation', 'customer-tags'] });
  expect(await training.waitForRun(trainingRunId)).toMatchObject({ error: null, status: 'succeeded' });
}

/** Customers who may be profiled by their orders of the last days in which `counts` holds of a line that did not come back. */
function countOrders(days: number, counts: (item: string) => boolean): Map<string, number> {
  const found = new Map<string, number>();
  const refunds = new Map(
    [...shop.refunds()]
      .filter(({ occurred_at }) => Date.parse(occurred_at) < shopEnd.getTime())
      .map(({ order_id, lines: back }) => [order_id, back]),
  );
  for (const { order_id, customer_id, occurred_at, lines } of shop.orders()) {
    const back = refunds.get(order_id);
    const isLeft = ({ item_id, quantity }: (typeof lines)[number]) =>
      !refunds.has(order_id) || back?.some((one) => one.item_id === item_id && one.quantity === quantity) === false;
    const inWindow = Date.parse(occurred_at) >= shopEnd.getTime() - days * day;
    if (!inWindow || customer_id === undefined || !profiled.has(customer_id)) continue;
    if (lines.filter(isLeft).some(({ item_id }) => counts(item_id)))
      found.set(customer_id, (found.get(customer_id) ?? 0) + 1);
  }
  return found;
}

const inCategory = (path: string) => {
  const items = new Set(
    shop.items
      .filter(({ category }) => category === path || category.startsWith(`${path} > `))
      .map(({ item_id }) => item_id),
  );
  return (item: string) => items.has(item);
};

beforeAll(async () => {
  service = await createTestService({ clock: () => now });
  shop = await fillShop(service.stations.intake, 300);
  profiled = new Set([...shop.customers()].filter((one) => one.profiling_allowed).map((one) => one.customer_id));
  await train();
});
afterAll(() => service.stop());

story('segments by rule: previews, members and their changes, lists, people who object or are erased', (step) => {
  step('a preview: counts behaviour in a window as one counts by hand, categories with those below them', async () => {
    const twice = { behaviour: 'purchase', within_days: 90, category: 'Food', at_least: 2 };
    const food = countOrders(90, inCategory('Food'));
    const expected = [...food.values()].filter((orders) => orders >= 2).length;
    const { parts, ...told } = await preview({ all: [twice, { not: twice }] });
    expect(told).toMatchObject({ as_of: shopEnd.toISOString(), everybody: profiled.size, customers: 0 });
    expect(told.versions).toMatchObject({ segmentation: expect.any(Number), 'customer-tags': expect.any(Number) });
    expect(parts).toEqual([
      { field: '/definition', customers: 0 },
      { field: '/definition/all/0', customers: expected },
      { field: '/definition/all/1', customers: profiled.size - expected },
      { field: '/definition/all/1/not', customers: expected },
    ]);
    expect(expected).toBeGreaterThan(20);
  });

  step('a preview: at most so often holds also of who never did; exactly one item, one brand', async () => {
    const [item] = shop.items;
    const orders = countOrders(180, (id) => id === item.item_id);
    const asked = { behaviour: 'purchase', within_days: 180, item_id: item.item_id };
    const over = [...orders.values()].filter((count) => count > 1).length;
    expect((await preview({ ...asked, at_most: 1 })).customers).toBe(profiled.size - over);
    expect((await preview({ ...asked, at_least: 1, at_most: 1 })).customers).toBe(orders.size - over);
    const branded = new Set(shop.items.filter(({ brand }) => brand === item.brand).map(({ item_id }) => item_id));
    const ofBrand = countOrders(30, (id) => branded.has(id));
    expect((await preview({ behaviour: 'purchase', within_days: 30, brand: item.brand })).customers).toBe(ofBrand.size);
  });

  step('RFM, groups and tags are those of the profiles', async () => {
    const profiles = await Promise.all(
      [...profiled].map(async (customer_id) => (await ask('getCustomerProfile', { path: { customer_id } })).json),
    );
    const count = (holds: (profile: any) => boolean) => profiles.filter(holds).length;
    const tagged = (name: string, holds: (tag: any) => boolean) => (profile: any) =>
      profile.tags.some((tag: any) => tag.tag === name && holds(tag));
    // Bounds between two amounts, as near as a third of a cent: rounded, somebody would be on them.
    const one = profiles.find(({ monetary }) => Number(monetary) > 0)!;
    const near = (thousandths: number) => (Number(one.monetary) + thousandths / 1_000).toFixed(3);
    const exact = ({ monetary, frequency }: any) => Number(monetary) / frequency;
    const uneven = profiles.filter(
      (each) => each.frequency > 0 && Number(each.average_order_value) > exact(each) + 0.001,
    )[0]!;
    const cases: [unknown, (profile: any) => boolean][] = [
      [{ rfm: 'monetary', at_least: near(4) }, (each) => Number(each.monetary) > Number(one.monetary)],
      [
        { rfm: 'monetary', at_most: near(-4) },
        (each) => each.monetary !== null && Number(each.monetary) < Number(one.monetary),
      ],
      [
        { rfm: 'average_order_value', at_least: uneven.average_order_value },
        (each) => each.frequency > 0 && exact(each) >= Number(uneven.average_order_value),
      ],
      [{ rfm: 'recency_days', at_most: 20 }, (one) => one.recency_days !== null && one.recency_days <= 20],
      [{ rfm: 'monetary', at_least: '100.50' }, (one) => Number(one.monetary) >= 100.5],
      [{ segment: ['group-high-value', 'group-ordinary'] }, (one) => ['high-value', 'ordinary'].includes(one.group)],
      [
        { segment: ['klaviyo-champions', 'cell-555'] },
        (one) => one.klaviyo_group === 'klaviyo-champions' || one.cell === 'cell-555',
      ],
      [
        { tag: 'life-cycle-stage', is: ['lapsed', 'at-risk'] },
        tagged('life-cycle-stage', ({ value }) => ['lapsed', 'at-risk'].includes(value)),
      ],
      [
        { tag: 'preferred-category', is: ['Food'], at_least: 0.3 },
        tagged('preferred-category', ({ value, evidence }) => value.startsWith('Food > ') && evidence.share >= 0.3),
      ],
      [{ tag: 'price-band', at_most: 0.5 }, tagged('price-band', ({ evidence }) => evidence.level <= 0.5)],
      [{ tag: 'price-sensitivity', is: ['high'] }, tagged('price-sensitivity', ({ value }) => value === 'high')],
      [
        { tag: 'discount-share', at_least: 0.5 },
        tagged('price-sensitivity', ({ evidence }) => (evidence.discount_share ?? 0) >= 0.5),
      ],
      [{ tag: 'shopping-weekday' }, tagged('shopping-weekday', () => true)],
      [
        { tag: 'expected-next-order', within_days: 7 },
        tagged('expected-next-order', ({ value }) => Date.parse(value) < shopEnd.getTime() + 7 * day),
      ],
    ];
    for (const [definition, holds] of cases) {
      const expected = count(holds);
      expect([definition, (await preview(definition)).customers]).toEqual([definition, expected]);
      expect([definition, expected > 0 && expected < profiled.size]).toEqual([definition, true]);
    }
    // A model that is not published says nothing of anybody.
    expect((await preview({ value: 'expected_orders', at_least: 0 })).customers).toBe(0);
  });

  step('a preview: viewed and not bought: also as a visitor, and a later purchase ends it', async () => {
    const [one, two] = shop.items.map(({ item_id }) => item_id);
    const ids = ['window-shopper', 'buyer', 'earlier-buyer', 'visitor-later-known', 'objector'];
    const { intake } = service.stations;
    await intake.upsertCustomers(
      ids.map((customer_id) => ({ customer_id, profiling_allowed: customer_id !== 'objector' })),
    );
    const at = (days: number) => new Date(shopEnd.getTime() - days * day).toISOString();
    const order = (order_id: string, customer_id: string, days: number, item_id: string) => ({
      order_id,
      customer_id,
      occurred_at: at(days),
      lines: [{ item_id, quantity: 1, unit_price: '1.00' }],
    });
    await intake.recordOrders([
      order('o-buyer', 'buyer', 2, one),
      order('o-earlier', 'earlier-buyer', 6, one),
      order('o-other', 'window-shopper', 2, two),
    ]);
    const view = (event_id: string, who: object, days: number) => ({
      event_id,
      type: 'view' as const,
      item_id: one,
      occurred_at: at(days),
      ...who,
    });
    await intake.recordEvents([
      ...ids
        .filter((id) => id !== 'visitor-later-known')
        .map((customer_id) => view(`e-${customer_id}`, { customer_id }, 5)),
      view('e-visitor', { visitor_id: 'device' }, 5),
      view('e-known', { visitor_id: 'device', customer_id: 'visitor-later-known' }, 40),
      view('e-old', { customer_id: 'buyer' }, 30),
    ]);
    const found = async (definition: object) => {
      const body = { segment_id: 'rule-viewed', name: 'Viewed', definition };
      expect((await ask('createSegment', { body })).status).toBe(201);
      const members = await membersOf('rule-viewed');
      await ask('deleteSegment', { path: { segment_id: 'rule-viewed' } });
      return ids.filter((id) => members.includes(id));
    };
    const viewed = { behaviour: 'view', within_days: 14, item_id: one };
    expect(await found(viewed)).toEqual(['window-shopper', 'buyer', 'earlier-buyer', 'visitor-later-known']);
    expect(await found({ ...viewed, not_bought: true })).toEqual([
      'window-shopper',
      'earlier-buyer',
      'visitor-later-known',
    ]);
    expect(await found({ all: [viewed, { not: { behaviour: 'purchase', within_days: 14, item_id: one } }] })).toEqual([
      'window-shopper',
      'visitor-later-known',
    ]);
    expect(await found({ ...viewed, within_days: 60, at_least: 2 })).toEqual(['buyer', 'visitor-later-known']);
    for (const id of ids) profiled.add(id);
    profiled.delete('objector');
  });

  step('a preview: of any rule keeps to the algebra of sets', async () => {
    const bounds = fc.record({ at_least: fc.integer({ min: 1, max: 3 }) });
    const condition = fc.oneof(
      fc
        .tuple(
          fc.record(
            {
              behaviour: fc.constantFrom('purchase', 'view', 'click', 'favourite', 'cart_add', 'search'),
              within_days: fc.double({ min: 0.5, max: 3_650, noNaN: true }),
              category: fc.constantFrom('Food', 'Food > Coffee', 'Nothing'),
              item_id: fc.constantFrom(...shop.items.slice(0, 5).map(({ item_id }) => item_id)),
              brand: fc.constantFrom(shop.items[0].brand, '%'),
            },
            { requiredKeys: ['behaviour', 'within_days'] },
          ),
          fc.oneof(fc.constant({}), bounds, fc.record({ at_most: fc.integer({ min: 0, max: 5 }) })),
        )
        .map(([asked, range]) => ({ ...asked, ...range })),
      fc.record({ behaviour: fc.constant('view'), within_days: fc.constant(30), not_bought: fc.constant(true) }),
      fc.record({ tag: fc.constantFrom('price-band', 'channel', 'shopping-hours', 'preferred-brand', 'coupon-share') }),
      fc.record({
        tag: fc.constantFrom('preferred-category', 'price-sensitivity'),
        at_most: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ rfm: fc.constantFrom('recency_days', 'frequency_score'), at_least: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ rfm: fc.constant('average_order_value'), at_most: fc.constantFrom('20', '35.50') }),
      fc.record({ value: fc.constantFrom('alive_probability', 'likelier_than'), at_least: fc.constant(0.5) }),
      fc.record({ segment: fc.constant(['group-ordinary', 'cluster-1', 'cell-555']) }),
    );
    const { rule } = fc.letrec((tie) => ({
      rule: fc.oneof({ maxDepth: 2, withCrossShrink: true }, condition, tie('joined'), tie('denied')),
      joined: fc
        .tuple(fc.constantFrom('all', 'any'), fc.array(tie('rule'), { minLength: 1, maxLength: 3 }))
        .map(([key, rules]) => ({ [key]: rules })),
      denied: fc.record({ not: tie('rule') }),
    }));
    await fc.assert(
      fc.asyncProperty(rule, rule, async (a, b) => {
        const { parts, everybody } = await preview({
          any: [{ all: [a, b] }, { any: [a, b] }, { not: a }, a, b],
        });
        const count = (place: string) => parts.find(({ field }: any) => field === `/definition${place}`).customers;
        expect(count('')).toBe(everybody);
        expect(count('/any/0') + count('/any/1')).toBe(count('/any/3') + count('/any/4'));
        expect(count('/any/2') + count('/any/3')).toBe(everybody);
      }),
      { numRuns: 40, seed: 20_261_121 },
    );
  });

  step('a preview: names what is wrong, and stores nothing', async () => {
    const { status, json } = await ask('previewSegment', {
      body: { definition: { all: [{ rfm: 'monetary', at_least: 'much' }, { segment: ['rule-unknown'] }] } },
    });
    expect([status, json.errors.map(({ field }: any) => field)]).toEqual([400, ['/definition/all/0/at_least']]);
    const unknown = await ask('previewSegment', { body: { definition: { any: [{ segment: ['rule-unknown'] }] } } });
    expect(unknown.json.errors).toEqual([{ field: '/definition/any/0/segment/0', message: 'is not a known segment' }]);
    const future = await ask('previewSegment', {
      body: { definition: { segment: ['group-ordinary'] }, as_of: new Date(now.getTime() + 2 * day).toISOString() },
    });
    expect(future.json.errors).toMatchObject([{ field: '/as_of' }]);
    expect(await service.database.query('select from defined_segments')).toEqual([]);
  });

  const definition = { behaviour: 'purchase', within_days: 30, at_least: 1 };
  const body = { segment_id: 'rule-buyers', name: 'Bought lately', definition };

  step('is made once; its members are those of the rule, and have their figures', async () => {
    const made = await ask('createSegment', { body });
    const buyers = countOrders(30, () => true);
    // And the three of the step above.
    expect([made.status, made.json.members, made.json.entered]).toEqual([201, buyers.size + 3, buyers.size + 3]);
    const again = await ask('createSegment', { body });
    expect([again.status, again.json]).toEqual([200, made.json]);
    expect((await ask('createSegment', { body: { ...body, name: 'Other' } })).status).toBe(409);
    expect((await ask('createSegment', { body: { segment_id: 'rule-empty', name: 'x' } })).json.errors).toMatchObject([
      { field: '/definition' },
    ]);
    const { json } = await ask('listSegmentMembers', { path: { segment_id: 'rule-buyers' }, query: 'limit=1000' });
    expect(json).toMatchObject({ snapshot_id: made.json.snapshot_id, as_of: shopEnd.toISOString(), next_cursor: null });
    const [member] = json.items.filter(({ customer_id }: any) => buyers.has(customer_id));
    const profile = (await ask('getCustomerProfile', { path: { customer_id: member.customer_id } })).json;
    expect([profile.recency_days, profile.monetary]).toEqual([member.recency_days, member.monetary]);
    expect(profile.segments).toEqual(['rule-buyers']);
    const listed = (await ask('listSegments')).json;
    expect(listed.defined).toEqual([made.json]);
    expect((await ask('listSegments', { query: 'scheme=group' })).json.defined).toEqual([]);
  });

  step('pages stay on their snapshot while members come and go; both is told', async () => {
    const before = await membersOf('rule-buyers');
    const path = { segment_id: 'rule-buyers' };
    const first = (await ask('listSegmentMembers', { path, query: 'limit=10' })).json;
    now = new Date(shopEnd.getTime() + 20 * day);
    await service.stations.intake.recordOrders([
      {
        order_id: 'late',
        customer_id: 'C-late',
        occurred_at: new Date(now.getTime() - day).toISOString(),
        lines: [{ item_id: shop.items[0].item_id, quantity: 1, unit_price: '1.00' }],
      },
    ]);
    const refreshed = (await ask('refreshSegment', { path })).json;
    expect(refreshed.snapshot_id).toBeGreaterThan(first.snapshot_id);
    expect(refreshed).toMatchObject({ as_of: now.toISOString(), entered: 1 });
    expect(refreshed.members).toBe(before.length + 1 - refreshed.left);
    expect(refreshed.left).toBeGreaterThan(10);

    const pinned = first.items.map(({ customer_id }: any) => customer_id);
    for (let cursor = first.next_cursor; cursor !== null; ) {
      const { json } = await ask('listSegmentMembers', { path, query: `limit=50&cursor=${cursor}` });
      expect([json.snapshot_id, json.as_of]).toEqual([first.snapshot_id, shopEnd.toISOString()]);
      pinned.push(...json.items.map(({ customer_id }: any) => customer_id));
      cursor = json.next_cursor;
    }
    expect(pinned).toEqual(before);

    const after = await membersOf('rule-buyers', 7);
    expect(after).toHaveLength(refreshed.members);
    expect(after).toContain('C-late');
    const { json } = await ask('listSegmentChanges', { path, query: 'limit=1000' });
    const changes = json.items.filter(({ version }: any) => version === refreshed.snapshot_id);
    const of = (change: string) =>
      changes.filter((one: any) => one.change === change).map(({ customer_id }: any) => customer_id);
    expect(of('entered')).toEqual(['C-late']);
    expect(of('left').sort()).toEqual(before.filter((id) => !after.includes(id)).sort());
    expect(json.items).toHaveLength(before.length + changes.length);
    // An older moment brings the same members back.
    const back = await ask('refreshSegment', { path, query: `as_of=${shopEnd.toISOString()}` });
    expect(back.json).toMatchObject({ entered: refreshed.left, left: 1 });
    expect((await membersOf('rule-buyers')).sort()).toEqual([...before].sort());
  });

  step('a night finds its members anew, as of the night', async () => {
    await train();
    const { json } = await ask('getSegment', { path: { segment_id: 'rule-buyers' } });
    expect(json.as_of).toBe(now.toISOString());
    expect(await membersOf('rule-buyers')).toContain('C-late');
  });

  step('is exported whole, safe against formulas', async () => {
    await service.stations.intake.recordOrders([
      {
        order_id: 'formula',
        customer_id: '=cmd()',
        occurred_at: new Date(now.getTime() - day).toISOString(),
        lines: [{ item_id: shop.items[0].item_id, quantity: 1, unit_price: '1.00' }],
      },
    ]);
    await ask('refreshSegment', { path: { segment_id: 'rule-buyers' } });
    const members = await membersOf('rule-buyers');
    const exported = (Accept: string) =>
      ask('listSegmentMembers', { path: { segment_id: 'rule-buyers' }, headers: { Accept } });
    const [head, ...rows] = (await exported('text/csv')).text.trimEnd().split('\r\n');
    expect(head).toBe('customer_id,recency_days,frequency,monetary,recency_score,frequency_score,monetary_score,since');
    expect(rows).toHaveLength(members.length);
    expect(rows.at(-1)).toMatch(/^'=cmd\(\),,,,,,,2026-/);
    const lines = (await exported('application/x-ndjson')).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).customer_id)).toEqual(members);
  });

  step('is not one that the shop fills; can be named by another, and is removed when no other names it', async () => {
    const path = { segment_id: 'rule-buyers' };
    const put = await ask('replaceSegmentMembers', { path, body: { customer_ids: [] } });
    expect(put.status).toBe(409);
    const { customers, parts } = await preview({
      all: [{ segment: ['rule-buyers'] }, { segment: ['group-high-value'] }],
    });
    expect(parts[1].customers).toBe((await membersOf('rule-buyers')).length);
    expect(customers).toBeLessThan(parts[1].customers);
    await ask('createSegment', { body: { segment_id: 'rule-gone', name: 'Gone', definition } });
    const naming = (segment_id: string, rule: object) =>
      ask('createSegment', { body: { segment_id, name: segment_id, definition: rule } });
    const remove = (segment_id: string) => ask('deleteSegment', { path: { segment_id } });
    await naming('rule-without', { not: { segment: ['rule-gone'] } });
    await naming('rule-within', { all: [definition, { any: [{ segment: ['group-ordinary', 'rule-gone'] }] }] });
    const kept = await remove('rule-gone');
    expect(kept).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect(kept.json.detail).toBe('Rules name this segment: rule-within, rule-without.');
    for (const id of ['rule-without', 'rule-within']) expect((await remove(id)).status).toBe(200);
    // Whichever comes first: no rule is left that names what is not there.
    const raced = await Promise.all([naming('rule-late', { not: { segment: ['rule-gone'] } }), remove('rule-gone')]);
    expect([
      [201, 409],
      [409, 200],
    ]).toContainEqual(raced.map(({ status }) => status));
    if (raced[0].status === 201) for (const id of ['rule-late', 'rule-gone']) await remove(id);
    for (const operation of ['getSegment', 'deleteSegment', 'listSegmentMembers', 'listSegmentChanges'] as const) {
      expect((await ask(operation, { path: { segment_id: 'rule-gone' } })).status).toBe(404);
    }
  });

  const path = { segment_id: 'list-friends' };

  step('holds whom the shop names, and tells whom it cannot hold', async () => {
    expect((await ask('createSegment', { body: { segment_id: 'list-friends', name: 'Friends' } })).json).toMatchObject({
      definition: null,
      members: 0,
    });
    const { json } = await ask('replaceSegmentMembers', {
      path,
      body: { customer_ids: ['buyer', 'window-shopper', 'buyer', 'objector', 'nobody'] },
    });
    expect(json).toMatchObject({
      segment: { members: 2, entered: 2, left: 0 },
      unknown: 1,
      unknown_ids: ['nobody'],
      not_profiled: 1,
    });
    const next = await ask('replaceSegmentMembers', { path, body: { customer_ids: ['earlier-buyer', 'buyer'] } });
    expect(next.json.segment).toMatchObject({ members: 2, entered: 1, left: 1 });
    expect((await membersOf('list-friends')).sort()).toEqual(['buyer', 'earlier-buyer']);
    const { items: changes } = (await ask('listSegmentChanges', { path })).json;
    expect(changes.map(({ customer_id, change }: any) => `${customer_id} ${change}`).sort()).toEqual([
      'buyer entered',
      'earlier-buyer entered',
      'window-shopper entered',
      'window-shopper left',
    ]);
    // A refresh of a list keeps it.
    expect((await ask('refreshSegment', { path })).json).toMatchObject({ members: 2, entered: 0, left: 0 });
  });

  step('a profile says in which segments somebody is', async () => {
    const buyer = (await ask('getCustomerProfile', { path: { customer_id: 'buyer' } })).json;
    expect(buyer).toMatchObject({ group: expect.any(String), cell: expect.stringMatching(/^cell-/) });
    expect(buyer.segments).toContain('list-friends');
    const shopper = (await ask('getCustomerProfile', { path: { customer_id: 'window-shopper' } })).json;
    expect(shopper.segments).not.toContain('list-friends');
  });

  step(
    'who objects is in no segment from the next request on, and leaves without a trace at the next refresh',
    async () => {
      await service.stations.intake.upsertCustomers([{ customer_id: 'buyer', profiling_allowed: false }]);
      expect(await membersOf('list-friends')).toEqual(['earlier-buyer']);
      const profile = (await ask('getCustomerProfile', { path: { customer_id: 'buyer' } })).json;
      expect(profile).toMatchObject({ group: null, cell: null, cluster: null, segments: [] });
      await ask('refreshSegment', { path: { segment_id: 'list-friends' } });
      await service.stations.intake.upsertCustomers([{ customer_id: 'buyer', profiling_allowed: true }]);
      expect(await membersOf('list-friends')).toEqual(['earlier-buyer']);
      const { items: changes } = (await ask('listSegmentChanges', { path: { segment_id: 'list-friends' } })).json;
      expect(changes.map(({ customer_id }: any) => customer_id)).not.toContain('buyer');
    },
  );

  step('an erased person leaves no membership and no change behind, not even in older snapshots', async () => {
    const { customerKey } = (await findCustomers(service.database, ['earlier-buyer'])).get('earlier-buyer')!;
    await service.stations.intake.eraseCustomer('earlier-buyer');
    for (const table of ['segment_memberships', 'segment_changes', 'customer_tags']) {
      const rows = await service.database.query(`select from ${table} where customer_key = $1`, [customerKey]);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });

  step('a refresh that runs while somebody is erased does not bring them back', async () => {
    await service.stations.intake.recordOrders([
      {
        order_id: 'racer',
        customer_id: 'racer',
        occurred_at: new Date(now.getTime() - day).toISOString(),
        lines: [{ item_id: shop.items[0].item_id, quantity: 1, unit_price: '1.00' }],
      },
    ]);
    const { customerKey } = (await findCustomers(service.database, ['racer'])).get('racer')!;
    await Promise.all([
      ...Array.from({ length: 3 }, () => ask('refreshSegment', { path: { segment_id: 'rule-buyers' } })),
      service.stations.intake.eraseCustomer('racer'),
    ]);
    const rows = await service.database.query('select from segment_memberships where customer_key = $1', [customerKey]);
    expect(rows).toEqual([]);
  });
});
