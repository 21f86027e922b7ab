import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PannierError } from '../../../src/errors.ts';
import { createLogger } from '../../../src/log.ts';
import { createServedListLog } from '../../../src/recommendations/served-lists/served-list-log.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';

let store: TestDatabase;
beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(() => store.drop());

// The line broke after the commit and before its answer: the batch is written again, with what was served meanwhile.
test('a batch whose commit was not answered is in the log once, and so is what joined it in the queue', async () => {
  const { database } = store;
  let isLost = true;
  const losing: typeof database = {
    ...database,
    async transaction(work, options) {
      const result = await database.transaction(work, options);
      if (isLost) throw new PannierError('unavailable', 'The answer was lost.');
      return result;
    },
  };
  let dropped = 0;
  const log = createServedListLog(losing, createLogger('silent'), (count) => {
    dropped += count;
  });
  const served: string[] = [];
  const serve = (count: number) => {
    for (let list = 0; list < count; list++) {
      served.push(randomUUID());
      log.record({
        listId: served.at(-1)!,
        customerKey: null,
        visitorKey: null,
        releaseId: 1,
        itemKeys: '1,2',
        sources: '4,2',
        ruleIds: '7-1,NULL',
        placement: 'home',
        arm: null,
        servedAt: Date.UTC(2026, 5, 1),
      });
    }
  };
  serve(30);
  await log.flush();
  serve(2_000);
  isLost = false;
  await log.flush();
  serve(3);
  await log.flush();
  const rows = await database.query<{ list_id: string }>('select * from served_lists');
  expect(rows.map((row) => row.list_id).sort()).toEqual(served.sort());
  expect(rows[0]).toMatchObject({ placement: 'home', item_keys: [1, 2], sources: [4, 2], rule_ids: ['7-1', null] });
  expect([dropped, log.waiting]).toEqual([0, 0]);
});
