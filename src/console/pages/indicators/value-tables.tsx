import { type Amount, type Format, type Grain, useFormat } from '../../format/index.ts';
import { Change, type Column, Sparkline, Table } from '../../kit/index.ts';
import {
  betterOf,
  changeSince,
  type Indicator,
  type IndicatorValue,
  isOver,
  numberOf,
} from '../../shared/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { useMemberName } from './member-name.ts';
import { othersOf } from './others.ts';
import { usePeriodName } from './period-name.ts';
import { texts } from './texts.ts';

interface Props {
  indicator: Indicator;
  items: readonly IndicatorValue[];
  grain: Grain;
  now: string;
}

/** What every value is made of: of the row itself, and of what it is compared with. */
function useFigureColumns(
  indicator: Indicator,
  isComparable: (row: IndicatorValue) => boolean = () => true,
): Column<IndicatorValue>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const better = betterOf(indicator.indicator_id);
  // A part of a period is not compared with a whole one: it would always seem to fall, or to rise.
  const change = (row: IndicatorValue) => (isComparable(row) ? changeSince(row, row.previous) : null);
  const beside = (other: IndicatorValue['previous']) => {
    const written = format.figure(other?.value, indicator.unit);
    return other?.partial ? <span title={t.partHelp}>{t.inPart(written)}</span> : written;
  };
  const columns: Column<IndicatorValue>[] = [
    {
      key: 'value',
      header: t.value,
      align: 'end',
      cell: (row) => format.figure(row.value, indicator.unit),
      value: (row) => numberOf(row.value),
    },
    {
      key: 'change',
      header: t.change,
      align: 'end',
      cell: (row) => <Change value={change(row)} better={better} />,
      value: change,
    },
    {
      key: 'before',
      header: t.before,
      align: 'end',
      cell: (row) => beside(row.previous),
      value: (row) => numberOf(row.previous?.value),
    },
    {
      key: 'year',
      header: t.year,
      help: t.yearHelp,
      align: 'end',
      cell: (row) => beside(row.year_before),
      value: (row) => numberOf(row.year_before?.value),
    },
  ];
  if (indicator.denominator === null) return columns;
  const part = (key: 'numerator' | 'denominator'): Column<IndicatorValue> => ({
    key,
    header: t[key],
    align: 'end',
    wideOnly: true,
    cell: (row) => writePart(row[key], format),
    value: (row) => numberOf(row[key]),
  });
  return [...columns, part('numerator'), part('denominator')];
}

/** Money comes as a decimal string, everything else as a number. */
export const writePart = (part: Amount, format: Format) =>
  typeof part === 'string' ? format.money(part) : format.plain(part);

export function PeriodTable({ indicator, items, grain, now }: Props) {
  const t = useTexts(texts);
  const format = useFormat();
  const figures = useFigureColumns(indicator, (row) => isOver(row.period, grain, now));
  const columns: Column<IndicatorValue>[] = [
    {
      key: 'period',
      header: t.period,
      cell: ({ period, partial }) => (
        <span className="nowrap">
          {grain === 'hour' ? `${format.day(period)} ` : ''}
          {format.period(period, grain)}
          {!isOver(period, grain, now) && <span className="muted"> · {t.soFar}</span>}
          {partial === 'begins' && <span className="muted"> · {t.begins}</span>}
        </span>
      ),
      value: ({ period }) => period,
    },
    ...figures,
  ];
  return (
    <Table
      caption={t.values}
      rows={{ rows: items.toReversed() }}
      columns={columns}
      rowKey={(row) => row.period}
      fileName={indicator.indicator_id}
    />
  );
}

/** The latest period that is over, else the latest of all. */
export function latestOf(items: readonly IndicatorValue[], grain: Grain, now: string): string | undefined {
  const periods = [...new Set(items.map(({ period }) => period))].sort();
  return periods.findLast((period) => isOver(period, grain, now)) ?? periods.at(-1);
}

/** The members in the latest period that is over, the largest first, each with its course; then all others, and the whole shop. */
export function MemberTable({
  indicator,
  items,
  whole,
  grain,
  now,
  by,
  addsUp,
}: Props & { by: string; whole: readonly IndicatorValue[] | undefined; addsUp: boolean }) {
  const t = useTexts(texts);
  const periodName = usePeriodName();
  const figures = useFigureColumns(indicator);
  const nameOf = useMemberName(by);
  const periods = [...new Set(items.map(({ period }) => period))].sort();
  const latest = latestOf(items, grain, now);
  const inPeriod = (period: string | undefined) => items.filter((one) => one.period === period);
  const restOf = (period: string | undefined) =>
    whole && addsUp
      ? othersOf(
          whole.find((one) => one.period === period),
          inPeriod(period),
        )
      : null;
  const rows = inPeriod(latest).toSorted(
    (one, other) =>
      (numberOf(other.value) ?? Number.NEGATIVE_INFINITY) - (numberOf(one.value) ?? Number.NEGATIVE_INFINITY),
  );
  const others = restOf(latest);
  const all = whole?.find((one) => one.period === latest);
  const isOthers = (row: IndicatorValue) => row === others;
  const isWhole = (row: IndicatorValue) => row === all;
  const nameOfRow = (row: IndicatorValue) =>
    isOthers(row) ? t.allOthers : isWhole(row) ? t.whole : nameOf(row.member ?? '');
  const pointsOf = (row: IndicatorValue) => {
    const valueIn = (period: string) =>
      isOthers(row)
        ? restOf(period)?.value
        : isWhole(row)
          ? whole?.find((one) => one.period === period)?.value
          : items.find((one) => one.member === row.member && one.period === period)?.value;
    return periods.filter((period) => isOver(period, grain, now)).map((period) => numberOf(valueIn(period)));
  };
  const columns: Column<IndicatorValue>[] = [
    {
      key: 'member',
      header: t.member,
      cell: (row) =>
        isOthers(row) ? (
          <span className="muted">{nameOfRow(row)}</span>
        ) : isWhole(row) ? (
          <strong>{nameOfRow(row)}</strong>
        ) : (
          nameOfRow(row)
        ),
      value: (row) => (isOthers(row) || isWhole(row) ? nameOfRow(row) : row.member),
    },
    {
      key: 'course',
      header: t.course,
      wideOnly: true,
      cell: (row) => (
        <div className="course">
          <Sparkline points={pointsOf(row)} />
        </div>
      ),
    },
    ...figures,
  ];
  return (
    <Table
      caption={latest ? t.members(periodName(latest, grain)) : t.values}
      rows={{ rows }}
      last={[others, all].filter((row) => row != null)}
      columns={columns}
      rowKey={(row) => (isOthers(row) ? '\u0000others' : isWhole(row) ? '\u0000whole' : (row.member ?? ''))}
      fileName={indicator.indicator_id}
    />
  );
}
