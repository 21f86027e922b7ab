import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Transaction } from '../../db/index.ts';
import { selectDroppedPeriods } from '../events/store.ts';
import { readFactFileSum, writeFactFile } from './fact-files.ts';
import type { FactTable } from './fact-tables.ts';
import {
  hasRows,
  isSameSum,
  type LakeDay,
  type LakeKind,
  lakeTables,
  readOneMoment,
  selectDays,
  selectRowSum,
} from './store.ts';

export interface FactExport {
  kind: LakeKind;
  /** files that were written, that held the same already, and whose facts are gone */
  written: number;
  unchanged: number;
  removed: number;
  /** days of events that the database has dropped: their files stay as they are */
  kept: number;
  /** rows that were written */
  rows: number;
}

export interface FactExportOptions {
  kinds: readonly LakeKind[];
  minorDigits: number;
  timeZone: string;
  /** local days, both included; default: as far as facts reach */
  from?: string;
  to?: string;
  /** @param done of so many days */
  onProgress?: (done: number, total: number, day: string) => void;
}

const fileName = 'facts.parquet';
/** What nobody has written to for so long was left by somebody who was stopped. */
const leftOverMs = 3_600_000;

/**
 * Writes facts as Parquet for a lake: `<kind>/day=<local day>/facts.parquet`, and kinds that are of no day as
 * `<kind>/facts.parquet`. A day is written whole and put in its place, and only where the database holds something else of it than its file
 * does; a day's kinds are of one moment. Stopped at any time, it goes on when it is called again.
 */
export async function exportFacts(db: Database, folder: string, options: FactExportOptions): Promise<FactExport[]> {
  const tables = lakeTables(options.minorDigits);
  const counts = new Map<LakeKind, FactExport>(
    options.kinds.map((kind) => [kind, { kind, written: 0, unchanged: 0, removed: 0, kept: 0, rows: 0 }]),
  );
  const ofDays = options.kinds.filter((kind) => tables[kind].at);
  const days = await selectDays(
    db,
    ofDays.map((kind) => tables[kind]),
    { timeZone: options.timeZone, from: options.from, to: options.to },
  );
  const dropped = await selectDroppedPeriods(db);
  const isDropped = ({ startsAt, endsAt }: LakeDay) =>
    dropped.some(({ from, until }) => startsAt < until && from < endsAt);
  const write = async (tx: Transaction, kind: LakeKind, day: LakeDay | undefined) => {
    const place = join(folder, kind, ...(day ? [`day=${day.day}`] : []));
    const mayBeKept = kind === 'events' && day !== undefined && isDropped(day);
    await writeDay(tx, tables[kind], day, { place, mayBeKept, count: counts.get(kind)! });
  };
  for (const [index, day] of days.entries()) {
    options.onProgress?.(index, days.length, day.day);
    await db.transaction(async (tx) => {
      await readOneMoment(tx);
      for (const kind of ofDays) await write(tx, kind, day);
    });
  }
  await db.transaction(async (tx) => {
    await readOneMoment(tx);
    for (const kind of options.kinds) if (!tables[kind].at) await write(tx, kind, undefined);
  });
  return [...counts.values()];
}

async function writeDay(
  tx: Transaction,
  table: FactTable,
  day: LakeDay | undefined,
  { place, mayBeKept, count }: { place: string; mayBeKept: boolean; count: FactExport },
): Promise<void> {
  const file = join(place, fileName);
  const held = await readFactFileSum(table, file);
  const found = held && (await selectRowSum(tx, table, day));
  if (mayBeKept && held && found!.rows < held.rows) {
    count.kept++;
  } else if (held && isSameSum(found!, held)) {
    count.unchanged++;
  } else if (day && (found ? found.rows === 0 : !(await hasRows(tx, table, day)))) {
    if (await removeDay(place)) count.removed++;
  } else {
    await mkdir(place, { recursive: true, mode: 0o700 });
    await removeLeftOver(place);
    count.rows += (await writeFactFile(tx, table, day, file)).rows;
    count.written++;
  }
}

/** @returns whether there was one */
async function removeDay(place: string): Promise<boolean> {
  const wasThere = await rm(join(place, fileName)).then(
    () => true,
    () => false,
  );
  // Whatever else lies in it is somebody else's.
  await rmdir(place).catch(() => undefined);
  return wasThere;
}

async function removeLeftOver(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(`.${fileName}.`)) continue;
    const file = join(place, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > leftOverMs) await rm(file, { force: true });
  }
}
