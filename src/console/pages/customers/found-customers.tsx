import { Link } from 'wouter';
import { get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Table, Tooltip, useUrlState } from '../../kit/index.ts';
import { useFigureColumns } from '../../shared/people/figure-columns.tsx';
import { GroupMark } from '../../shared/people/group-mark.tsx';
import { customerPath } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

const sorts = ['monetary', '-monetary', 'frequency', '-frequency', 'recency_days', '-recency_days'] as const;
const isSort = (text: string): text is (typeof sorts)[number] => (sorts as readonly string[]).includes(text);

/** Customers whose ids begin so, of all or of a segment, in the order of their ids or of a figure. */
export function FoundCustomers({ query, segment }: { query: string; segment: string }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const [sort, setSort] = useUrlState<string>('sort', '');
  const pages = usePages(
    get('/v1/customers', {
      query: {
        limit: 50,
        ...(query ? { query } : {}),
        ...(segment ? { segment } : {}),
        ...(isSort(sort) ? { sort } : {}),
      },
    }),
  );
  type Row = NonNullable<typeof pages.rows>[number];
  const columns: Column<Row>[] = [
    {
      key: 'customer_id',
      header: t.customer,
      cell: ({ customer_id, profiling_allowed }) => (
        <span className="person-cell">
          <Link href={customerPath(customer_id)} className="mono truncate">
            {customer_id}
          </Link>
          {!profiling_allowed && (
            <Tooltip text={t.objectedHelp}>
              <span>
                <Badge tone="warn" icon="block">
                  {t.objected}
                </Badge>
              </span>
            </Tooltip>
          )}
        </span>
      ),
      value: ({ customer_id }) => customer_id,
    },
    {
      key: 'group',
      header: t.group,
      cell: ({ group }) => <GroupMark group={group} />,
      value: ({ group }) => group && words.groups[group],
    },
    ...useFigureColumns<Row>(true),
    {
      key: 'known_since',
      header: t.known,
      align: 'end',
      wideOnly: true,
      cell: ({ registered_at, known_since }) => format.day(registered_at ?? known_since, 'year') || nothing,
      value: ({ registered_at, known_since }) => registered_at ?? known_since,
    },
  ];
  return (
    <Table
      caption={t.customers}
      rows={pages}
      columns={columns}
      rowKey={({ customer_id }) => customer_id}
      sort={[sort, setSort]}
      fileName="customers"
      empty={query ? <Nobody /> : segment ? <NoMembers /> : <NoCustomers />}
    />
  );
}

function Nobody() {
  const t = useTexts(texts);
  return <Empty icon="search" title={t.noneTitle} text={t.noneText} />;
}

function NoMembers() {
  const t = useTexts(peopleTexts);
  return <Empty icon="customers" title={t.noMembersTitle} text={t.noMembersText} />;
}

function NoCustomers() {
  const t = useTexts(texts);
  return (
    <Empty icon="customers" title={t.emptyTitle} text={t.emptyText} command="npx pannier import orders orders.csv" />
  );
}
