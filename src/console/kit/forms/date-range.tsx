import { useState } from 'react';
import { addDays, daysBetween, today, useFormat } from '../../format/index.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { Popover } from '../overlays/popover.tsx';
import { useUrlState } from '../url-state.ts';
import { Button } from './button.tsx';
import { TextField } from './field.tsx';
import { Form } from './form.tsx';
import { Segmented } from './segmented.tsx';

export interface Range {
  from: string;
  to: string;
}

/** The days that a page looks at, in its address: `?days=28`, or `?from=…&to=…`. The last day is today. */
export function useRange(timeZone: string, defaultDays: '7' | '28' | '90' | '365' = '28'): Range & { days: number } {
  const [days] = useUrlState('days', defaultDays as string);
  const [from] = useUrlState('from', '');
  const [to] = useUrlState('to', '');
  const now = today(timeZone);
  const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
  if (isDay(from) && isDay(to) && from <= to) return { from, to, days: daysBetween(from, to) + 1 };
  const count = Math.min(Math.max(Number.parseInt(days, 10) || Number(defaultDays), 1), 1_100);
  return { from: addDays(now, 1 - count), to: now, days: count };
}

/** Chooses them: four usual spans, or any two days. Stands among a page's actions. */
export function DateRange({
  timeZone,
  defaultDays = '28',
}: {
  timeZone: string;
  defaultDays?: '7' | '28' | '90' | '365';
}) {
  const t = useTexts(kitTexts);
  const format = useFormat();
  const range = useRange(timeZone, defaultDays);
  const [from, , setAll] = useUrlState('from', '');
  const [days] = useUrlState('days', defaultDays as string);
  const isCustom = from !== '';
  const label = isCustom ? `${format.day(range.from)} – ${format.day(range.to)}` : t.customRange;
  const choices = (['7', '28', '90', '365'] as const).map((value) => ({ value, label: t.ranges[value] }));
  return (
    <div className="date-range">
      <Segmented
        label={t.range}
        value={(isCustom ? '' : days) as '7'}
        onChange={(next) => setAll({ days: next === defaultDays ? '' : next, from: '', to: '' })}
        choices={choices}
      />
      <Popover
        trigger={
          <Button icon="calendar" className={isCustom ? 'is-on' : ''}>
            {label}
          </Button>
        }
        title={t.range}
      >
        {(close) => (
          <CustomRange
            range={range}
            latest={today(timeZone)}
            onApply={(next) => {
              setAll({ days: '', from: next.from, to: next.to });
              close();
            }}
          />
        )}
      </Popover>
    </div>
  );
}

function CustomRange({ range, latest, onApply }: { range: Range; latest: string; onApply(range: Range): void }) {
  const t = useTexts(kitTexts);
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  return (
    <Form className="stack" onSubmit={() => onApply({ from, to })}>
      <TextField label={t.from} type="date" required value={from} max={to} onChange={setFrom} />
      <TextField label={t.to} type="date" required value={to} min={from} max={latest} onChange={setTo} />
      <Button kind="main" type="submit">
        {t.apply}
      </Button>
    </Form>
  );
}
