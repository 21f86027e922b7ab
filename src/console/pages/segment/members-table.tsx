import { get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { type Column, Empty, Table, useUrlState } from '../../kit/index.ts';
import { customerColumn } from '../../shared/people/customer-column.tsx';
import { useFigureColumns } from '../../shared/people/figure-columns.tsx';
import { Scores } from '../../shared/people/group-mark.tsx';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';

/** The members of any segment, page by page. */
export function MembersTable({ segmentId, name }: { segmentId: string; name: string }) {
  const t = useTexts(peopleTexts);
  const format = useFormat();
  const [sort, setSort] = useUrlState<string>('sort', '');
  const pages = usePages(
    get('/v1/segments/{segment_id}/members', { path: { segment_id: segmentId }, query: { limit: 50 } }),
  );
  type Row = NonNullable<typeof pages.rows>[number];
  const columns: Column<Row>[] = [
    customerColumn(t.customer),
    {
      key: 'scores',
      header: t.scores,
      help: t.scoresHelp,
      cell: ({ recency_score: r, frequency_score: f, monetary_score: m }) =>
        r === null || f === null || m === null ? nothing : <Scores scores={[r, f, m]} />,
      value: ({ recency_score: r, frequency_score: f, monetary_score: m }) => (r === null ? null : `${r}${f}${m}`),
    },
    ...useFigureColumns<Row>(),
    {
      key: 'since',
      header: t.since,
      align: 'end',
      wideOnly: true,
      cell: ({ since }) => (since === null ? nothing : format.day(since, 'year')),
      value: ({ since }) => since,
    },
  ];
  return (
    <Table
      caption={`${t.members}: ${name}`}
      rows={pages}
      columns={columns}
      rowKey={({ customer_id }) => customer_id}
      sort={[sort, setSort]}
      empty={<Empty icon="customers" title={t.noMembersTitle} text={t.noMembersText} />}
    />
  );
}
