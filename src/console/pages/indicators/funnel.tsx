import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { type Amount, addDays, today, useFormat } from '../../format/index.ts';
import { Change, Empty, Figure, LinkButton, Loaded, Panel, Segmented, useUrlState } from '../../kit/index.ts';
import { changeOf, type IndicatorValue, type IndicatorValues, isOver, numberOf } from '../../shared/indicators.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type FunnelGrain = 'day' | 'week' | 'month';
const indicatorIds = 'visit-to-order-conversion,browse-to-order-rate,add-to-cart-rate,checkout-to-order-rate';

/** Which part of which rate a step is: all of them count distinct visitors of the period. */
const steps = [
  ['visitors', 'visit-to-order-conversion', 'denominator'],
  ['viewers', 'browse-to-order-rate', 'denominator'],
  ['cart', 'add-to-cart-rate', 'numerator'],
  ['checkout', 'checkout-to-order-rate', 'denominator'],
  ['ordered', 'visit-to-order-conversion', 'numerator'],
] as const;

/** How many of the visitors of the latest period that is over come how far. */
export function Funnel() {
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const { shop } = useSession();
  const now = today(shop.time_zone);
  const [grain, setGrain] = useUrlState<FunnelGrain>('grain', 'month');
  const days = { day: 2, week: 14, month: 62 }[grain] ?? 62;
  const query = { indicator_ids: indicatorIds, grain, from: addDays(now, -days), to: now };
  const asked = useGet(get('/v1/indicator-values', { query }));
  return (
    <Panel
      title={t.funnelTitle}
      note={t.funnelNote}
      about={t.funnelNote}
      source={asked.source}
      actions={
        <Segmented
          label={t.funnelPeriod}
          value={grain}
          onChange={setGrain}
          choices={(['day', 'week', 'month'] as const).map((value) => ({ value, label: words.grains[value] }))}
        />
      }
    >
      <Loaded asked={asked} height={240}>
        {(values) => <Steps values={values} grain={grain} now={now} curl={asked.source} />}
      </Loaded>
    </Panel>
  );
}

/** Null also where more come than before: some begin in the middle, and then it is no share. */
function stepShare(count: Amount, earlier: Amount): number | null {
  if (count === null || count === undefined || !earlier || Number(count) > Number(earlier)) return null;
  return Number(count) / Number(earlier);
}

function Steps({
  values,
  grain,
  now,
  curl,
}: {
  values: IndicatorValues;
  grain: FunnelGrain;
  now: string;
  curl: Parameters<typeof Figure>[0]['about']['source'];
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const period = values.items.findLast((one) => isOver(one.period, grain, now))?.period;
  const ofPeriod = values.items.filter((one) => one.period === period);
  const figuresOf = (id: string): IndicatorValue | undefined => ofPeriod.find((one) => one.indicator_id === id);
  const counts = steps.map(([step, id, part]) => ({
    step,
    count: figuresOf(id)?.[part] as Amount,
    before: figuresOf(id)?.previous?.partial ? null : (figuresOf(id)?.previous?.[part] as Amount),
  }));
  const all = numberOf(counts[0]?.count) ?? 0;
  if (!period || all === 0) {
    const actions = <LinkButton href="/data?view=bring">{t.toData}</LinkButton>;
    return <Empty icon="chart" title={t.unavailable} text={t.emptyText} actions={actions} />;
  }
  return (
    <>
      <p className="funnel-period">{t.lastPeriod(format.period(period, grain))}</p>
      <ol className="funnel">
        {counts.map(({ step, count, before }, place) => {
          const earlier = counts
            .slice(0, place)
            .findLast((one) => one.count !== null && one.count !== undefined)?.count;
          const ofStep = stepShare(count, earlier);
          const share = count === null || count === undefined ? null : Number(count) / all;
          return (
            <li className="funnel-step" key={step}>
              <span className="funnel-name">{t.steps[step]}</span>
              <span className="funnel-track">
                <span className="funnel-bar" style={{ width: `${(share ?? 0) * 100}%` }} />
              </span>
              <Figure className="funnel-count" about={{ name: t.steps[step], definition: t.funnelNote, source: curl }}>
                {format.count(count)}
              </Figure>
              <span className="funnel-share funnel-of-all">
                {format.percent(share)} <span className="muted">{t.ofVisitors}</span>
              </span>
              <span className="funnel-share">
                {place > 0 && ofStep !== null && (
                  <>
                    {format.percent(ofStep)} <span className="muted">{t.ofStep}</span>
                  </>
                )}
              </span>
              <Change value={changeOf(count, before)} better="more" />
            </li>
          );
        })}
      </ol>
    </>
  );
}
