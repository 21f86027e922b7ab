import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expireEvents } from '../../../../src/intake/events/partitions.ts';
import { createTestIntake, readColumn, type TestIntake } from '../../../support/shops/intake.ts';
import { readArchive, rowsOfEvents } from './archived-events.ts';
import { hostile } from './lake-shop.ts';

let intake: TestIntake;
let folder: string;
let archive: string;
const before = new Date('2022-03-01T00:00:00Z');
const expire = (to = archive) => expireEvents(intake.database.for('work'), before, { archive: to });
const waiting = () =>
  readColumn<string>(
    intake.database,
    `select relname from pg_class where relname ~ '^expired_' and relkind = 'r' order by 1`,
  );

beforeAll(async () => {
  intake = await createTestIntake();
});
afterAll(() => intake.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pannier-archive-'));
  archive = join(folder, 'archive');
  await intake.clear();
  await record(['2022-01-31T23:59:59.999Z', '2022-02-01T00:00:00Z', '2022-02-02T00:00:00Z', '2022-03-01T00:00:00Z']);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function record(times: string[]): Promise<void> {
  await intake.recording.upsertItems([{ item_id: 'I1', title: 'One' }] as never);
  const events = times.map((occurred_at, place) => ({
    event_id: `${occurred_at}-${place}`,
    type: 'custom',
    name: 'n',
    item_id: 'I1',
    visitor_id: `V${place}`,
    customer_id: place % 2 === 0 ? `C${place}` : undefined,
    properties: { text: hostile, place },
    occurred_at,
  }));
  expect((await intake.recording.recordEvents(events as never)).counts.facts).toBe(times.length);
  await intake.database.query(`update events set received_at = '2013-01-01 00:00:00.123456+00'`);
}

test('what is dropped is in the archive with all that was in its rows, by month; what is younger stays', async () => {
  const all = await rowsOfEvents(intake.database, 'events');
  expect(await expire()).toEqual(['events_2022_01', 'events_2022_02']);
  const left = await rowsOfEvents(intake.database, 'events');
  expect(left).toHaveLength(1);
  expect([...(await readArchive(archive)), ...left].sort()).toEqual(all);
  expect((await readdir(archive)).map((name) => name.replace(/\.[0-9a-z]+\./, '.'))).toEqual([
    'events_2022_01.parquet',
    'events_2022_02.parquet',
  ]);
  for (const name of await readdir(archive)) expect((await stat(join(archive, name))).mode & 0o777).toBe(0o600);
  expect(await waiting()).toEqual([]);
});

/** By an event of it, that comes with leave to be old. */
const makeJanuaryAnew = (event_id: string) =>
  intake
    .anew({ eventRetentionDays: 5_000 })
    .recordEvents([
      { event_id, type: 'custom', name: 'n', visitor_id: 'V9', occurred_at: '2022-01-15T00:00:00Z' },
    ] as never);

// Would see: a table dropped although its archive could not be written.
test('what cannot be archived is not dropped, and is when it can; meanwhile its month may be made anew and nothing of it goes', async () => {
  const all = await rowsOfEvents(intake.database, 'events');
  await writeFile(archive, 'no folder');
  await expect(expire()).rejects.toThrow();
  const [aside] = await waiting();
  expect(await rowsOfEvents(intake.database, aside)).toEqual(all.filter((row) => row.includes('2022-01-31')));
  // The month is made anew while its table waits.
  await intake.database.query('delete from dropped_event_periods');
  await makeJanuaryAnew('again');
  await intake.database.query(`update events set received_at = '2013-01-01'`);
  const again = (await rowsOfEvents(intake.database, 'events')).filter((row) => row.includes('again'));
  await rm(archive);
  expect((await expire()).sort()).toEqual(['events_2022_01', 'events_2022_01', 'events_2022_02']);
  const left = await rowsOfEvents(intake.database, 'events');
  const kept = [...(await readArchive(archive)), ...left];
  expect(kept).toEqual(expect.arrayContaining(again));
  expect(kept).toHaveLength(all.length + 1);
  expect((await readdir(archive)).filter((name) => name.startsWith('events_2022_01'))).toHaveLength(2);
  expect(await waiting()).toEqual([]);
});

// Would see: who makes a month anew drops the one that was taken out and is not archived yet.
test('a month that was taken out and stopped at is archived, also when it was made anew meanwhile', async () => {
  const january = (await rowsOfEvents(intake.database, 'events')).find((row) => row.includes('2022-01-31'));
  await intake.database.query('alter table events detach partition events_2022_01');
  await makeJanuaryAnew('anew');
  expect(await waiting()).toEqual(['expired_1_events_2022_01']);
  await expire();
  expect(await readArchive(archive)).toContain(january);
});

// Would see: a file that is believed for its name.
test('a file that is there already is read before it is believed', async () => {
  const all = await rowsOfEvents(intake.database, 'events');
  await expire();
  const names = await readdir(archive);
  await intake.database.query('delete from dropped_event_periods');
  const january = all.find((row) => row.includes('2022-01-31'))!;
  // As if it had been stopped before the table was dropped, and the file had been damaged since.
  await intake.database.query('create table expired_1_events_2022_01 (like events including defaults)');
  await intake.database.query(
    `insert into expired_1_events_2022_01 select * from jsonb_populate_record(null::events, $1)`,
    [january],
  );
  const file = join(archive, names.find((name) => name.startsWith('events_2022_01'))!);
  await truncate(file, 100);
  expect(await expire()).toEqual(['events_2022_01']);
  expect(await readdir(archive)).toEqual(names);
  expect(await readArchive(archive)).toContain(january);
});
