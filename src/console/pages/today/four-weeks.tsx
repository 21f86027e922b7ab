import { addDays, useFormat } from '../../format/index.ts';
import { LineChart, Panel, Select, useUrlState } from '../../kit/index.ts';
import { byDay } from '../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import type { TodayProps } from './figures.tsx';
import { texts } from './texts.ts';

/** One of the figures in the last four weeks, and a week before each day. */
export function FourWeeks({ definitions, ids, items, source, yesterday }: TodayProps) {
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
  const days = Array.from({ length: 28 }, (_, place) => addDays(yesterday, place - 27));
  return (
    <Panel
      title={t.courseTitle}
      source={source}
      about={indicator.meaning[language]}
      actions={
        <Select label={t.shown} hideLabel value={indicator.indicator_id} onChange={setShown} choices={choices} />
      }
    >
      <LineChart
        describe={t.describe(name)}
        labels={days.map((day) => format.day(day))}
        series={[
          { name, points: days.map(valueOn) },
          { name: t.weekBefore, isBeside: true, points: days.map((day) => valueOn(addDays(day, -7))) },
        ]}
        unit={indicator.unit}
        height={244}
      />
    </Panel>
  );
}
