import { Link } from 'wouter';
import { get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { IndexInterval } from './index-interval.tsx';
import { texts } from './texts.ts';
import type { Trend } from './types.ts';

const kinds = ['category', 'brand', 'item', 'search'] as const;
type Of = (typeof kinds)[number];

/** What is asked for more than it used to be, and what less. */
export function TrendsView() {
  const t = useTexts(texts);
  const [of, setOf] = useUrlState<Of>('of', 'category');
  return (
    <div className="grid">
      <div className="stock-choice">
        <Segmented<Of>
          label={t.trendsOf}
          value={of}
          onChange={setOf}
          choices={kinds.map((value) => ({ value, label: t.trendKinds[value] }))}
        />
      </div>
      <Direction of={of} direction="rising" />
      <Direction of={of} direction="falling" />
      <Direction of={of} direction="steady" />
    </div>
  );
}

function Direction({ of, direction }: { of: Of; direction: 'rising' | 'falling' | 'steady' }) {
  const t = useTexts(texts);
  const format = useFormat();
  const pages = usePages(get('/v1/trends', { query: { of, direction, limit: 25 } }));
  const { first } = pages;
  const say = useSaid();
  const columns = useTrendColumns(of);
  const title = t[direction];
  const until = first?.last_day ? t.trendNote(format.day(first.last_day)) : undefined;
  return (
    <Panel
      title={title}
      note={until}
      about={t.trendAbout}
      source={pages.source}
      span={direction === 'steady' ? 12 : 6}
      flush
    >
      {first?.status === 'unavailable' ? (
        <Empty icon="clock" title={t.noTrendsTitle} text={say(first.reason)} />
      ) : (
        <Table
          caption={title}
          rows={pages}
          columns={columns}
          rowKey={({ member }) => member}
          fileName={`trends-${of}-${direction}`}
          empty={<Empty icon="check" title={t.nothingMoves[direction]} text={t.nothingMovesText} />}
        />
      )}
    </Panel>
  );
}

function useTrendColumns(of: Of): Column<Trend>[] {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const format = useFormat();
  return [
    {
      key: 'member',
      header: t.trendKind[of],
      cell: ({ member }) =>
        of === 'item' ? <Link href={`/items/${encodeURIComponent(member)}`}>{member}</Link> : member || demand.without,
      value: ({ member }) => member,
    },
    {
      key: 'index',
      header: t.index,
      help: t.trendAbout,
      align: 'end',
      cell: ({ index }) => <strong>{t.times(format.number(index, 2))}</strong>,
      value: ({ index }) => index,
    },
    {
      key: 'interval',
      header: t.interval95,
      cell: ({ index, interval_95: [low = index, high = index] }) => (
        <IndexInterval index={index} low={low} high={high} />
      ),
      value: ({ interval_95 }) => interval_95.join(' – '),
    },
    {
      key: 'recent',
      header: of === 'search' ? t.recentVisitors : t.recentOrders,
      help: t.recentHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ recent_count }) => format.count(recent_count),
      value: ({ recent_count }) => recent_count,
    },
  ];
}
