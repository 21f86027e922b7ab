import { Link } from 'wouter';
import { curlOf, get, type Source } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { addDays, type Format, type Unit, useFormat } from '../../format/index.ts';
import { Badge, Icon, IconButton, Stat } from '../../kit/index.ts';
import { betterOf, byDay, changeOf, type Indicator, type IndicatorValue } from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useReason } from '../../shared/use-reason.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { type Expectation, expect } from './expectation.ts';
import { texts } from './texts.ts';
import { useWeekday } from './weekday.ts';

export interface TodayProps {
  definitions: readonly Indicator[];
  ids: readonly string[];
  items: readonly IndicatorValue[];
  source: Source;
  yesterday: string;
}

/** A tile an indicator: yesterday's value, its change, what is usual, and how it went for four weeks. */
export function Figures({ definitions, ids, ...rest }: TodayProps) {
  const shown = ids.flatMap((id) => definitions.find((one) => one.indicator_id === id) ?? []);
  return (
    <div className="stats">
      {shown.map((indicator) => (
        <Tile key={indicator.indicator_id} indicator={indicator} {...rest} />
      ))}
    </div>
  );
}

/** Few characters; of what is counted the next whole ones around. */
function between({ low, high }: Expectation, unit: Unit, format: Format): [string, string] {
  if (unit !== 'count') return [format.compact(low, unit), format.compact(high, unit)];
  return [format.compact(Math.floor(low)), format.compact(Math.ceil(high))];
}

function Tile({
  indicator,
  items,
  source,
  yesterday,
}: Omit<TodayProps, 'definitions' | 'ids'> & { indicator: Indicator }) {
  const t = useTexts(texts);
  const may = useMay();
  const format = useFormat();
  const language = useLanguage();
  const { pins, toggle } = usePins();
  const weekday = useWeekday(yesterday);
  const reasonOf = useReason();
  const { indicator_id: id, unit } = indicator;
  const name = indicator.name[language];
  const valueOn = byDay(items, id);
  const on = (day: string) => items.find((one) => one.indicator_id === id && one.period === day);
  const value = on(yesterday);
  const expectation = expect(yesterday, valueOn);
  const isBeyond = expectation && Math.abs(expectation.distance) > 1;
  const usual = expectation && t.usual(...between(expectation, unit, format));
  const own = get('/v1/indicators/{indicator_id}/values', {
    path: { indicator_id: id },
    query: { grain: 'day', from: addDays(yesterday, -56), to: yesterday },
  });
  const days = Array.from({ length: 28 }, (_, place) => addDays(yesterday, place - 27));
  const parts: [string, string][] = [
    [t.dayBefore, format.figure(value?.previous?.value, unit)],
    [t.soFar, format.figure(on(addDays(yesterday, 1))?.value, unit)],
  ];
  if (expectation) {
    const { low, high } = expectation;
    parts.unshift([t.usualPart(weekday), `${format.figure(low, unit)} – ${format.figure(high, unit)}`]);
  }
  if (value?.denominator != null)
    parts.push(['', `${format.plain(value.numerator)} ÷ ${format.plain(value.denominator)}`]);
  return (
    <Stat
      about={{
        name,
        definition: `${indicator.meaning[language]} ${t.usualNote}`,
        parts,
        source: { ...source, curl: curlOf(own) },
      }}
      value={format.figure(value?.value, unit)}
      {...(value?.value == null ? {} : { change: changeOf(value.value, value.previous?.value) })}
      better={isBeyond ? betterOf(id) : undefined}
      points={days.map(valueOn)}
      note={
        value?.status === 'unavailable' ? (
          reasonOf(indicator, value.reason)
        ) : isBeyond ? (
          <Badge tone="warn">{usual}</Badge>
        ) : (
          usual
        )
      }
      actions={
        <span className="today-actions">
          {pins.includes(id) && <IconButton icon="close" small label={t.unpin(name)} onClick={() => toggle(id)} />}
          {may('indicators', 'merchandise') && (
            <Link
              className="today-open"
              href={`/indicators?indicator=${id}&alarm=new`}
              aria-label={t.tellMe(name)}
              title={t.tellMe(name)}
            >
              <Icon name="bell" size={14} />
            </Link>
          )}
          <Link
            className="today-open"
            href={`/indicators?indicator=${id}`}
            aria-label={t.open(name)}
            title={t.open(name)}
          >
            <Icon name="right" size={14} />
          </Link>
        </span>
      }
    />
  );
}
