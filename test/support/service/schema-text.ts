import type { Queryable } from '../../../src/db/index.ts';

interface TableRow {
  oid: number;
  name: string;
  comment: string | null;
  persistence: 'p' | 'u';
  options: string[] | null;
  partition: string | null;
}

interface ColumnRow {
  name: string;
  type: string;
  collation: string | null;
  required: boolean;
  identity: boolean;
  fallback: string | null;
  generated: boolean;
  comment: string | null;
}

/**
 * The schema of a connection as SQL that makes it again, in an order that depends on names only: types, sequences, functions,
 * tables with their indexes, triggers and comments, and what refers from table to table.
 */
export async function schemaText(db: Queryable, schema: string): Promise<string> {
  const list = async (sql: string, values: unknown[] = []) =>
    (await db.query<{ it: string }>(sql, values)).map(({ it }) => it.replaceAll(`${schema}.`, ''));
  const tables = await db.query<TableRow>(
    `select oid::int, relname::text as name, obj_description(oid, 'pg_class') as comment, relpersistence as persistence,
            reloptions as options, pg_get_partkeydef(oid) as partition
     from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'p') and not relispartition
     order by relname collate "C"`,
    [schema],
  );
  const parts = [
    '-- The schema as the migrations leave it, to be read: `npm run schema` writes it, and nothing runs it but a test.',
    'set check_function_bodies = off;',
    ...(await list(
      `select format('create type %s as enum (%s);', typname,
                (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = kind.oid)) as it
       from pg_type as kind where typnamespace = $1::regnamespace and typtype = 'e' order by typname collate "C"`,
      [schema],
    )),
    ...(await list(
      `select format('create sequence %s as %s;', sequencename, data_type) as it from pg_sequences
       where schemaname = $1 and not exists (
         select from pg_depend where objid = format('%I.%I', schemaname, sequencename)::regclass and deptype = 'i')
       order by sequencename collate "C"`,
      [schema],
    )),
    ...(await functions(db, schema)),
  ];
  for (const table of tables) parts.push(await tableText(db, table, list));
  parts.push(
    (
      await list(
        `select format(E'alter table %s\\n  add constraint %s %s;', conrelid::regclass, conname, pg_get_constraintdef(oid, true)) as it
         from pg_constraint where connamespace = $1::regnamespace and contype = 'f' and conparentid = 0
         order by conrelid::regclass::text collate "C", conname collate "C"`,
        [schema],
      )
    ).join('\n'),
  );
  return `${parts.join('\n\n')}\n`;
}

async function functions(db: Queryable, schema: string): Promise<string[]> {
  const rows = await db.query<{ definition: string; signature: string; comment: string | null }>(
    `select pg_get_functiondef(oid) as definition, oid::regprocedure::text as signature, obj_description(oid, 'pg_proc') as comment
     from pg_proc where pronamespace = $1::regnamespace order by proname collate "C"`,
    [schema],
  );
  return rows.map(({ definition, signature, comment }) =>
    [
      `${definition
        .replaceAll(`${schema}.`, '')
        .replace(/^CREATE OR REPLACE FUNCTION/, 'create function')
        .trimEnd()};`,
      ...(comment === null
        ? []
        : [`comment on function ${signature.replaceAll(`${schema}.`, '')} is ${quoted(comment)};`]),
    ].join('\n'),
  );
}

async function tableText(
  db: Queryable,
  table: TableRow,
  list: (sql: string, values: unknown[]) => Promise<string[]>,
): Promise<string> {
  const columns = await db.query<ColumnRow>(
    `select quote_ident(attname) as name, replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz') as type, attnotnull as required, attidentity = 'a' as identity,
            case when attcollation <> typcollation then (select quote_ident(collname) from pg_collation where oid = attcollation) end as collation,
            pg_get_expr(adbin, adrelid) as fallback, attgenerated = 's' as generated, col_description(attrelid, attnum) as comment
     from pg_attribute join pg_type on pg_type.oid = atttypid
     left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where attrelid = $1::oid and attnum > 0 and not attisdropped order by attnum`,
    [table.oid],
  );
  const constraints = await list(
    `select format('constraint %s %s', conname, pg_get_constraintdef(oid, true)) as it from pg_constraint
     where conrelid = $1::oid and contype in ('p', 'u', 'c') order by position(contype in 'puc'), conname collate "C"`,
    [table.oid],
  );
  const indexes = await list(
    `select pg_get_indexdef(indexrelid, 0, true) || ';' as it from pg_index join pg_class on pg_class.oid = indexrelid
     where indrelid = $1::oid and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))
     order by relname collate "C"`,
    [table.oid],
  );
  const triggers = await list(
    `select pg_get_triggerdef(oid, true) || ';' as it from pg_trigger where tgrelid = $1::oid and not tgisinternal
     order by tgname collate "C"`,
    [table.oid],
  );
  const kind = table.persistence === 'u' ? 'unlogged table' : 'table';
  const after = [
    ...(table.partition === null ? [] : [` partition by ${table.partition}`]),
    ...(table.options === null ? [] : [` with (${table.options.join(', ')})`]),
  ].join('');
  return [
    `create ${kind} ${table.name} (\n${[...columns.map(columnText), ...constraints].map((line) => `  ${line}`).join(',\n')}\n)${after};`,
    ...(table.comment === null ? [] : [`comment on table ${table.name} is ${quoted(table.comment)};`]),
    ...columns.flatMap(({ name, comment }) =>
      comment === null ? [] : [`comment on column ${table.name}.${name} is ${quoted(comment)};`],
    ),
    ...indexes,
    ...triggers,
  ].join('\n');
}

function columnText({ name, type, collation, required, identity, fallback, generated }: ColumnRow): string {
  return [
    name,
    type,
    ...(collation === null ? [] : [`collate ${collation}`]),
    ...(identity ? ['generated always as identity'] : []),
    ...(fallback === null ? [] : [generated ? `generated always as (${fallback}) stored` : `default ${fallback}`]),
    ...(required && !identity ? ['not null'] : []),
  ].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
