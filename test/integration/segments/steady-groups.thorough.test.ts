import { afterAll, beforeAll, expect } from '@jest/globals';
import { recipe } from '../../../models/segmentation/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

/**
 * A hundred customers who order on the same days and differ in money alone: whoever has 80 or more below is ordinary (R + F + M is
 * 1 + 1 + 5), whoever has fewer is of low contribution.
 */
const nights = [new Date('2026-02-01T00:00:00Z'), new Date('2026-02-02T00:00:00Z'), new Date('2026-02-03T00:00:00Z')];
const customers = Array.from({ length: 100 }, (_, place) => `c${place}`);
const margin = recipe.margins.group;
let service: TestService;

/** Everybody orders once more; what they paid until then becomes this, in whole euros. */
const spent = new Map<string, number>();
async function order(night: number, totalOf: (customer: string) => number): Promise<void> {
  await service.stations.intake.recordOrders(
    customers.map((customer) => {
      const more = totalOf(customer) - (spent.get(customer) ?? 0);
      spent.set(customer, totalOf(customer));
      return {
        order_id: `${customer}-${night}`,
        customer_id: customer,
        occurred_at: new Date(nights[night].getTime() - 3_600_000).toISOString(),
        lines: [{ item_id: 'tea', quantity: 1, unit_price: `${more}.00` }],
      };
    }),
  );
}

async function learn(night: number, recipes = {}): Promise<void> {
  const { training } = service.stations;
  const request = { asOf: nights[night], models: ['segmentation' as const], recipes };
  const { trainingRunId } = await training.startRun(request);
  expect(await training.waitForRun(trainingRunId)).toMatchObject({ status: 'succeeded', error: null });
}

async function groupOf(customer: string): Promise<string> {
  const path = { customer_id: customer };
  const { json } = await call(service.url, 'getCustomerProfile', { headers: service.as('segments'), path });
  const { recency, frequency, monetary } = json.scores;
  return `${json.group} ${recency + frequency + monetary}`;
}

beforeAll(async () => {
  service = await createTestService({ clock: () => new Date('2026-02-04T00:00:00Z') });
});
afterAll(() => service.stop());

story('groups from night to night, by the recipe as it is shipped', (step) => {
  // Rank 79 is below the border by one customer in a hundred; these two come above it by less and by more than the margin.
  const near = 'c79';
  const far = 'c60';
  const beyond = 80 + Math.ceil(100 * margin) + 3;

  step('the first night has nothing to keep to', async () => {
    expect(margin).toBeGreaterThan(0);
    await order(0, (customer) => 100 + 10 * Number(customer.slice(1)));
    await learn(0, { segmentation: { clusters: 2 } });
    expect([await groupOf(near), await groupOf(far)]).toEqual(['low-contribution 6', 'low-contribution 6']);
    expect(await groupOf('c80')).toBe('ordinary 7');
  });

  step('who passes a border by less than the margin stays, who passes it by more moves at once', async () => {
    await order(1, (customer) => {
      const before = 1_100 + 10 * Number(customer.slice(1));
      // Of those who were below, one is above now: it takes one more to have 80 below.
      if (customer === near) return before + 25;
      return customer === far ? 1_100 + 10 * beyond + 5 : before;
    });
    await learn(1, { segmentation: { clusters: 2 } });
    expect([await groupOf(near), await groupOf(far)]).toEqual(['low-contribution 7', 'ordinary 7']);
  });

  step('without a margin the group is that of the scores', async () => {
    await learn(2, { segmentation: { clusters: 2, margins: { group: 0 } } });
    expect(await groupOf(near)).toBe('ordinary 7');
  });
});
