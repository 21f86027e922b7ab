import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { fillShop, shopEnd, unsearched } from '../../support/shops/training-shop.ts';

let service: TestService;
/** By customer: a club, the likelier the more they order. */
const clubs = new Map<string, string>();

beforeAll(async () => {
  service = await createTestService({ env: { PANNIER_PREDICTED_ATTRIBUTES: 'club,eyes' }, clock: () => shopEnd });
  const { intake } = service.stations;
  const shop = await fillShop(intake, 900);
  const orders = new Map<string, number>();
  for (const { customer_id: id } of shop.orders()) if (id) orders.set(id, (orders.get(id) ?? 0) + 1);
  const random = seededRandom(11);
  const middle = [...orders.values()].sort((one, other) => one - other)[orders.size >> 1];
  for (const [id, count] of orders) {
    const chance = 1 / (1 + Math.exp(-4 * Math.log((1 + count) / (1 + middle))));
    clubs.set(id, random() < chance ? 'gold' : 'plain');
  }
  await intake.upsertCustomers(
    [...clubs].map(([customer_id, club], place) => ({
      customer_id,
      attributes: { ...(place % 4 > 0 && { club, eyes: random() < 0.5 ? 'blue' : 'brown' }) },
    })),
  );
}, 120_000);
afterAll(() => service.stop());

// Would see: a night that is not told what to predict, or that takes the tags or figures of one customer for those of another.
test('a whole night predicts what the setting names, and a night of one model leaves it', async () => {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ asOf: shopEnd, recipes: unsearched });
  const run = await training.waitForRun(trainingRunId);
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(run.metrics['customer-labels']).toEqual({ club: 'learnt', eyes: 'no-better-than-shares' });
  expect(run.progress.stages.map(({ name }) => name)).toContain('customer-labels');
  const { json } = await service.ask('segments', 'GET', '/v1/predicted-attributes');
  const [club, eyes] = json.items;
  expect([club.refusal, eyes.refusal]).toEqual([null, 'no-better-than-shares']);
  expect(club.training_run_id).toBe(String(trainingRunId));
  expect(club.judgement.hits).toBeGreaterThan(club.judgement.commonest + 0.1);
  expect(club.judgement.expected_calibration_error).toBeLessThan(0.1);

  const told = [...clubs].filter((_, place) => place % 4 === 0).slice(0, 100);
  let [right, mean, said] = [0, 0, 0];
  for (const [id, own] of told) {
    const profile = (await service.ask('segments', 'GET', `/v1/customers/${id}/profile`)).json;
    const [prediction] = profile.predictions;
    // Who has given everything back has bought nothing.
    expect(prediction?.attribute).toBe(profile.group === null ? undefined : 'club');
    if (!prediction) continue;
    said++;
    if (prediction.probabilities[0].value === own) right++;
    mean += prediction.probabilities[0].probability;
  }
  expect(said).toBeGreaterThan(90);
  expect(right / said).toBeGreaterThan(0.65);
  expect(Math.abs(right - mean) / said).toBeLessThan(0.12);

  const second = await training.startRun({ asOf: shopEnd, models: ['popularity'] });
  await training.waitForRun(second.trainingRunId);
  const after = await service.ask('segments', 'GET', '/v1/predicted-attributes');
  expect(after.json.items[0].training_run_id).toBe(String(trainingRunId));
}, 300_000);
