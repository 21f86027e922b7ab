import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readDocument } from '../../../src/http/document/document.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

// Would see: a contract that says how long an operation may take, and a service that breaks it off like any other.
test('an operation has the time that the contract says, which is more than the usual five seconds', async () => {
  const { database, ask } = service;
  const within = Object.fromEntries(readDocument().operations.map(({ id, answersWithin }) => [id, answersWithin]));
  expect(within).toMatchObject({ getSegment: 5, upsertItems: 60, eraseCustomer: 60, deleteSegment: 120 });
  const define = (name: string) =>
    ask('segments', 'POST', '/v1/segments', {
      segment_id: name,
      name,
      definition: { all: [{ tag: 'life-cycle-stage', is: ['new'] }] },
    });
  const made = await define('rule-slow');
  expect(made.status).toBeLessThan(300);
  await database.query(
    `create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(7.5); return old; end';
     create trigger wait before delete on defined_segments for each row execute function wait()`,
  );
  const gone = await ask('segments', 'DELETE', `/v1/segments/${made.json.segment_id}`);
  expect([gone.status, gone.json.segment_id]).toEqual([200, made.json.segment_id]);
});
