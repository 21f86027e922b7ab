import { useFormat } from '../../format/index.ts';
import { LineChart, Panel, Select, useUrlState } from '../../kit/index.ts';
import { byDay } from '../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import type { TodayProps } from './figures.tsx';
import { courseOf, spanBefore } from './span.ts';
import { texts } from './texts.ts';

/** One of the figures in the last four weeks, and a week before each day; of half a year by week, or of a year by month. */
export function FourWeeks({ definitions, ids, items, source, span }: TodayProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const [shown, setShown] = useUrlState('shown', ids[0] ?? 'net-sales');
  const choices = ids.flatMap((id) => {
    const indicator = definitions.find((one) => one.indicator_id === id);
    return indicator ? [{ value: id, label: indicator.name[language] }] : [];
  });
  const indicator = definitions.find((one) => one.indicator_id === shown) ?? definitions[0];
  if (!indicator) return null;
  const name = indicator.name[language];
  const valueOn = byDay(items, indicator.indicator_id);
  const course = courseOf(span);
  const isByDay = span.grain === 'day';
  const weekBefore = {
    name: t.weekBefore,
    isBeside: true,
    points: courseOf({ ...span, at: spanBefore(span, 7) }).map(valueOn),
  };
  return (
    <Panel
      title={t.courseTitle[span.grain]}
      source={source}
      about={indicator.meaning[language]}
      actions={
        <Select label={t.shown} hideLabel value={indicator.indicator_id} onChange={setShown} choices={choices} />
      }
    >
      <LineChart
        describe={t.describe[span.grain](name)}
        labels={course.map((day) => format.period(day, span.grain))}
        series={[{ name, points: course.map(valueOn) }, ...(isByDay ? [weekBefore] : [])]}
        unit={indicator.unit}
        height={244}
      />
    </Panel>
  );
}
