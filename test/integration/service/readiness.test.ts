import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService({ through: true });
  await service.database.query(`insert into items (item_id, title) values ('tea', 'Tea')`);
  await publishContent(service.database, {
    asOf: new Date(),
    popularity: ['tea'],
    neighbours: {},
    rules: [],
    lists: {},
  });
  await service.stations.recommendations.refresh();
});
afterAll(() => service.stop());

const popular = () => service.ask('recommend', 'GET', '/v1/popular-items');
const ready = () => service.ask('recommend', 'GET', '/readyz');

test('readiness says ok only when lists are of the database again, not as soon as it answers', async () => {
  const { connection, connectionString } = service;
  expect((await ready()).json).toEqual({ status: 'ok', checks: { database: 'ok', release: 'ok' } });
  for (let round = 0; round < 5; round++) {
    connection!.cut();
    for (let tries = 0; !(await popular()).json.degraded; tries++) {
      expect(tries).toBeLessThan(2_000);
      await sleep(25);
    }
    expect((await ready()).json.status).toBe('degraded');
    connection!.mend(Number(new URL(connectionString).port));
    // Nothing is cut any more, so a list asked for after an `ok` may not be degraded.
    const told: unknown[] = [];
    for (let tries = 0; told.at(-1) !== 'ok'; tries++) {
      expect(tries).toBeLessThan(4_000);
      told.push((await ready()).json.status);
      const { degraded } = (await popular()).json;
      if (told.at(-1) === 'ok') expect({ round, degraded }).toEqual({ round, degraded: false });
      await sleep(5);
    }
  }
});
