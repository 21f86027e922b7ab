import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../../src/config.ts';
import { isLargeRaise } from '../../../src/coupons/campaigns/raises/large-raise.ts';
import type { OperationId } from '../../../src/http/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const time = { now: new Date('2026-03-10T12:00:00Z') };
let service: TestService;
let [anna, ben] = ['', ''];

beforeAll(async () => {
  const env = { PANNIER_RAISE_LIMIT_COUPONS: '50', PANNIER_RAISE_LIMIT_MONEY: '100.00' };
  service = await createTestService({ clock: () => time.now, env });
  anna = (await createKey(service.database, 'anna', ['coupons'])).token;
  ben = (await createKey(service.database, 'ben', ['coupons'])).token;
  await service.stations.keys.reload();
});
afterAll(() => service.stop());

const terms = (coupons: number | null, money: string | null, change: object = {}) => ({
  name: 'spring',
  discount: { type: 'amount', amount: '3.00' },
  valid_from: '2026-03-01T00:00:00Z',
  valid_until: '2026-06-01T00:00:00Z',
  budget: { ...(coupons !== null && { coupons }), ...(money !== null && { money }) },
  ...change,
});
const ask = (secret: string, id: OperationId, more: { path?: Record<string, string>; body?: unknown } = {}) =>
  call(service.url, id, {
    path: { campaign_id: 'spring', ...more.path },
    body: more.body,
    headers: { Authorization: `Bearer ${secret}` },
  });
const change = (secret: string, body: object) => ask(secret, 'changeCampaign', { body });
const decide = (secret: string, id: 'approveBudgetRaise' | 'rejectBudgetRaise', raise_id: string) =>
  ask(secret, id, { path: { raise_id } });
const budget = async () => (await ask(anna, 'getCampaign')).json.budget;
const day = 86_400_000;
const refusal = (field: string) => ({ status: 409, json: { code: 'conflict', errors: [{ field }] } });
const later = (ms: number) => {
  time.now = new Date(time.now.getTime() + ms);
};

// By the words of the settings: more than the limit, and no bound is more than any.
type Stated = { coupons: number | null; money: number | null };
test.each<[Stated, Stated, boolean]>([
  [{ coupons: 50, money: 1_000 }, { coupons: 100, money: 1_000 }, false],
  [{ coupons: 50, money: 1_000 }, { coupons: 101, money: 1_000 }, true],
  [{ coupons: 50, money: 1_000 }, { coupons: 1, money: 11_000 }, false],
  [{ coupons: 50, money: 1_000 }, { coupons: 1, money: 11_001 }, true],
  [{ coupons: 50, money: 1_000 }, { coupons: null, money: 1_000 }, true],
  [{ coupons: null, money: null }, { coupons: 5, money: 1_000 }, false],
  [{ coupons: null, money: null }, { coupons: null, money: null }, false],
])('from %j to %j: %s', (before, wanted, isLarge) => {
  const of = ({ coupons, money }: Stated) => ({ couponBudget: coupons, moneyBudgetMinor: money });
  expect(isLargeRaise(of(before), of(wanted), { coupons: 50, moneyMinor: 10_000 })).toBe(isLarge);
  expect(isLargeRaise(of(before), of(wanted), { coupons: undefined, moneyMinor: undefined })).toBe(false);
});

test('the settings are amounts of the currency', () => {
  expect(readConfig({ PANNIER_RAISE_LIMIT_MONEY: '12.5', PANNIER_RAISE_LIMIT_COUPONS: '7' }).raiseLimit).toEqual({
    coupons: 7,
    moneyMinor: 1_250,
  });
  expect(readConfig({}).raiseLimit).toEqual({ coupons: undefined, moneyMinor: undefined });
  expect(() => readConfig({ PANNIER_RAISE_LIMIT_MONEY: 'much' })).toThrow(/PANNIER_RAISE_LIMIT_MONEY/);
});

story('a budget that is raised by two keys', (step) => {
  let raiseId: string;

  // Would see: raises that each are small and together are not.
  step('small raises hold at once, until they add up to more than one person may', async () => {
    await ask(anna, 'createCampaign', { body: { ...terms(100, '500.00'), campaign_id: 'spring' } });
    for (const coupons of [120, 150]) {
      expect((await change(anna, terms(coupons, '500.00'))).json).toMatchObject({
        budget: { coupons, money: '500.00' },
        waiting_raise: null,
      });
    }
    const more = await change(anna, terms(151, '500.00', { priority: 4 }));
    expect(more.json).toMatchObject({
      version: 4,
      priority: 4,
      budget: { coupons: 150, money: '500.00' },
      waiting_raise: { budget: { coupons: 151, money: '500.00' }, state: 'waiting', asked_by: 'anna' },
    });
    raiseId = more.json.waiting_raise.raise_id;
    const again = await change(anna, terms(151, '500.00', { priority: 4 }));
    expect(again.json).toEqual(more.json);
  });

  step('who asked cannot approve, another can, and then it holds', async () => {
    expect(await decide(anna, 'approveBudgetRaise', raiseId)).toMatchObject(refusal('raise_id'));
    expect(await budget()).toEqual({ coupons: 150, money: '500.00' });
    expect((await decide(ben, 'approveBudgetRaise', raiseId)).json).toMatchObject({
      state: 'approved',
      decided_by: 'ben',
    });
    expect((await ask(ben, 'getCampaign')).json).toMatchObject({
      version: 5,
      priority: 4,
      budget: { coupons: 151, money: '500.00' },
      waiting_raise: null,
    });
    expect((await decide(ben, 'approveBudgetRaise', raiseId)).json.state).toBe('approved');
    // One person goes on from what two agreed on.
    expect((await change(anna, terms(201, '600.00'))).json).toMatchObject({ waiting_raise: null, version: 6 });
  });

  step('a rejected one, one without a bound, and one that another change takes back', async () => {
    const { json: endless } = await change(ben, terms(201, null));
    expect(endless).toMatchObject({ budget: { money: '600.00' }, waiting_raise: { budget: { money: null } } });
    await decide(anna, 'rejectBudgetRaise', endless.waiting_raise.raise_id);
    const refused = await decide(anna, 'approveBudgetRaise', endless.waiting_raise.raise_id);
    expect(refused).toMatchObject(refusal('raise_id'));
    const { json: asked } = await change(anna, terms(900, '600.00'));
    expect((await change(anna, terms(201, '600.00'))).json.waiting_raise).toBeNull();
    const withdrawn = await decide(ben, 'approveBudgetRaise', asked.waiting_raise.raise_id);
    expect(withdrawn).toMatchObject(refusal('raise_id'));
    expect(await budget()).toEqual({ coupons: 201, money: '600.00' });
    const unbounded = { discount: { type: 'percent', percent: 10 } };
    expect(await change(anna, terms(201, null, unbounded))).toMatchObject(refusal('/discount'));
  });

  step('one that nobody decides about in time', async () => {
    const { json } = await change(anna, terms(900, '600.00'));
    later(7 * day);
    expect((await ask(anna, 'getCampaign')).json.waiting_raise).toBeNull();
    const late = await decide(ben, 'approveBudgetRaise', json.waiting_raise.raise_id);
    expect(late).toMatchObject(refusal('raise_id'));
    const anew = (await change(anna, terms(900, '600.00'))).json.waiting_raise.raise_id;
    expect((await decide(ben, 'approveBudgetRaise', anew)).json.state).toBe('approved');
    expect(await budget()).toEqual({ coupons: 900, money: '600.00' });
  });

  step('all of it is told, in the list and in the audit', async () => {
    const { items } = (await ask(anna, 'listBudgetRaises')).json;
    expect(items.map(({ state }: { state: string }) => state)).toEqual([
      'approved',
      'withdrawn',
      'withdrawn',
      'rejected',
      'approved',
    ]);
    const entries = await service.database.query<{ action: string; actor: string; state: string }>(
      `select action, actor->>'name' as actor, after->>'state' as state from audit_entries
       where subject = 'budget-raise' and subject_id = 'spring' order by entry_id limit 2`,
    );
    expect(entries).toEqual([
      { action: 'made', actor: 'anna', state: 'waiting' },
      { action: 'changed', actor: 'ben', state: 'approved' },
    ]);
  });
});
