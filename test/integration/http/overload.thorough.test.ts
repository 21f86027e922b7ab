import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { send } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  // A slow machine: whatever writes decisions down takes a second, so some 250 a second are all that can be made.
  await service.database.query(`
    create function pannier.dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
    create trigger dawdle before insert on pannier.coupon_decisions for each statement execute function pannier.dawdle()`);
});
afterAll(() => service.stop());

const perSecond = 500;
const seconds = 8;

interface Told {
  status: number;
  seconds: number;
  retryAfter: number;
}

async function decide(index: number): Promise<Told> {
  const started = performance.now();
  const answer = await send(service.url, {
    method: 'POST',
    path: '/v1/coupon-decisions',
    headers: { ...service.as('coupons'), 'Content-Type': 'application/json', 'Idempotency-Key': `k${index}` },
    body: JSON.stringify({ customer_id: `C${index}` }),
    timeoutMs: 30_000,
  }).catch(() => undefined);
  return {
    status: answer?.status ?? 0,
    seconds: (performance.now() - started) / 1_000,
    retryAfter: Number(answer?.headers['retry-after'] ?? 0),
  };
}

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

test('of twice as many decisions as can be made, what is accepted stays quick, and the rest is turned away at once', async () => {
  const answers: Promise<Told>[] = [];
  for (let tick = 0; tick < seconds * 20; tick++) {
    for (let index = 0; index < perSecond / 20; index++) answers.push(decide(answers.length));
    await sleep(50);
  }
  const told = await Promise.all(answers);
  const accepted = told.filter(({ status }) => status === 200).map((answer) => answer.seconds);
  const refused = told.filter(({ status }) => status !== 200);
  const figures = {
    asked: told.length,
    accepted: accepted.length,
    median: quantile(accepted, 0.5),
    slowest: quantile(accepted, 1),
    refusedMedian: quantile(
      refused.map((answer) => answer.seconds),
      0.5,
    ),
  };
  expect(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter < 1)).toEqual([]);
  expect(accepted.length).toBeGreaterThan(500);
  expect(figures.median).toBeLessThan(4);
  expect(figures.slowest).toBeLessThan(7);
  expect(figures.refusedMedian).toBeLessThan(1.5);
}, 90_000);
