import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import {
  type About,
  type Column,
  Empty,
  Loaded,
  Meter,
  Panel,
  Segmented,
  Select,
  Stat,
  Table,
  useRange,
  useUrlState,
} from '../../kit/index.ts';
import { numberOf } from '../../shared/indicators.ts';
import { wordOf } from '../../shared/people/names.ts';
import { goodsTexts } from '../../texts/goods.ts';
import { useTexts } from '../../texts/texts.ts';
import { Added } from './added.tsx';
import type { Report } from './answers.ts';
import { texts } from './texts.ts';

type Figures = Report['all'];
const parts = ['placements', 'sources', 'models', 'positions', 'arms'] as const;
type Part = (typeof parts)[number];
type Touch = Report['touch'];

/** What lists were seen, clicked and bought from, and what personal lists added. */
export function Results() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const { from, to } = useRange(shop.time_zone);
  const [touch, setTouch] = useUrlState<Touch>('touch', 'last');
  const [days, setDays] = useUrlState<string>('window', '7');
  const [part, setPart] = useUrlState<Part>('by', 'placements');
  const asked = useGet(
    get('/v1/recommendation-reports', { query: { from, to, touch, window_days: Number(days) || 7 } }),
  );
  return (
    <div className="grid">
      <div className="controls-row">
        <Select
          label={t.touch}
          value={touch}
          onChange={setTouch}
          choices={(['last', 'first', 'linear'] as const).map((value) => ({ value, label: t.touches[value] }))}
        />
        <Select
          label={t.window}
          value={days}
          onChange={setDays}
          choices={['1', '3', '7', '14', '30'].map((value) => ({ value, label: t.windowDays(value) }))}
        />
      </div>
      <Loaded asked={asked} height={360}>
        {(report) =>
          isNothing(report) ? (
            <>
              <Panel title={t.earned} source={asked.source}>
                <NoLists />
              </Panel>
              <Added report={report} source={asked.source} />
            </>
          ) : (
            <>
              <Earned report={report} about={(name, definition) => ({ name, definition, source: asked.source })} />
              <Added report={report} source={asked.source} />
              <Panel
                title={t.byPart}
                about={t.earnedAbout}
                source={asked.source}
                flush
                actions={
                  <Segmented
                    label={t.byPart}
                    value={part}
                    onChange={setPart}
                    choices={parts.map((value) => ({ value, label: t.parts[value] }))}
                  />
                }
              >
                <PartTable part={part} rows={report[part]} />
              </Panel>
            </>
          )
        }
      </Loaded>
    </div>
  );
}

/** No list was shown, and nothing came from one that was shown before. */
const isNothing = ({ all, placements }: Report) => all.impressions === 0 && all.orders === 0 && placements.length === 0;

function Earned({ report, about }: { report: Report; about(name: string, definition: string): About }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { all, shop_revenue: shopRevenue } = report;
  return (
    <section className="stats report-stats" aria-label={t.earned}>
      <Stat
        about={about(t.impressions, t.impressionsAbout)}
        value={format.count(all.impressions)}
        note={all.impressions === 0 ? t.noImpressions : undefined}
      />
      <Stat
        about={about(t.clickRate, t.clickRateAbout)}
        value={format.percent(all.click_rate.value, 2)}
        note={
          all.impressions === 0
            ? t.clicksAlone(format.count(all.clicks))
            : t.of(format.count(all.clicks), format.count(all.impressions))
        }
      />
      <Stat
        about={about(t.addRate, t.addRateAbout)}
        value={format.percent(all.add_rate.value, 2)}
        note={
          all.impressions === 0
            ? t.addsAlone(format.count(all.cart_adds))
            : t.of(format.count(all.cart_adds), format.count(all.impressions))
        }
      />
      <Stat
        about={about(t.orders, t.ordersAbout)}
        value={format.plain(all.orders)}
        note={all.is_small ? t.small : undefined}
      />
      <Stat
        about={about(t.revenue, t.revenueAbout)}
        value={format.money(all.revenue)}
        note={t.ofShop(format.percent(all.revenue_share.value), format.money(shopRevenue))}
      />
      <Stat
        about={about(t.assisted, t.assistedAbout)}
        value={format.money(all.assisted.revenue)}
        note={t.assistedOrders(format.plain(all.assisted.orders))}
      />
    </section>
  );
}

function PartTable({ part, rows }: { part: Part; rows: readonly Figures[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = usePartName(part);
  const most = Math.max(0, ...rows.map(({ revenue }) => Number(revenue)));
  const columns: Column<Figures>[] = [
    { key: 'member', header: t.parts[part], cell: ({ member }) => nameOf(member), value: ({ member }) => member },
    count('impressions', t.impressions, ({ impressions }) => impressions),
    count('clicks', t.clicks, ({ clicks }) => clicks),
    {
      key: 'click_rate',
      header: t.clickRate,
      align: 'end',
      cell: ({ click_rate: rate }) => format.percent(rate.value, 2),
      value: ({ click_rate }) => click_rate.value,
    },
    count('orders', t.orders, ({ orders }) => orders),
    {
      key: 'revenue',
      header: t.revenue,
      align: 'end',
      cell: ({ revenue }) => format.money(revenue),
      value: ({ revenue }) => Number(revenue),
    },
    {
      key: 'share',
      header: t.share,
      wideOnly: true,
      cell: ({ revenue, revenue_share: share }) => (
        <div className="report-share">
          <Meter label={format.percent(share.value, 2)} value={most > 0 ? Number(revenue) / most : 0} text="" />
        </div>
      ),
      value: ({ revenue_share }) => revenue_share.value,
    },
    {
      key: 'margin',
      header: t.margin,
      align: 'end',
      wideOnly: true,
      cell: ({ margin }) => format.money(margin),
      value: ({ margin }) => numberOf(margin),
    },
  ];
  const [sort, setSort] = useUrlState<string>('sort', '');
  return (
    <Table
      caption={t.parts[part]}
      rows={{ rows }}
      columns={columns}
      rowKey={({ member }) => member}
      sort={[sort, setSort]}
      fileName={`lists-by-${part}`}
      empty={<NoLists />}
    />
  );

  function count(key: string, header: string, value: (row: Figures) => number): Column<Figures> {
    // Only credit in parts gives parts of an order; then all of the column have a digit for them.
    const digits = rows.some((row) => !Number.isInteger(value(row))) ? 1 : 0;
    return { key, header, align: 'end', cell: (row) => format.number(value(row), digits), value };
  }
}

function NoLists() {
  const t = useTexts(texts);
  const command = `curl -s '${location.origin}/v1/popular-items?placement=home' -H "Authorization: Bearer $PANNIER_KEY"`;
  return <Empty icon="recommendations" title={t.noLists} text={t.noListsText} command={command} />;
}

function usePartName(part: Part): (member: string) => string {
  const t = useTexts(texts);
  const words = useTexts(goodsTexts);
  return (member) => {
    if (member === '') return t.notTold;
    if (part === 'sources') return wordOf(words.sources, member);
    if (part === 'arms') return wordOf(t.arms, member);
    return part === 'positions' ? t.position(member) : member;
  };
}
