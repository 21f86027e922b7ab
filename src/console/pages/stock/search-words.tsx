import { get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { SearchWord } from './types.ts';

const orders = ['without-results', 'without-click', 'searches'] as const;
type Order = (typeof orders)[number];

/** What people look for and do not find: what the shop could sell. */
export function SearchWords() {
  const t = useTexts(texts);
  const format = useFormat();
  const [order, setOrder] = useUrlState<Order>('order', 'without-results');
  const pages = usePages(get('/v1/search-words', { query: { order, limit: 50 } }));
  const count = (key: 'searches' | 'without_results' | 'without_click', header: string, help?: string) =>
    ({
      key,
      header,
      ...(help ? { help } : {}),
      align: 'end',
      cell: (one) => format.count(one[key]),
      value: (one) => one[key],
    }) satisfies Column<SearchWord>;
  const columns: Column<SearchWord>[] = [
    { key: 'word', header: t.word, cell: ({ word }) => word, value: ({ word }) => word },
    count('searches', t.searchCount),
    count('without_results', t.withoutResults, t.withoutResultsHelp),
    count('without_click', t.withoutClick, t.withoutClickHelp),
    {
      key: 'share',
      header: t.failed,
      help: t.failedHelp,
      align: 'end',
      cell: (one) => format.percent((one.without_results + one.without_click) / one.searches, 0),
      value: (one) => (one.without_results + one.without_click) / one.searches,
    },
  ];
  const asOf = pages.first?.as_of;
  return (
    <Panel
      title={t.searches}
      note={asOf ? t.searchNote(format.moment(asOf)) : undefined}
      about={t.searchAbout}
      source={pages.source}
      flush
    >
      <div className="stock-filters">
        <Segmented<Order>
          label={t.searches}
          value={order}
          onChange={setOrder}
          choices={orders.map((value) => ({ value, label: t.searchOrders[value] }))}
        />
      </div>
      <Table
        caption={t.searches}
        rows={pages}
        columns={columns}
        rowKey={({ word }) => word}
        fileName={`search-words-${order}`}
        empty={<Empty icon="search" title={t.noWords[order]} text={t.noWordsText} />}
      />
    </Panel>
  );
}
