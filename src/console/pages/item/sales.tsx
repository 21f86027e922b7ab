import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { type Unit, useFormat } from '../../format/index.ts';
import { Figure, LineChart, Loaded, Panel, Segmented, useRange, useUrlState } from '../../kit/index.ts';
import { numberOf } from '../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

const shown = ['net-sales', 'units-placed'] as const;
type Shown = (typeof shown)[number];
const unitOf: Record<Shown, Unit> = { 'net-sales': 'money', 'units-placed': 'count' };

/** What it sold by day or week: the shop's indicator, of this item. */
export function Sales({ itemId, title }: { itemId: string; title: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const { shop } = useSession();
  const { from, to, days } = useRange(shop.time_zone, '90');
  const [indicator, choose] = useUrlState<Shown>('sales', 'net-sales');
  const grain = days > 120 ? 'week' : 'day';
  const asked = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: indicator },
      query: { by: 'item', member: itemId, grain, from, to },
    }),
  );
  const definitions = useGet(get('/v1/indicators', { query: { class: 'overall' } }));
  const meaning = definitions.data?.items.find(({ indicator_id: id }) => id === indicator)?.meaning[language];
  return (
    <Panel
      title={t.sales}
      note={meaning}
      source={asked.source}
      actions={
        <Segmented
          label={t.sales}
          value={indicator}
          onChange={choose}
          choices={shown.map((value) => ({ value, label: t.indicators[value] }))}
        />
      }
    >
      <Loaded asked={asked} height={260}>
        {({ items }) => {
          if (items.length === 0) return <p className="muted">{t.noSales}</p>;
          const sum = items.reduce((total, { value }) => total + Number(value ?? 0), 0);
          return (
            <>
              <Figure
                className="stat-value"
                about={{ name: t.indicators[indicator], definition: meaning, source: asked.source }}
              >
                {format.figure(sum, unitOf[indicator])}
              </Figure>
              <LineChart
                describe={t.describe(t.indicators[indicator], title)}
                labels={items.map(({ period }) => format.period(period, grain))}
                series={[{ name: t.indicators[indicator], points: items.map(({ value }) => numberOf(value)) }]}
                unit={unitOf[indicator]}
                kind="bar"
                height={220}
              />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
