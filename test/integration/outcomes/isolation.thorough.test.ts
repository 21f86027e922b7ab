import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { type CampaignElement, type Decision, replayDecisions } from '../../../src/coupons/index.ts';
import { story } from '../../support/jest/story.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const isolations = ['campaign', 'channel', 'all'] as const;
type Isolation = (typeof isolations)[number];

/** What each coupon adds to whoever holds it, on average in orders: the truth that is planted. */
const adds = { mail: 2, 'second-mail': 1.2, text: 0.6 };
type Name = keyof typeof adds;
/** In the order in which they are tried. */
const names = Object.keys(adds) as Name[];
const channels: Record<Name, string> = { mail: 'e-mail', 'second-mail': 'e-mail', text: 'text message' };
const visits = 2;

/**
 * The rules by hand: at each visit the first campaign whose coupon the customer has not had and may get. The control of `mail` gets
 * none of it, and of the others what its isolation leaves.
 */
function coupons(isolation: Isolation, isControl: boolean): (Name | null)[] {
  const had = new Set<Name>();
  return Array.from({ length: visits }, () => {
    const next = names.find((name) => {
      if (had.has(name)) return false;
      if (!isControl) return true;
      if (name === 'mail' || isolation === 'all') return false;
      return isolation === 'campaign' || channels[name] !== channels.mail;
    });
    if (next) had.add(next);
    return next ?? null;
  });
}
const worth = (given: readonly (Name | null)[]) => given.reduce((sum, name) => sum + (name ? adds[name] : 0), 0);
/** What each comparison compares: coupons of the treated less those that the control is left. */
const truth = Object.fromEntries(
  isolations.map((isolation) => [isolation, worth(coupons(isolation, false)) - worth(coupons(isolation, true))]),
) as Record<Isolation, number>;

/** A campaign with its control, two others beside it, and customers of their own, by each isolation. */
interface Trial {
  isolation: Isolation;
  id: (name: Name) => string;
  people: string[];
  answers: Decision[][];
}
const rounds = 24;
const peopleOfTrial = 260;
const trials: Trial[] = Array.from({ length: rounds }, (_, round) =>
  isolations.map((isolation) => ({
    isolation,
    id: (name: Name) => `${name}-${isolation}-${round}`,
    people: Array.from({ length: peopleOfTrial }, (_, n) => `${isolation} ${round} ${n}`),
    answers: [],
  })),
).flat();

const time = { now: new Date('2026-03-10T12:00:00Z') };
let service: TestService;
beforeAll(async () => {
  service = await createTestService({ clock: () => time.now });
  // Arms are drawn by the salt: with one of its own, each run would draw others.
  await service.database.query(
    `insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`,
  );
  const { intake } = service.stations;
  await intake.upsertItems([{ item_id: 'goods', title: 'Goods', price: '10', cost: '4' }]);
  const ids = trials.flatMap(({ people }) => people);
  for (let at = 0; at < ids.length; at += 1_000) {
    await intake.upsertCustomers(ids.slice(at, at + 1_000).map((customer_id) => ({ customer_id })));
  }
}, 120_000);
afterAll(() => service.stop());

const terms = (id: string, change: Partial<CampaignElement> = {}): CampaignElement => ({
  campaign_id: id,
  name: id,
  discount: { type: 'amount', amount: '1.00' },
  valid_from: '2026-03-01T00:00:00Z',
  valid_until: '2026-05-01T00:00:00Z',
  policy: 'everyone',
  ...change,
});
const decide = (customer_id: string, campaign_ids: string[]) =>
  service.stations.coupons.decide(
    { customer_id, campaign_ids },
    { operation: 'decideCoupon', keyId: 1, idempotencyKey: randomUUID(), body: Buffer.from(customer_id) },
  );
async function inWaves<Value, Result>(values: readonly Value[], work: (value: Value) => Promise<Result>) {
  const results: Result[] = [];
  for (let at = 0; at < values.length; at += 100) {
    results.push(...(await Promise.all(values.slice(at, at + 100).map(work))));
  }
  return results;
}
const outcomeOf = (decision: Decision, id: string) =>
  decision.campaigns.find(({ campaignId }) => campaignId === id)!.outcome;
const isControl = ({ answers, id }: Trial, place: number) =>
  outcomeOf(answers[0][place], id('mail')) === 'control-group';

story('what a control group is kept from, and what the effect compares', (step) => {
  step('from each customer’s first consideration on, whoever asks', async () => {
    for (const { isolation, id } of trials) {
      const change = { mail: { control_share: 0.5, isolation }, 'second-mail': {}, text: {} };
      for (const [place, name] of names.entries()) {
        const own = { priority: 9 - place, channel: channels[name], ...change[name] };
        await service.stations.coupons.createCampaign(terms(id(name), own));
      }
    }
    for (let visit = 0; visit < visits; visit++) {
      for (const { people, answers, id } of trials) {
        answers.push(await inWaves(people, (one) => decide(one, names.map(id))));
      }
      time.now = new Date(time.now.getTime() + 3_600_000);
    }
    for (const trial of trials) {
      for (const place of trial.people.keys()) {
        const given = trial.answers.map((all) => all[place].coupon?.campaignId ?? null);
        const expected = coupons(trial.isolation, isControl(trial, place));
        expect(given).toEqual(expected.map((name) => name && trial.id(name)));
      }
    }
    const told = (isolation: Isolation, name: Name) => {
      const trial = trials.find((one) => one.isolation === isolation)!;
      const control = trial.people.findIndex((_, place) => isControl(trial, place));
      return trial.answers.map((all) => outcomeOf(all[control], trial.id(name)));
    };
    expect(told('campaign', 'second-mail')).toEqual(['granted', 'customer-limit-reached']);
    expect(told('channel', 'second-mail')).toEqual(['control-of-another', 'control-of-another']);
    expect(told('channel', 'text')).toEqual(['granted', 'customer-limit-reached']);
    expect(told('all', 'text')).toEqual(['control-of-another', 'control-of-another']);
  });

  step('also where another campaign is asked for alone, as a giving does, and in its preview', async () => {
    const trial = trials.find(({ isolation }) => isolation === 'all')!;
    await service.stations.coupons.createCampaign(terms('alone'));
    const answers = await inWaves(trial.people, (one) => decide(one, ['alone']));
    const outcomes = answers.map((one) => outcomeOf(one, 'alone'));
    expect(outcomes).toEqual(trial.people.map((_, at) => (isControl(trial, at) ? 'control-of-another' : 'granted')));
    const [refused] = answers.filter(({ coupon }) => !coupon);
    expect(refused).toMatchObject({ probability: 1, holdout: 'none' });
    const preview = await service.stations.coupons.previewCampaign(terms('next'), peopleOfTrial * trials.length);
    const kept = trials.filter(({ isolation }) => isolation === 'all');
    const controls = kept.flatMap((one) => one.people.filter((_, at) => isControl(one, at)));
    if (preview.sampled === preview.customers) expect(preview.outcomes['control-of-another']).toBe(controls.length);
    else expect(preview.outcomes['control-of-another']).toBeGreaterThan(0);
  });

  step('what was decided comes out as it was', async () => {
    const report = await replayDecisions(service.database, 1_000_000);
    expect(report).toMatchObject({ equal: report.replayed, differing: [], otherRules: 0 });
  });

  step('the report names it, and its interval holds the truth of its own comparison', async () => {
    const random = seededRandom(17);
    const orders = trials.flatMap((trial) =>
      trial.people.flatMap((customer_id, place) => {
        const given = coupons(trial.isolation, isControl(trial, place));
        const mean = 0.3 + worth(given);
        const count = Math.floor(mean) + Number(random() < mean % 1);
        return Array.from({ length: count }, (_, n) => ({
          order_id: `${customer_id} ${n}`,
          customer_id,
          occurred_at: time.now.toISOString(),
          lines: [{ item_id: 'goods', quantity: 1, unit_price: '10.00' }],
        }));
      }),
    );
    for (let at = 0; at < orders.length; at += 1_000) {
      await service.stations.intake.recordOrders(orders.slice(at, at + 1_000));
    }
    time.now = new Date(time.now.getTime() + 86_400_000);
    const covered: Record<Isolation, number> = { campaign: 0, channel: 0, all: 0 };
    for (const { isolation, id } of trials) {
      const { measured, comparison } = await service.stations.outcomes.reportCampaign(id('mail'));
      expect(comparison).toMatchObject({ isolation, channel: isolation === 'channel' ? 'e-mail' : null });
      expect(comparison!.text).toMatch(
        { campaign: /both could/, channel: /than e-mail alone/, all: /no coupon at all/ }[isolation],
      );
      const { effect } = measured!;
      if ('refusal' in effect) throw new Error(effect.refusal);
      const { low, high } = effect.effects.orders.perCustomer;
      const holds = (other: Isolation) => truth[other] >= low && truth[other] <= high;
      if (holds(isolation)) covered[isolation]++;
      // They lie further apart than an interval is wide: none can be taken for another.
      expect(isolations.filter((other) => other !== isolation && holds(other))).toEqual([]);
    }
    for (const isolation of isolations)
      expect(covered[isolation]).toBeGreaterThanOrEqual(Math.floor(0.87 * rounds) || 1);
  });

  step('it needs a control group and, by channel, a channel, and stays as it is', async () => {
    const { coupons: station } = service.stations;
    const faultsOf = (asked: Promise<unknown>) => asked.then(String, ({ faults }) => faults);
    expect(await faultsOf(station.createCampaign(terms('bare', { isolation: 'channel' })))).toEqual([
      { field: '/control_share', message: 'must be more than 0 for isolation channel' },
      { field: '/channel', message: 'must be given for isolation channel' },
    ]);
    const { campaign_id: id, ...rest } = terms(trials[1].id('mail'), { control_share: 0.5 });
    expect(await faultsOf(station.changeCampaign(id, { ...rest, isolation: 'all', channel: 'letter' }))).toEqual([
      { field: '/isolation', message: 'is channel and cannot change: start another campaign' },
      { field: '/channel', message: 'is e-mail and cannot change: start another campaign' },
    ]);
    const changed = await station.changeCampaign(trials[0].id('text'), {
      ...terms(trials[0].id('text')),
      channel: 'app',
    });
    expect(changed.channel).toBe('app');
  });
});
