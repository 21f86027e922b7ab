import type { Asked } from '../../api/index.ts';
import { type Grain, useFormat } from '../../format/index.ts';
import { Button, Change, Empty, Figure, LineChart, LinkButton, Loaded, Panel, type Series } from '../../kit/index.ts';
import {
  betterOf,
  changeSince,
  type Indicator,
  type IndicatorValue,
  type IndicatorValues,
  isOver,
  numberOf,
} from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useReason } from '../../shared/use-reason.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { AlarmBell } from './alarms/alarm-bell.tsx';
import { Controls } from './controls.tsx';
import { Definition } from './definition.tsx';
import { useMemberName } from './member-name.ts';
import { usePeriodName } from './period-name.ts';
import { texts } from './texts.ts';
import { latestOf, MemberTable, PeriodTable, writePart } from './value-tables.tsx';

export interface CourseProps {
  indicator: Indicator;
  asked: Asked<IndicatorValues>;
  grain: Grain;
  by: string;
  compare: '' | 'before' | 'year';
  /** of the time before, where it is compared with */
  earlier: IndicatorValues | undefined;
  /** of the whole shop, beside its members */
  whole: IndicatorValues | undefined;
  /** today, in the shop's zone */
  now: string;
}

const isTold = (value: string | number | null | undefined) => value !== null && value !== undefined;

export function Course(props: CourseProps) {
  const { indicator, asked, grain, by, compare, whole, now } = props;
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const language = useLanguage();
  const { pins, toggle } = usePins();
  const periodName = usePeriodName();
  const latest = by && asked.data ? latestOf(asked.data.items, grain, now) : undefined;
  const dimension = by && words.dimensions[by as keyof typeof words.dimensions];
  const isPinned = pins.includes(indicator.indicator_id);
  const definition = indicator.meaning[language];
  const addsUp = by !== '' && indicator.adds_up_by.some((one) => one === by);
  const isKnown = !asked.data || asked.data.items.some((one) => one.status === 'ok');
  // Until it is known it is not said that there is nothing.
  const hasYear = asked.data?.items.some((one) => isTold(one.year_before?.value)) ?? true;
  return (
    <>
      <Panel
        title={indicator.name[language]}
        note={definition}
        about={definition}
        source={asked.source}
        actions={
          <>
            <AlarmBell indicator={indicator} />
            {/* Today shows days. */}
            {indicator.grains.includes('day') && (
              <Button
                small
                icon={isPinned ? 'check' : 'pin'}
                aria-pressed={isPinned}
                onClick={() => toggle(indicator.indicator_id)}
              >
                {isPinned ? t.saved : t.save}
              </Button>
            )}
          </>
        }
      >
        <Controls indicator={indicator} grain={grain} by={by} compare={compare} hasYear={hasYear} />
        <Loaded asked={asked} height={320}>
          {(values) => <Drawn {...props} values={values} />}
        </Loaded>
      </Panel>
      <Definition indicator={indicator} />
      {isKnown && (
        <Panel
          title={by ? (latest ? t.byIn(dimension, periodName(latest, grain)) : dimension) : t.values}
          note={by ? (addsUp ? t.sumsUp : t.sumsUpNot) : undefined}
          source={asked.source}
          about={definition}
          flush
        >
          <Loaded asked={asked}>
            {({ items }) =>
              by ? (
                <MemberTable
                  indicator={indicator}
                  by={by}
                  addsUp={addsUp}
                  items={items}
                  whole={whole?.items}
                  grain={grain}
                  now={now}
                />
              ) : (
                <PeriodTable indicator={indicator} items={items} grain={grain} now={now} />
              )
            }
          </Loaded>
        </Panel>
      )}
    </>
  );
}

function Drawn({
  indicator,
  asked,
  grain,
  by,
  compare,
  earlier,
  now,
  values,
}: CourseProps & { values: IndicatorValues }) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const { items } = values;
  const reasonOf = useReason();
  const name = indicator.name[language];
  const periods = [...new Set(items.map((one) => one.period))].sort();
  const series = useSeries(items, periods, { name, by, compare, earlier });
  const reason = items.length > 0 && items.every((one) => one.status === 'unavailable') ? items[0]?.reason : undefined;
  if (reason) {
    const actions = <LinkButton href="/data?view=bring">{t.toData}</LinkButton>;
    return <Empty icon="chart" title={t.unavailable} text={reasonOf(indicator, reason)} actions={actions} />;
  }
  const begun = new Set(items.flatMap(({ period, partial }) => (partial === 'begins' ? [period] : [])));
  const label = (period: string) => {
    const name = format.period(period, grain);
    if (grain === 'hour') return `${format.day(period)} ${name}`;
    return begun.has(period) ? t.inPart(name) : name;
  };
  return (
    <>
      {!by && <Headline indicator={indicator} items={items} asked={asked} grain={grain} now={now} />}
      {values.pending_days > 0 && <p className="panel-note">{t.pending(format.count(values.pending_days))}</p>}
      <LineChart
        describe={t.describe(name, format.day(values.from), format.day(values.to))}
        labels={periods.map(label)}
        series={series}
        unit={indicator.unit}
        height={320}
        isOpen={!isOver(periods.at(-1) ?? '', grain, now)}
      />
    </>
  );
}

function useSeries(
  items: readonly IndicatorValue[],
  periods: readonly string[],
  { name, by, compare, earlier }: { name: string; by: string; compare: string; earlier: IndicatorValues | undefined },
): Series[] {
  const t = useTexts(texts);
  const nameOf = useMemberName(by);
  if (by) {
    const members = [...new Set(items.map((one) => one.member ?? ''))].slice(0, 8);
    return members.map((member) => {
      const values = new Map(
        items.filter((one) => (one.member ?? '') === member).map((one) => [one.period, one.value]),
      );
      return { name: nameOf(member), points: periods.map((period) => numberOf(values.get(period))) };
    });
  }
  const series: Series[] = [{ name, points: items.map((one) => numberOf(one.value)) }];
  if (compare === 'year') {
    series.push({ name: t.yearBefore, isBeside: true, points: items.map((one) => numberOf(one.year_before?.value)) });
  }
  if (compare === 'before' && earlier) {
    const points = periods.map((_, place) => numberOf(earlier.items[place]?.value));
    series.push({ name: t.timeBefore, isBeside: true, points });
  }
  return series;
}

/** The latest period that is over: its value, and how it stands to the one before and to that of a year before. */
function Headline({
  indicator,
  items,
  asked,
  grain,
  now,
}: Pick<CourseProps, 'indicator' | 'asked' | 'grain' | 'now'> & { items: readonly IndicatorValue[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const periodName = usePeriodName();
  const latest = items.findLast((one) => isOver(one.period, grain, now)) ?? items.at(-1);
  if (!latest) return null;
  const over = isOver(latest.period, grain, now);
  const { previous, year_before: yearBefore } = latest;
  const name = periodName(latest.period, grain);
  const better = betterOf(indicator.indicator_id);
  const parts = [
    [t.numerator, writePart(latest.numerator, format)],
    ...(latest.denominator === null ? [] : [[t.denominator, writePart(latest.denominator, format)]]),
  ] as [string, string][];
  return (
    <div className="headline">
      <Figure
        className="stat-value"
        about={{ name: indicator.name[language], definition: indicator.meaning[language], parts, source: asked.source }}
      >
        {format.figure(latest.value, indicator.unit)}
      </Figure>
      <span className="muted">
        {!over ? t.runningPeriod(name) : latest.partial === 'begins' ? t.begunPeriod(name) : t.lastPeriod(name)}
      </span>
      {over && !latest.partial && (
        <span className="headline-change">
          {previous?.partial ? (
            <span className="muted">{t.beforeInPart}</span>
          ) : (
            <>
              <Change value={changeSince(latest, previous)} better={better} />
              <span className="muted">{t.fromBefore}</span>
            </>
          )}
        </span>
      )}
      {over && !latest.partial && yearBefore && (
        <span className="headline-change">
          <Change value={changeSince(latest, yearBefore)} better={better} />
          <span className="muted">{t.fromYear}</span>
        </span>
      )}
    </div>
  );
}
