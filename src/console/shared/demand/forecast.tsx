import './demand.css';
import { type Answer, get, type Source, useGet } from '../../api/index.ts';
import { addDays, useFormat } from '../../format/index.ts';
import { LineChart, type Series, Stat } from '../../kit/index.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordOf } from '../people/names.ts';

export type DemandForecast = Answer<'/v1/demand-forecasts'>['items'][number];

/** How many days of what was sold are drawn before what is foreseen. */
const daysBefore = 28;

/**
 * What will be asked for in the next four weeks, after what was placed in the last four: with intervals, and beside the
 * week before again.
 */
export function Forecast({ forecast, name, source }: { forecast: DemandForecast; name: string; source: Source }) {
  const t = useTexts(demandTexts);
  const format = useFormat();
  const { days } = forecast;
  const first = days[0]?.from;
  const sold = useSold(forecast, first);
  const before = Array.from({ length: first && sold ? daysBefore : 0 }, (_, place) =>
    addDays(first ?? '', place - daysBefore),
  );
  const series = useSeries(forecast, before, sold);
  if (first === undefined) return null;
  return (
    <>
      <LineChart
        describe={t.describe(name, format.day(first), format.day(days.at(-1)?.from ?? first))}
        labels={[...before, ...days.map(({ from }) => from)].map((day) => format.day(day))}
        series={series}
        unit="count"
        fromZero
        height={280}
      />
      <Figures forecast={forecast} source={source} />
    </>
  );
}

/** Pieces placed by day, where they are told; undefined while nobody knows. */
function useSold({ of, member }: DemandForecast, first: string | undefined): ReadonlyMap<string, number> | undefined {
  const asked = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: 'units-placed' },
      query: {
        by: of,
        member,
        grain: 'day',
        ...(first === undefined ? {} : { from: addDays(first, -daysBefore), to: addDays(first, -1) }),
      },
    }),
    { when: first !== undefined && member !== '', keep: false },
  );
  const items = asked.data?.items.filter(({ status }) => status === 'ok');
  return items?.length ? new Map(items.map(({ period, value }) => [period, Number(value ?? 0)])) : undefined;
}

function useSeries(
  { days }: DemandForecast,
  before: readonly string[],
  sold: ReadonlyMap<string, number> | undefined,
): Series[] {
  const t = useTexts(demandTexts);
  const gap = before.map(() => null);
  const nothing = [...gap, ...days.map(() => null)];
  const placed = before.map((day) => sold?.get(day) ?? 0);
  const lastWeek = placed.slice(-7);
  const series: Series[] = [
    { name: t.within95, colour: 1, points: nothing, band: [...gap, ...days.map((day) => pair(day.interval_95))] },
    { name: t.within80, colour: 1, points: nothing, band: [...gap, ...days.map((day) => pair(day.interval_80))] },
    { name: t.expected, colour: 1, points: [...gap, ...days.map(({ expected }) => worthDrawing(expected))] },
  ];
  if (!sold) return series;
  return [
    ...series,
    {
      name: t.naive,
      colour: 2,
      isBeside: true,
      points: [...gap, ...days.map((_, place) => lastWeek[place % 7] ?? null)],
    },
    { name: t.sold, colour: 6, points: [...placed, ...days.map(() => null)] },
  ];
}

/** A piece in a year is nothing that an axis should be drawn for. */
const worthDrawing = (units: number) => (units < 0.003 ? 0 : units);

const pair = ([low = 0, high = 0]: readonly number[]): readonly [number, number] => [low, high];

function Figures({ forecast, source }: { forecast: DemandForecast; source: Source }) {
  const t = useTexts(demandTexts);
  const format = useFormat();
  const { horizon, weeks, days, method, demand_class: kind, error, seasonal_naive_error: naive } = forecast;
  const units = (value: number | null | undefined) => format.number(value, 1);
  const foreseen = (name: string, { expected, interval_80, interval_95 }: typeof horizon) => (
    <Stat
      about={{
        name,
        definition: t.inAllAbout,
        parts: [
          [t.interval80, t.range(format.count(interval_80[0]), format.count(interval_80[1]))],
          [t.interval95, t.range(format.count(interval_95[0]), format.count(interval_95[1]))],
        ],
        source,
      }}
      value={units(expected)}
      note={t.between(format.count(interval_80[0]), format.count(interval_80[1]))}
    />
  );
  return (
    <div className="stats demand-figures">
      {weeks[0] && foreseen(t.firstWeek, weeks[0])}
      {foreseen(t.inAll(format.count(days.length)), horizon)}
      <Stat
        about={{ name: t.error, definition: t.errorAbout, source }}
        value={units(error)}
        note={error === null ? t.tooYoung : t.naiveError(units(naive))}
      />
      <Stat
        about={{ name: t.method, definition: t.about, parts: [[t.class, wordOf(t.classes, kind)]], source }}
        value={<span className="demand-method">{wordOf(t.methods, method)}</span>}
        note={`${t.class} ${wordOf(t.classes, kind)} · ${t.judged(format.count(forecast.judged_weeks))}`}
      />
    </div>
  );
}
