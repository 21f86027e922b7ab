import { type ReactNode, useState } from 'react';
import { useFormat } from '../../format/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Icon } from '../base/icon.tsx';
import { SourceButton } from '../figure/provenance.tsx';
import { Button } from '../forms/button.tsx';
import { Empty } from '../layout/empty.tsx';
import { Problem } from '../layout/problem.tsx';
import { Skeleton } from '../layout/skeleton.tsx';
import { Tooltip } from '../overlays/tooltip.tsx';
import type { CsvColumn } from './csv.ts';
import { Export } from './export.tsx';
import { inGroups } from './in-groups.ts';
import { nextOrder } from './next-order.ts';
import type { Rows } from './rows.ts';

export interface Column<Row> {
  key: string;
  header: string;
  /** figures stand at the end, so that their digits are below each other */
  align?: 'start' | 'end';
  /** what the column means */
  help?: string;
  cell: (row: Row) => ReactNode;
  /** what it is sorted by among the rows that are here, and what the CSV holds */
  value?: (row: Row) => string | number | null;
  /** what the CSV holds instead of it */
  saved?: readonly CsvColumn<Row>[];
  /** what a first press puts first: what needs a look; otherwise the largest figure, and the first name */
  first?: 'least' | 'most';
  /** the service sorts by it: a press asks anew with the column's key */
  sortedByService?: boolean;
  /** left out where the table is narrow */
  wideOnly?: boolean;
}

export interface TableProps<Row> {
  /** what the rows are, for who cannot see the title above */
  caption: string;
  rows: Rows<Row>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string | number;
  /** under which of several headings within the table a row stands, however it is sorted */
  groupOf?: (row: Row) => string;
  /** rows that stand last, however the others are sorted: all others, the whole */
  last?: readonly Row[];
  /** how it is sorted, as it stands in the address: a column's key, with `-` before it from the largest down */
  sort?: [string, (sort: string) => void];
  empty?: ReactNode;
  /** of the file that is exported; without it there is no export */
  fileName?: string;
  /** marks a row: one that is chosen, or that needs a look */
  rowClass?: (row: Row) => string | undefined;
}

/** A table with a head that stays, sorted by a press, exported as CSV, and continued by cursor. */
export function Table<Row>({
  caption,
  rows,
  columns,
  rowKey,
  groupOf,
  last = [],
  sort,
  empty,
  fileName,
  rowClass,
}: TableProps<Row>) {
  const own = useState('');
  const [order, setOrder] = sort ?? own;
  if (rows.error) return <Problem error={rows.error} {...(rows.again ? { onRetry: rows.again } : {})} />;
  if (!rows.rows) return <Skeleton lines={6} />;
  if (rows.rows.length === 0) return empty ?? <NoRows />;
  const sorted = sortHere(rows.rows, columns, order);
  const rowOf = (row: Row) => (
    <tr key={rowKey(row)} className={rowClass?.(row)}>
      {columns.map((column) => (
        <td key={column.key} className={cellClass(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
  return (
    <div className="table-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by keyboard */}
      <section className="table-scroll" aria-label={caption} tabIndex={0} aria-busy={rows.isFetching}>
        <table className="table">
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.key} column={column} order={order} onSort={setOrder} />
              ))}
            </tr>
          </thead>
          {inGroups(rows.rows, sorted, groupOf).map(([heading, members]) => (
            <tbody key={heading}>
              {heading && (
                <tr className="table-group">
                  <th scope="rowgroup" colSpan={columns.length}>
                    {heading}
                  </th>
                </tr>
              )}
              {members.map(rowOf)}
            </tbody>
          ))}
          {last.length > 0 && <tbody>{last.map(rowOf)}</tbody>}
        </table>
      </section>
      <Foot rows={rows} count={sorted.length} sums={last.length} isSortedHere={sorted !== rows.rows}>
        {fileName && (
          <Export
            fileName={fileName}
            columns={columns.flatMap(savedColumns)}
            rows={rows}
            inOrder={(all) => [...sortHere(all, columns, order), ...last]}
          />
        )}
      </Foot>
    </div>
  );
}

const cellClass = <Row,>({ align, wideOnly }: Column<Row>) =>
  [align === 'end' && 'is-end', wideOnly && 'is-wide-only'].filter(Boolean).join(' ') || undefined;

function savedColumns<Row>({ header, value, saved }: Column<Row>): readonly CsvColumn<Row>[] {
  return saved ?? (value ? [{ header, value }] : []);
}

function NoRows() {
  const t = useTexts(kitTexts);
  return <Empty title={t.noRows} text={t.noRowsText} />;
}

function Head<Row>({ column, order, onSort }: { column: Column<Row>; order: string; onSort(order: string): void }) {
  const t = useTexts(kitTexts);
  const { key, header, help } = column;
  const isSortable = Boolean(column.value || column.sortedByService);
  const direction = order === key ? 'ascending' : order === `-${key}` ? 'descending' : undefined;
  const next = nextOrder(column, order);
  return (
    <th scope="col" className={cellClass(column)} {...(direction ? { 'aria-sort': direction } : {})}>
      <span className="table-head">
        {isSortable ? (
          <button type="button" className="table-sort" title={t.sortBy(header)} onClick={() => onSort(next)}>
            {header}
            <Icon name={direction === 'ascending' ? 'up' : direction === 'descending' ? 'down' : 'sort'} size={12} />
          </button>
        ) : (
          header
        )}
        {help && (
          <Tooltip text={help}>
            <button type="button" className="table-help" aria-label={t.help(header)}>
              <Icon name="info" size={12} />
            </button>
          </Tooltip>
        )}
      </span>
    </th>
  );
}

function Foot<Row>({
  rows,
  count,
  sums,
  isSortedHere,
  children,
}: {
  rows: Rows<Row>;
  count: number;
  sums: number;
  isSortedHere: boolean;
  children: ReactNode;
}) {
  const t = useTexts(kitTexts);
  const format = useFormat();
  return (
    <div className="table-foot">
      <span className="muted">
        {t.rows(format.count(count), Boolean(rows.hasMore))}
        {sums > 0 && (sums > 1 ? t.andOthers : t.andWhole)}
        {/* The largest of these is not the largest of all. */}
        {isSortedHere && rows.hasMore && ` · ${t.sortedHere}`}
      </span>
      {rows.hasMore && (
        <Button small working={rows.isFetching ?? false} onClick={() => rows.more?.()}>
          {t.more}
        </Button>
      )}
      <span className="table-space" />
      {children}
      {rows.source && <SourceButton name="" source={rows.source} />}
    </div>
  );
}

function sortHere<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: string): readonly Row[] {
  const key = order.replace(/^-/, '');
  const column = columns.find((one) => one.key === key);
  if (!column?.value || column.sortedByService) return rows;
  const { value } = column;
  const direction = order.startsWith('-') ? -1 : 1;
  // What nobody knows stands last, whichever way.
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return direction * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)));
  });
}
