import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { roles } from '../../src/accounts/index.ts';
import type { Operation } from '../../src/http/document/document.ts';
import { projectPath } from '../../src/project.ts';
import { type Browser, openBrowser } from '../support/service/browser.ts';
import { contractJson, operations } from '../support/service/contract.ts';
import { createTestService, type TestService } from '../support/service/service.ts';

let service: TestService;
const browsers = new Map<string, Browser>();
beforeAll(async () => {
  service = await createTestService();
  // Number 1 is nobody's: what is asked below is about things that are not there.
  await (await openBrowser(service.url, { key: service.keys.train })).ask('DELETE', '/v1/session');
  for (const role of roles) browsers.set(role, await signInAs(role));
});
afterAll(() => service.stop());

async function signInAs(role: (typeof roles)[number]): Promise<Browser> {
  const { users } = service.stations.accounts;
  await users.set(`a-${role}`, role);
  return openBrowser(service.url, await users.makeTicket(`a-${role}`, 'sign-in').then(({ ticket }) => ({ ticket })));
}

/** As the design has it, told once more. */
const scopesOf: Record<string, string[]> = {
  viewer: ['view'],
  marketer: ['view', 'customers', 'segments', 'coupons'],
  merchandiser: ['view', 'recommend', 'merchandise'],
  'data-scientist': ['view', 'customers', 'train', 'segments', 'recommend', 'indicators'],
};

const guarded = operations.filter(({ scopes }) => scopes.length > 0);
const may = (role: string, { scopes }: Operation) =>
  role === 'operator' || scopes.includes('session') || scopesOf[role].some((scope) => scopes.includes(scope));

/** What nobody was told of is not there, or has not the form: whoever may ask hears that, everybody else 403. */
async function ask(role: string, { method, path, id }: Operation): Promise<number> {
  const target = path
    .replace(/\{kind\}/, 'popularity')
    .replace(/\{segment_id\}/, 'cluster-1')
    .replace(/\{key_id\}/, '999999')
    .replace(/\{\w+\}/g, '1');
  const browser = id === 'signOut' ? await signInAs(role as (typeof roles)[number]) : browsers.get(role)!;
  return (await browser.ask(method.toUpperCase(), target)).status;
}

// Would see: an operation that a role may call and should not, or should and may not.
describe.each(roles)('as %s', (role) => {
  test('every operation answers as its scopes say', async () => {
    const expected = guarded.map((operation) => `${operation.id} ${may(role, operation) ? 'may' : 'may not'}`);
    const found = [];
    for (const operation of guarded) {
      const status = await ask(role, operation);
      expect([operation.id, status < 500 || status === 503, status !== 401]).toEqual([operation.id, true, true]);
      found.push(`${operation.id} ${status === 403 ? 'may not' : 'may'}`);
    }
    expect(found).toEqual(expected);
  });

  test('the table of docs/roles.md says so', () => {
    const lines = readFileSync(projectPath('docs', 'roles.md'), 'utf8').split('\n');
    const heads = lines
      .find((line) => line.startsWith('| operation |'))!
      .split('|')
      .map((cell) => cell.trim());
    const said = lines.flatMap((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const id = /^`(\w+)`$/.exec(cells[1] ?? '')?.[1];
      return id && cells.length === heads.length ? [`${id} ${cells[heads.indexOf(role)] === 'yes'}`] : [];
    });
    expect(said.sort()).toEqual(guarded.map((operation) => `${operation.id} ${may(role, operation)}`).sort());
  });
});

/** Does an answer name a person? */
function namesPeople(schema: any, seen = new Set<string>()): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const reference: string | undefined = schema.$ref;
  if (reference) {
    if (seen.has(reference)) return false;
    seen.add(reference);
    return namesPeople(
      reference
        .slice(2)
        .split('/')
        .reduce((at: any, name) => at[name], contractJson),
      seen,
    );
  }
  if (Object.keys(schema.properties ?? {}).some((name) => /^(customer|visitor)_ids?$/.test(name))) return true;
  return Object.entries(schema).some(([name, part]) => name !== 'example' && namesPeople(part, seen));
}

// Would see: a page of the shop that shows its customers to everybody who may look.
test('who may only view, or arranges goods, is shown no customer', () => {
  const personal = guarded.filter(
    ({ method, path, responses }) =>
      method === 'get' &&
      (path.includes('{customer_id}') ||
        [...responses].some(([status, media]) => status < 300 && [...media.values()].some((one) => namesPeople(one)))),
  );
  expect(personal.map(({ id }) => id)).toEqual(expect.arrayContaining(['getCustomerProfile', 'listSegmentMembers']));
  const shown = personal.filter((operation) => may('viewer', operation) || may('merchandiser', operation));
  // What a storefront shows a customer may be asked by whoever arranges it; the others name nobody, their form is that of all lists.
  // Decisions about a campaign are shown without the customer (test/integration/coupons/campaign-lists.test.ts).
  expect(shown.map(({ id }) => id).sort()).toEqual([
    'getBoughtTogether',
    'getCustomerRecommendations',
    'getPopularItems',
    'getRelatedItems',
    'listCampaignDecisions',
  ]);
});

// Would see: a page that stays empty for whoever may look at the shop.
test('whoever may view may read all but persons, codes that are worth money, and accounts', () => {
  const hidden = guarded.filter((operation) => operation.method === 'get' && !may('viewer', operation));
  const ofPersons = hidden.filter(({ scopes }) => scopes.includes('customers')).map(({ id }) => id);
  const others = hidden.filter(({ scopes }) => !scopes.includes('customers')).map(({ id }) => id);
  expect(ofPersons).toEqual(expect.arrayContaining(['getCustomer', 'getCustomerProfile', 'getCouponDecision']));
  const ofOperators = [
    'checkAudit',
    'checkCouponLedger',
    'listAuditEntries',
    'listConnectors',
    'listDeliveries',
    'listKeys',
    'listUsers',
    'listWriteCounts',
  ];
  const ofMarketers = ['listCodes', 'listGivingCustomers', 'listJoiners', 'listReferralCodes', 'listReferrals'];
  expect(others.sort()).toEqual([...ofOperators, ...ofMarketers, 'listQuarantine'].sort());
});

// Would see: a new operation that changes the shop and leaves nothing, because it says so.
test('every write leaves an audit entry or a count, but for what writes nothing', () => {
  const writes = operations.filter(({ method }) => method !== 'get');
  const leaving = (trace: string) => writes.filter((operation) => operation.trace === trace).map(({ id }) => id);
  // Who signs in is an entry of the session's own, and a platform's delivery is kept by itself.
  const asking = ['recommend', 'makePage', 'explainRecommendations', 'qualifyCoupons', 'exploreSegments'];
  const previews = [
    'previewCampaign',
    'previewGiving',
    'previewImport',
    'previewPolicy',
    'previewRuleBlock',
    'previewSegment',
  ];
  const nothing = [...asking, ...previews, 'signIn', 'receiveDelivery'];
  expect(leaving('none').sort()).toEqual(nothing.sort());
  const facts = ['upsertCustomers', 'recordEvents', 'recordOrders', 'recordRefunds'];
  const decisions = [
    ...['decideCoupon', 'giveReferralCode', 'joinGroupOffer'],
    ...['redeemCoupon', 'redeemOrder', 'reverseCoupon', 'releaseCoupon'],
  ];
  expect(leaving('count').sort()).toEqual([...facts, ...decisions].sort());
  // Costs that are told anew take the place of what was told before.
  expect(leaving('both').sort()).toEqual(['recordCosts', 'recordMarketFigures', 'upsertItems']);
});
