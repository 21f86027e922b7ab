import { get, usePages } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { customerColumn } from '../../shared/people/customer-column.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

const periods = ['7', '28', '90', '365'] as const;
type Period = (typeof periods)[number];

/** Who entered and left lately. */
export function Changes({ segmentId }: { segmentId: string }) {
  const t = useTexts(texts);
  if (segmentId.startsWith('cell-')) {
    return (
      <Panel>
        <Empty icon="clock" title={t.notOfCells} />
      </Panel>
    );
  }
  return <KeptChanges segmentId={segmentId} />;
}

function KeptChanges({ segmentId }: { segmentId: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { shop } = useSession();
  const [days, setDays] = useUrlState<Period>('days', '28');
  const since = `${addDays(today(shop.time_zone), -Number(days))}T00:00:00Z`;
  const pages = usePages(
    get('/v1/segments/{segment_id}/changes', { path: { segment_id: segmentId }, query: { since, limit: 100 } }),
  );
  type Row = NonNullable<typeof pages.rows>[number];
  const columns: Column<Row>[] = [
    customerColumn(t.customer),
    {
      key: 'change',
      header: t.change,
      cell: ({ change }) => (
        <Badge tone={change === 'entered' ? 'good' : 'warn'} icon={change === 'entered' ? 'plus' : 'minus'}>
          {t[change]}
        </Badge>
      ),
      value: ({ change }) => change,
    },
    {
      key: 'as_of',
      header: t.at,
      align: 'end',
      cell: ({ at, as_of }) => <span title={t.foundAt(format.moment(at))}>{format.moment(as_of)}</span>,
      value: ({ as_of }) => as_of,
    },
    {
      key: 'version',
      header: t.version,
      align: 'end',
      wideOnly: true,
      cell: ({ version }) => format.count(version),
      value: ({ version }) => version,
    },
  ];
  return (
    <Panel
      title={t.changes}
      note={t.changesNote}
      flush
      actions={
        <Segmented<Period>
          label={t.since}
          value={days}
          onChange={setDays}
          choices={periods.map((value) => ({ value, label: t.periods[value] }))}
        />
      }
    >
      <Table
        caption={t.changes}
        rows={pages}
        columns={columns}
        rowKey={({ customer_id, at, change }) => `${customer_id} ${at} ${change}`}
        fileName={`${segmentId}-changes`}
        empty={<Empty icon="clock" title={t.noChangesTitle} text={t.noChangesText} />}
      />
    </Panel>
  );
}
