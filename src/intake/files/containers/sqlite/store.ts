import { unreadable } from '../../unreadable.ts';
import { emptyValues, type SourceRow, type Table } from '../table.ts';

interface Statement {
  all(): Record<string, unknown>[];
  iterate(): Iterable<Record<string, unknown>>;
}
interface SqliteDatabase {
  prepare(sql: string): Statement;
  close(): void;
}

const mostTables = 200;

/** The tables of a SQLite database, which Node 22.13 and later can read. @throws PannierError `invalid_request` */
export async function openSqlite(path: string, name: string): Promise<Table[]> {
  const open = await findSqlite(name);
  const database = open(path);
  try {
    const tables = readAll(
      database,
      name,
      `select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'`,
    );
    return tables.slice(0, mostTables).map(({ name: table }) => {
      const quoted = `"${String(table).replaceAll('"', '""')}"`;
      const columns = readAll(database, name, `pragma table_info(${quoted})`).map((column) => String(column['name']));
      return {
        name: String(table),
        format: 'sqlite' as const,
        columns,
        rows: () => readTable(open(path), quoted, name),
      };
    });
  } finally {
    database.close();
  }
}

async function* readTable(database: SqliteDatabase, quoted: string, name: string): AsyncGenerator<SourceRow> {
  try {
    let number = 0;
    for (const row of database.prepare(`select * from ${quoted}`).iterate()) {
      const values = emptyValues();
      for (const [column, value] of Object.entries(row)) {
        if (value !== null) values[column] = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
      }
      yield { number: ++number, values };
    }
  } catch (error) {
    throw unreadable(`${name} is a broken database (${(error as Error).message})`);
  } finally {
    database.close();
  }
}

function readAll(database: SqliteDatabase, name: string, sql: string): Record<string, unknown>[] {
  try {
    return database.prepare(sql).all();
  } catch (error) {
    throw unreadable(`${name} is a broken database (${(error as Error).message})`);
  }
}

async function findSqlite(name: string): Promise<(path: string) => SqliteDatabase> {
  // By a name that is not looked up before: older versions of Node have no such module.
  const module = 'node:sqlite';
  const found = (await import(module).catch(() => undefined)) as
    | { DatabaseSync: new (path: string, options: { readOnly: boolean }) => SqliteDatabase }
    | undefined;
  if (!found) {
    throw unreadable(
      `${name} is a SQLite database, which is read from Node 22.13 on (this is ${process.version}): write its table as CSV, such as by sqlite3 -header -csv FILE 'select * from TABLE'`,
    );
  }
  return (path) => new found.DatabaseSync(path, { readOnly: true });
}
