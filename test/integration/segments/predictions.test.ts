import { afterAll, beforeAll, expect } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { findCustomers } from '../../../src/intake/index.ts';
import { type CustomerSegment, readSegmentAttributes, refreshSegments } from '../../../src/segments/index.ts';
import { customerLabels } from '../../../src/training/learners/customer-labels.ts';
import type { RunSettings } from '../../../src/training/learners/learner.ts';
import { story } from '../../support/jest/story.ts';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const now = new Date('2026-03-01T12:00:00Z');
const asOf = new Date('2026-03-01T02:00:00Z');
let service: TestService;
const ask = (operation: Parameters<typeof call>[1], request: Parameters<typeof call>[2] = {}): Promise<Answer> =>
  call(service.url, operation, { ...request, headers: { ...service.as('admin'), ...request.headers } });

/** Cooks order often and lately, clerks seldom and long ago; of 900 customers 700 have declared which they are. Eyes go with nothing. */
const random = seededRandom(5);
const people = Array.from({ length: 900 }, (_, place) => {
  const isCook = random() < 0.5;
  return {
    id: `c${place}`,
    profession: isCook ? 'cook' : 'clerk',
    declares: place < 700,
    eyes: random() < 0.5 ? 'blue' : 'brown',
    frequency: 1 + Math.floor((isCook ? 9 : 3) * random()),
    recencyDays: Math.floor((isCook ? 40 : 120) * random()),
  };
});
let keys: Map<string, number>;

beforeAll(async () => {
  const env = { PANNIER_PREDICTED_ATTRIBUTES: 'profession,eyes,gender,shoe', PANNIER_BARRED_ATTRIBUTES: 'gender' };
  service = await createTestService({ env, clock: () => now });
  await service.stations.intake.upsertCustomers(
    people.map(({ id, declares, profession, eyes }) => ({
      customer_id: id,
      attributes: { ...(declares && { eyes, gender: eyes, profession }) },
    })),
  );
  const found = await findCustomers(
    service.database,
    people.map(({ id }) => id),
  );
  keys = new Map(people.map(({ id }) => [id, found.get(id)!.customerKey]));
});
afterAll(() => service.stop());

/** What a night does about labels, by the learner that it runs. */
async function learn(run: number, change: Partial<RunSettings> = {}): Promise<string> {
  const { database: db, config } = service;
  const settings: RunSettings = {
    ...{ asOf, seed: 1, threads: 1, minorDigits: 2, timeZone: 'UTC' },
    ...{ predictedAttributes: config.predictedAttributes, barredAttributes: config.barredAttributes, ...change },
  };
  if (!(await customerLabels.hasWork(db, settings))) return 'no work';
  const segments = people
    .map(({ id, recencyDays, frequency }) => ({ customerKey: keys.get(id)!, recencyDays, frequency }))
    .map((one) => ({ ...one, monetaryMinor: 1_000 * one.frequency, discountShare: null }) as CustomerSegment)
    .sort((one, other) => one.customerKey - other.customerKey);
  const learntBy = ({ kind }: { kind: string }) => (kind === 'segmentation' ? { segments } : undefined) as never;
  const around = { db, settings, learntBy, recipe: customerLabels.recipe } as never;
  const beside = await customerLabels.gather(around);
  const task = { beside, settings, recipe: customerLabels.recipe } as unknown as Parameters<
    typeof customerLabels.learn
  >[0];
  const prepared = await customerLabels.kept.prepare(db, customerLabels.learn(task));
  await db.transaction((tx) => customerLabels.kept.keep(tx, run, prepared));
  return 'learnt';
}

const listed = async () => (await ask('listPredictedAttributes')).json.items as any[];
const predictionsOf = async (customer_id: string) =>
  (await ask('getCustomerProfile', { path: { customer_id } })).json.predictions as any[];
const cooks = { prediction: 'profession', is: ['cook'], at_least: 0.6 };
const create = (segment_id: string, definition: object) =>
  ask('createSegment', { body: { segment_id, name: segment_id, definition } as never });
const faultsOf = async (segment: { segment_id: string; definition: object; live?: boolean }): Promise<string[]> => {
  const { status, json } = await ask('createSegment', { body: { ...segment, name: 'Wrong' } as never });
  expect([400, 409]).toContain(status);
  return json.errors.map(({ field }: { field: string }) => field);
};
const membersOf = async (segment_id: string) => {
  const { json } = await ask('listSegmentMembers', { path: { segment_id }, query: 'limit=500' });
  return json.items.map(({ customer_id }: { customer_id: string }) => customer_id).sort() as string[];
};
const others = people.filter(({ declares }) => !declares);

story('predictions: attributes that some have declared', (step) => {
  step('before a night there are none, and none can be asked for', async () => {
    expect(await listed()).toEqual([]);
    expect(await predictionsOf('c800')).toEqual([]);
    expect(await faultsOf({ segment_id: 'rule-early', definition: cooks })).toEqual(['/definition/prediction']);
  });

  step('a night learns what is planted, and says why it does not learn the rest', async () => {
    expect(await learn(7)).toBe('learnt');
    const [eyes, gender, profession, shoe] = await listed();
    expect(eyes).toMatchObject({ name: 'eyes', refusal: 'no-better-than-shares', labels: [], training_run_id: '7' });
    expect(eyes.judgement.gain.low).toBeLessThanOrEqual(0);
    expect(gender).toMatchObject({ name: 'gender', refusal: 'barred', declared: 0, judgement: null });
    expect(shoe).toMatchObject({ name: 'shoe', refusal: 'too-few-declared', declared: 0, judgement: null });
    const declared = (value: string) => people.filter((one) => one.declares && one.profession === value).length;
    expect(profession).toMatchObject({ refusal: null, declared: 700, as_of: '2026-03-01T02:00:00.000Z' });
    expect(Object.fromEntries(profession.labels.map((one: any) => [one.value, one.declared]))).toEqual({
      cook: declared('cook'),
      clerk: declared('clerk'),
    });
    expect(profession.judgement).toMatchObject({ held_out: 210, calibration: expect.any(Array) });
    expect(profession.judgement.hits).toBeGreaterThan(profession.judgement.commonest + 0.15);
  });

  step('of whoever has not declared it a profile has probabilities with what speaks for them', async () => {
    expect(await predictionsOf('c0')).toEqual([]);
    let [right, said, calibrated] = [0, 0, 0];
    for (const { id, profession } of others.slice(0, 60)) {
      const [prediction, ...more] = await predictionsOf(id);
      expect(more).toEqual([]);
      expect(prediction).toMatchObject({ attribute: 'profession', as_of: '2026-03-01T02:00:00.000Z' });
      const [first, second] = prediction.probabilities;
      expect(first.probability + second.probability).toBeCloseTo(1, 5);
      expect(first.probability).toBeGreaterThanOrEqual(second.probability);
      expect(prediction.reasons).toHaveLength(3);
      expect(['orders', 'days since the last order', 'spent', 'average order']).toContain(
        prediction.reasons[0].feature,
      );
      if (first.value === profession) right++;
      calibrated += first.probability;
      said++;
    }
    expect(right / said).toBeGreaterThan(0.65);
    expect(Math.abs(right / said - calibrated / said)).toBeLessThan(0.12);
  });

  step('a segment asks how probable it is; whoever declares it is out with the next refresh', async () => {
    const created = await create('rule-cooks', cooks);
    expect(created.status).toBe(201);
    const likely: string[] = [];
    for (const { id } of others) {
      const [prediction] = await predictionsOf(id);
      const cook = prediction.probabilities.find(({ value }: { value: string }) => value === 'cook');
      if (cook.probability >= 0.6) likely.push(id);
    }
    expect(likely.length).toBeGreaterThan(20);
    expect(await membersOf('rule-cooks')).toEqual(likely.sort());
    // Of any of two it is certain.
    await create('rule-either', { ...cooks, is: ['cook', 'clerk'], at_least: 0.99 });
    expect(await membersOf('rule-either')).toHaveLength(others.length);
    const [declares] = likely;
    await service.stations.intake.upsertCustomers([{ customer_id: declares, attributes: { profession: 'clerk' } }]);
    expect(await predictionsOf(declares)).toEqual([]);
    await ask('refreshSegment', { path: { segment_id: 'rule-cooks' } });
    expect(await membersOf('rule-cooks')).toEqual(likely.slice(1));
  });

  step('what is asked wrongly is named', async () => {
    const faultsOfRule = (definition: object) => faultsOf({ segment_id: 'rule-wrong', definition });
    expect(await faultsOfRule({ ...cooks, prediction: 'gender' })).toEqual(['/definition/prediction']);
    expect(await faultsOfRule({ ...cooks, prediction: 'hair' })).toEqual(['/definition/prediction']);
    expect(await faultsOfRule({ prediction: 'profession', is: ['cook'] })).toEqual(['/definition/at_least']);
    const live = { segment_id: 'rule-live', definition: cooks, live: true };
    expect(await faultsOf(live)).toEqual(['/definition/prediction']);
  });

  step('a barred attribute decides nothing: the segment names it, and finds nobody once it is barred', async () => {
    const attributes = await readSegmentAttributes(service.database, ['rule-cooks']);
    expect([...attributes.get('rule-cooks')!]).toEqual(['profession']);
    const shop = { ...service.config, barredAttributes: ['profession'] };
    expect((await refreshSegments(service.database, { asOf: now, now, shop })).failed).toEqual([]);
    expect(await membersOf('rule-cooks')).toEqual([]);
    await refreshSegments(service.database, { asOf: now, now, shop: service.config });
    expect((await membersOf('rule-cooks')).length).toBeGreaterThan(20);
  });

  step('who objects has none, and whoever is erased leaves none', async () => {
    await service.stations.intake.upsertCustomers([{ customer_id: 'c801', profiling_allowed: false }]);
    expect(await predictionsOf('c801')).toEqual([]);
    const kept = async () =>
      service.database.query<{ key: number }>(
        'select customer_key as key from predicted_labels where customer_key = any($1) order by 1',
        [[keys.get('c801'), keys.get('c802')]],
      );
    expect(await kept()).toHaveLength(2);
    await ask('eraseCustomer', { path: { customer_id: 'c802' } });
    expect(await kept()).toEqual([{ key: keys.get('c801') }]);
    await learn(8);
    expect(await kept()).toEqual([]);
    expect((await listed()).map((one) => one.training_run_id)).toEqual(['8', '8', '8', '8']);
  });

  step('nothing is learnt from what is barred, and what is not asked for any more goes', async () => {
    await learn(9, { barredAttributes: ['frequency', 'monetary', 'average_order_value'] });
    for (const { id } of others.slice(5, 15)) {
      const [{ reasons }] = await predictionsOf(id);
      expect(reasons.map(({ feature }: { feature: string }) => feature)).toEqual(['days since the last order']);
    }
    expect(await learn(10, { predictedAttributes: [] })).toBe('learnt');
    expect(await listed()).toEqual([]);
    expect(await predictionsOf('c850')).toEqual([]);
    expect(await learn(11, { predictedAttributes: [] })).toBe('no work');
  });
});
