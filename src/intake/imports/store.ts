import { deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import type { ImportProgress, StoredImport } from './import-types.ts';
import type { ImportKind } from './kinds.ts';
import type { Mapping } from './mapping/mapping.ts';
import type { CleaningReport } from './report/report.ts';

interface ImportRow {
  import_id: number;
  kind: ImportKind;
  file: string;
  status: StoredImport['status'];
  started_at: Date;
  finished_at: Date | null;
  report: CleaningReport | null;
  progress: ImportProgress | null;
  problem: StoredImport['problem'];
}

function toRecord(row: ImportRow): StoredImport {
  return {
    importId: row.import_id,
    kind: row.kind,
    file: row.file,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    report: row.report,
    progress: row.status === 'running' ? row.progress : null,
    problem: row.problem,
  };
}

const columns = 'import_id, kind, file, status, started_at, finished_at, report, progress, problem';

/** How a file was read. */
export interface ReadingOptions {
  mapping: Mapping;
  timeZone: string;
  /** Columns of ids that were whole numbers, whatever some rows had behind them. */
  wholeIds?: string[];
}

const settings = [`work_mem = '64MB'`, 'jit = off', 'statement_timeout = 0'];

/**
 * Makes ready for work on whole files. One import or redrive at a time: the next one waits here. The lock goes with the
 * transaction, also when its process is killed.
 * @param mustBeFree does not wait
 * @throws PannierError `conflict` where it would have to wait and must not
 */
export async function beginWork(tx: Transaction, mustBeFree = false): Promise<void> {
  for (const setting of settings) await tx.query(`set local ${setting}`);
  const [{ free }] = await tx.query<{ free: boolean }>(
    mustBeFree
      ? 'select pg_try_advisory_xact_lock(hashtextextended(current_schema() || $1, 0)) as free'
      : 'select pg_advisory_xact_lock(hashtextextended(current_schema() || $1, 0)) is not null as free',
    ['.import'],
  );
  if (!free) throw new PannierError('conflict', 'Another file is being imported; send this one when that has ended.');
}

/** How far an import is that still works. */
export async function noteProgress(db: Queryable, importId: number, progress: ImportProgress): Promise<void> {
  await db.query(`update imports set progress = $2 where import_id = $1 and status = 'running'`, [
    importId,
    JSON.stringify(progress),
  ]);
}

/** Whatever is written from here on can be taken back by `returnToStart`. */
export async function markStart(tx: Transaction): Promise<void> {
  await tx.query('savepoint start');
}

export async function returnToStart(tx: Transaction): Promise<void> {
  await tx.query('rollback to savepoint start');
}

/** Begins an import, for all to see. Under the lock nobody else imports, so what still says it runs has died. */
export async function insertImport(
  db: Queryable,
  kind: ImportKind,
  file: string,
  options: ReadingOptions,
): Promise<number> {
  const [row] = await db.query<{ import_id: number }>(
    `with died as (update imports set status = 'failed', finished_at = clock_timestamp() where status = 'running')
     insert into imports (kind, file, options) values ($1, $2, $3) returning import_id`,
    [kind, file, JSON.stringify(options)],
  );
  return row.import_id;
}

export async function endImport(
  db: Queryable,
  importId: number,
  {
    status,
    report,
    problem = null,
  }: Pick<StoredImport, 'report'> & {
    status: 'finished' | 'failed';
    problem?: StoredImport['problem'];
  },
): Promise<void> {
  await db.query(
    'update imports set status = $2, finished_at = clock_timestamp(), report = $3, problem = $4 where import_id = $1',
    [importId, status, report && JSON.stringify(report), problem && JSON.stringify(problem)],
  );
}

export async function selectImports(db: Queryable, limit: number, before: number | undefined): Promise<StoredImport[]> {
  const rows = await db.query<ImportRow>(
    `select ${columns} from imports where $2::bigint is null or import_id < $2 order by import_id desc limit $1`,
    [limit, before ?? null],
  );
  return rows.map(toRecord);
}

export async function selectImport(db: Queryable, importId: number): Promise<StoredImport | undefined> {
  const [row] = await db.query<ImportRow>(`select ${columns} from imports where import_id = $1`, [importId]);
  return row && toRecord(row);
}

/** So that rows of the file that are read again later are read alike. */
export async function noteWholeIds(db: Queryable, importId: number, fields: readonly string[]): Promise<void> {
  if (fields.length === 0) return;
  await db.query(
    `update imports set options = options || jsonb_build_object('wholeIds', $2::text[]) where import_id = $1`,
    [importId, fields],
  );
}

export async function selectOptions(db: Queryable, importId: number): Promise<ReadingOptions> {
  const [row] = await db.query<{ options: ReadingOptions }>('select options from imports where import_id = $1', [
    importId,
  ]);
  return row.options;
}

/** What cleaning changed in files that were taken in before `time`; the reports of the imports keep their counts. */
export function deleteCorrectionsBefore(db: Queryable, time: Date, leave?: AbortSignal): Promise<number> {
  // Import by import through the key: of a large table nothing is read where nothing is due.
  return deleteInPortions(
    db,
    `with due as (select changed.ctid as place from imports as old cross join lateral (
                    select corrections.ctid from corrections where corrections.import_id = old.import_id limit $2) as changed
                  where old.started_at < $1 and old.status <> 'running' limit $2),
          gone as (delete from corrections where ctid = any(array(select place from due)) returning 1)
     select count(*)::int as count from gone`,
    [time],
    leave,
  );
}

/** A query's rows page by page through a cursor: any number of rows in the memory of one page. Pages may be written from in between. */
export async function* fetchPages<Row>(tx: Transaction, query: string, pageSize: number): AsyncGenerator<Row[]> {
  await tx.query(`declare import_pages no scroll cursor for ${query}`);
  try {
    for (;;) {
      const rows = await tx.query<Row>(`fetch forward ${pageSize} from import_pages`);
      if (rows.length > 0) yield rows;
      if (rows.length < pageSize) break;
    }
  } finally {
    // After an error the transaction is over, and the cursor with it.
    await tx.query('close import_pages').catch(() => {});
  }
}
