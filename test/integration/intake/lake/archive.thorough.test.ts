import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectPath } from '../../../../src/project.ts';
import { createTestIntake, readColumn, type TestIntake } from '../../../support/shops/intake.ts';
import { until } from '../../../support/shops/training-shop.ts';
import { readArchive, rowsOfEvents } from './archived-events.ts';

let intake: TestIntake;
let folder: string;

const months = 6;
const rows = 8_000;
const rounds = 12;

beforeAll(async () => {
  intake = await createTestIntake();
  folder = await mkdtemp(join(tmpdir(), 'pannier-archive-'));
  const events = Array.from({ length: months }, (_, month) => ({
    event_id: `E${month}`,
    type: 'custom',
    name: 'n',
    visitor_id: 'V',
    occurred_at: `2022-0${month + 1}-15T00:00:00Z`,
  }));
  await intake.recording.recordEvents(events as never);
  await intake.database.query(
    `insert into events (event_id, type, visitor_key, occurred_at, name, properties)
     select event_id || '-' || place, type, visitor_key, occurred_at + place * interval '1 second', name, jsonb_build_object('place', place)
     from events cross join generate_series(1, ${rows}) as place`,
  );
  await intake.database.query(`update events set received_at = '2013-01-01'`);
}, 120_000);
afterAll(async () => {
  await intake.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Every table that holds events, and the archive, whatever of it is whole. */
async function everything(): Promise<Set<string>> {
  const tables = await readColumn<string>(
    intake.database,
    `select relname from pg_class where relkind = 'r' and relname ~ '^(expired_\\d+_)?events_\\d{4}'`,
  );
  const found = new Set<string>();
  // The tables first: what leaves them meanwhile is in the archive before. So it is of one that Postgres drops for a service that is
  // dead already.
  for (const table of tables)
    for (const row of await rowsOfEvents(intake.database, table).catch(noneWhereGone)) found.add(row);
  for (const row of await readArchive(folder)) found.add(row);
  return found;
}

function noneWhereGone(error: { code?: string }): string[] {
  if (error.code === '42P01') return [];
  throw error;
}

test('a service that is killed again and again between taking out, writing, reading back and dropping loses no event', async () => {
  const all = await rowsOfEvents(intake.database, 'events');
  expect(all).toHaveLength(months * (rows + 1));
  let state = 1;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const serve = () => {
    const child = spawn(process.execPath, [projectPath('dist/service/cli.js'), 'serve'], {
      env: {
        ...process.env,
        DATABASE_URL: intake.connectionString,
        PANNIER_SCHEMA: 'pannier',
        PANNIER_PORT: '0',
        PANNIER_NIGHT: 'off',
        PANNIER_LOG_LEVEL: 'info',
        PANNIER_TIME_ZONE: 'Europe/Berlin',
        PANNIER_EVENT_ARCHIVE_DIR: folder,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'exit');
    const began = Promise.race([once(child.stderr, 'data'), ended]);
    child.stderr.resume();
    const kill = () => {
      child.kill('SIGKILL');
      return ended;
    };
    return { began, kill };
  };
  const left = () =>
    readColumn<number>(
      intake.database,
      `select count(*)::int from pg_class where relkind = 'r' and relname ~ 'events_2022'`,
    );
  for (let round = 0; round < rounds; round++) {
    const child = serve();
    // From when it has connected on, at any time of a month's work.
    await child.began;
    await delay(draw() * 1_500);
    await child.kill();
    await intake.database.query(`update leases set expires_at = '-infinity' where name = 'housekeeping'`);
    expect((await everything()).size).toBe(all.length);
    if ((await left())[0] === 0) break;
  }
  const last = serve();
  try {
    await until(async () => (await left())[0] === 0, 120_000, 200);
  } finally {
    await last.kill();
  }
  expect((await readArchive(folder)).length).toBe(all.length);
  expect(new Set(await readArchive(folder))).toEqual(new Set(all));
}, 900_000);
