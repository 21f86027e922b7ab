import pg from 'pg';

/** Whom the application is to its own Postgres: the owner of its database and of all that it has made there, no superuser. */
export const applicationRole = 'pannier';

const isOurs = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

/** What of the application's is not its own yet: data folders of earlier versions were filled by the superuser. */
const foreignObjects = `
  select 1 as place, format('alter schema %I owner to ${applicationRole}', n.nspname) as statement
  from pg_namespace n where ${isOurs} and n.nspname <> 'public' and n.nspowner <> '${applicationRole}'::regrole
  union all
  select 2, format('alter %s %I.%I owner to ${applicationRole}',
    case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, nspname, relname)
  from pg_class c join pg_namespace n on n.oid = relnamespace
  where ${isOurs} and relkind in ('r', 'p', 'v', 'm', 'S') and relowner <> '${applicationRole}'::regrole
    -- The sequence of an identity column goes with its table.
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('i', 'a')
                    and c.relkind = 'S')
  union all
  select 3, format('alter routine %s owner to ${applicationRole}', p.oid::regprocedure)
  from pg_proc p join pg_namespace n on n.oid = pronamespace
  where ${isOurs} and proowner <> '${applicationRole}'::regrole
  union all
  select 3, format('alter type %I.%I owner to ${applicationRole}', nspname, typname)
  from pg_type t join pg_namespace n on n.oid = typnamespace
  where ${isOurs} and typtype in ('e', 'd', 'r') and typowner <> '${applicationRole}'::regrole
  union all
  select 4, format('alter database %I owner to ${applicationRole}', datname)
  from pg_database where datname = current_database() and datdba <> '${applicationRole}'::regrole
  order by place`;

/** Makes the role of the application, with this password, and the owner of what is its own. */
export async function settleApplicationRole(adminConnectionString: string, password: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminConnectionString, connectionTimeoutMillis: 5_000 });
  admin.on('error', () => {});
  await admin.connect();
  try {
    await admin.query('begin');
    // Two starts at once would make it twice.
    await admin.query(`select pg_advisory_xact_lock(hashtext('pannier application role'))`);
    const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [applicationRole]);
    const attributes = 'login nosuperuser nocreaterole nocreatedb noreplication nobypassrls';
    await admin.query(
      `${rowCount ? 'alter' : 'create'} role ${applicationRole} ${attributes} password ${admin.escapeLiteral(password)}`,
    );
    const { rows } = await admin.query<{ statement: string }>(foreignObjects);
    for (const { statement } of rows) await admin.query(statement);
    await admin.query('commit');
  } finally {
    await admin.end();
  }
}
