import { type Dimension, figuresOf, type Grouping, isByHour, type Source } from '../family.ts';

/** Where a measure has cells. */
export interface Place {
  measure: string;
  dimension: Dimension | 'all';
}

/** Subjects that a day's cell counts, or does not count, any more: so many are many that it is not said which. */
export interface ChangedCell extends Place {
  member: string;
  /** local */
  day: string;
}

export const ofCell = ['measure', 'dimension', 'grain', 'period', 'member'];

export const isSame = (one: string, other: string) =>
  ofCell.map((column) => `${one}.${column} = ${other}.${column}`).join(' and ');

/** SQL: the local days `$1` in the zone `$2`. */
export const days = `days as materialized (
      select given.day, given.day::timestamp at time zone $2 as starts_at, (given.day + 1)::timestamp at time zone $2 as ends_at
      from unnest($1::date[]) as given (day))`;

/**
 * SQL of a select of cells: every figure of every grouping of a source's rows, in all and by its dimensions, by day and hour.
 * @param rows the relation that has them; @param named puts the family's name before a figure's
 */
export function cellsOf(source: Source, rows: string, named: (figure: string) => string): string {
  return source.groupings.flatMap((grouping) => selectsOf(grouping, rows, named)).join('\n    union all\n    ');
}

/** A grouping of its source's rows, as columns and grouping sets of SQL. */
interface Parts {
  rows: string;
  /** aliases of the dimensions' columns, with the SQL of each */
  columns: [alias: string, dimension: Dimension, sql: string][];
  inAll: boolean;
}

const dayStart = 'counted.day::timestamp at time zone $2';

function selectsOf(grouping: Grouping, rows: string, named: (figure: string) => string): string[] {
  const { by, inAll = true, hourly = false } = grouping;
  const columns = Object.entries(by).map(([dimension, sql], place): Parts['columns'][number] => [
    `member_${place}`,
    dimension as Dimension,
    sql,
  ]);
  const parts = { rows, columns, inAll };
  const figures = figuresOf(grouping);
  const added = figures.filter(({ kind }) => kind !== 'distinct');
  const distinct = figures.filter(({ kind }) => kind === 'distinct');
  const cell = (name: string, amount: string, subjects: string) =>
    `('${named(name)}', (${amount})::numeric, ${subjects})`;
  const grains = hourly ? (['day', 'hour'] as const) : (['day'] as const);
  const selects: string[] = [];
  if (added.length > 0) {
    const cells = added.map(({ name, sql }) => ({ sql, cell: (value: string) => cell(name, value, 'null::bigint[]') }));
    // Of a level it tells something that it is 0.
    const kept = added.filter(({ kind }) => kind === 'level').map(({ name }) => `'${named(name)}'`);
    const condition = [
      'amount <> 0',
      ...(kept.length > 0 ? [`measure in (${kept.join()}) and amount is not null`] : []),
    ];
    selects.push(...grains.map((grain) => select(parts, grain, cells, condition.join(' or '))));
  }
  if (distinct.length > 0) {
    const subjects = distinct.map(({ name, sql }) => ({
      sql: `array_agg(distinct (${sql})::bigint order by (${sql})::bigint) filter (where (${sql}) is not null)`,
      cell: (value: string) => cell(name, `cardinality(${value})`, value),
    }));
    selects.push(...grains.map((grain) => select(parts, grain, subjects, 'amount > 0')));
  }
  return selects;
}

function select(
  { rows, columns, inAll }: Parts,
  grain: 'day' | 'hour',
  figures: readonly { sql: string; cell: (value: string) => string }[],
  condition: string,
): string {
  const time = grain === 'hour' ? ['day', 'hour'] : ['day'];

  const wanted = grain === 'hour' ? columns.filter(([, dimension]) => isByHour(dimension)) : columns;
  const sets = [...(inAll ? [time] : []), ...wanted.map(([alias]) => [...time, alias])];
  const pick = (values: (column: Parts['columns'][number]) => string, otherwise: string) =>
    wanted.length === 0
      ? `'${otherwise}'`
      : `case ${wanted.map((column) => `when grouping(${column[0]}) = 0 then ${values(column)}`).join(' ')} else '${otherwise}' end`;
  const inner = columns.map(([alias, , sql]) => `, (${sql})::text as ${alias}`).join('');
  const hour = grain === 'hour' ? `, date_trunc('hour', counted.at, $2) as hour` : '';
  return `select cell.measure, grouped.dimension, '${grain}', grouped.period, grouped.member, cell.amount, cell.subjects
    from (select ${pick(([, dimension]) => `'${dimension}'`, 'all')} as dimension, ${pick(([alias]) => alias, '')} as member,
                 ${grain === 'hour' ? 'counted.hour' : dayStart} as period,
                 ${figures.map(({ sql }, place) => `${sql} as figure_${place}`).join(', ')}
          from (select counted.*${inner}${hour} from ${rows} as counted) as counted
          group by grouping sets (${sets.map((set) => `(${set.join()})`).join(', ')})) as grouped
      cross join lateral (values ${figures.map(({ cell }, place) => cell(`grouped.figure_${place}`)).join(', ')})
        as cell (measure, amount, subjects)
    where ${condition.replaceAll(/\b(amount|measure)\b/g, 'cell.$1')}`;
}
