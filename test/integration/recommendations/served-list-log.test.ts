import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { PannierError } from '../../../src/errors.ts';
import { takeTouches } from '../../../src/intake/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createServedListLog } from '../../../src/recommendations/served-lists/served-list-log.ts';
import { story } from '../../support/jest/story.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';

let store: TestDatabase;
beforeAll(async () => {
  store = await createTestDatabase();
});
afterAll(() => store.drop());

const shop = { timeZone: 'Europe/Berlin', clock: () => new Date('2026-06-01T22:10:00Z'), log: createLogger('silent') };

// The line broke after the commit and before its answer: the batch is written again, with what was served meanwhile.
story('the log of lists', (step) => {
  step('a batch whose commit was not answered is in the log once, and so is what joined it in the queue', async () => {
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
    const log = createServedListLog({
      ...{ db: losing, ...shop },
      onDrop(count) {
        dropped += count;
      },
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
    // Served on June 1 at two in the morning, written down when June 2 had begun: events of both days may have been counted.
    const { days } = await database.transaction(takeTouches);
    expect(days).toEqual(['2026-06-01', '2026-06-02'].map((day) => ({ kind: 'list', day, cameIn: null })));
  });

  // Would see: who was erased while their list waited, named again by the arm that they were in, or a batch lost because of it.
  step('of somebody who was erased meanwhile neither the list nor the arm is kept, and all others are', async () => {
    const { database } = store;
    const [{ key }] = await database.query<{ key: number }>(
      `insert into customers (customer_id) values ('ann') returning customer_key as key`,
    );
    const [holdout] = await database.query<{ holdoutId: number }>(
      `insert into holdouts (kind, share, exploration_share, salt) values ('lists', 0.05, 0, 's') returning holdout_id as "holdoutId"`,
    );
    const drawn = { arm: 'holdout' as const, holdout: { ...holdout, share: 0.05, salt: 's', since: new Date() } };
    const log = createServedListLog({ db: database, ...shop, onDrop() {} });
    const erased = key + 1;
    const said = {
      visitorKey: null,
      releaseId: 1,
      itemKeys: '1',
      sources: '2',
      ruleIds: '',
      placement: 'home',
      arm: drawn.arm,
    };
    for (const customerKey of [erased, key, key]) {
      log.record({ ...said, listId: randomUUID(), customerKey, servedAt: Date.UTC(2026, 5, 2) }, drawn);
    }
    await log.flush();
    const kept = await database.query('select customer_key, arm from holdout_considerations order by 1');
    expect(kept).toEqual([{ customer_key: key, arm: 'holdout' }]);
    const lists = await database.query('select customer_key from served_lists where customer_key is not null');
    expect(lists).toEqual([{ customer_key: key }, { customer_key: key }]);
  });
});
