import { Link } from 'wouter';
import { curlOf, get, type Source } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { type Format, type Unit, useFormat } from '../../format/index.ts';
import { Badge, Icon, IconButton, Stat } from '../../kit/index.ts';
import { betterOf, byDay, changeSince, type Indicator, type IndicatorValue } from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useReason } from '../../shared/use-reason.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { type Expectation, expect } from './expectation.ts';
import { courseOf, type Span, spanBefore } from './span.ts';
import { texts } from './texts.ts';
import { useLike } from './weekday.ts';

export interface TodayProps {
  definitions: readonly Indicator[];
  ids: readonly string[];
  items: readonly IndicatorValue[];
  source: Source;
  span: Span;
}

/** A tile an indicator: the value of the day, week or month, its change, what is usual, and how it went. */
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
  return unit === 'count' ? format.range(Math.floor(low), Math.ceil(high)) : format.range(low, high, unit);
}

function Tile({ indicator, items, source, span }: Omit<TodayProps, 'definitions' | 'ids'> & { indicator: Indicator }) {
  const t = useTexts(texts);
  const may = useMay();
  const format = useFormat();
  const language = useLanguage();
  const { pins, toggle } = usePins();
  const like = useLike(span);
  const reasonOf = useReason();
  const { indicator_id: id, unit } = indicator;
  const name = indicator.name[language];
  const valueOn = byDay(items, id);
  const { grain } = span;
  const on = (period: string) => items.find((one) => one.indicator_id === id && one.period === period);
  const value = on(span.at);
  const expectation = expect(span, valueOn);
  const isBeyond = expectation && Math.abs(expectation.distance) > 1;
  const usual = expectation && t.usual(...between(expectation, unit, format));
  const own = get('/v1/indicators/{indicator_id}/values', {
    path: { indicator_id: id },
    query: { grain, from: spanBefore(span, grain === 'day' ? 56 : 12), to: spanBefore(span, grain === 'day' ? 0 : -1) },
  });
  const parts: [string, string][] = [
    [t.before[grain], format.figure(value?.previous?.value, unit)],
    [t.soFar[grain], format.figure(on(spanBefore(span, -1))?.value, unit)],
  ];
  if (expectation) {
    const { low, high } = expectation;
    parts.unshift([t.usualPart(like), `${format.figure(low, unit)} – ${format.figure(high, unit)}`]);
  }
  if (value?.denominator != null)
    parts.push(['', `${format.plain(value.numerator)} ÷ ${format.plain(value.denominator)}`]);
  return (
    <Stat
      about={{
        name,
        definition: `${indicator.meaning[language]} ${t.usualNote[grain]}`,
        parts,
        source: { ...source, curl: curlOf(own) },
      }}
      value={format.figure(value?.value, unit)}
      {...(value?.value == null ? {} : { change: changeSince(value, value.previous) })}
      better={isBeyond ? betterOf(id) : undefined}
      points={courseOf(span).map(valueOn)}
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
            href={`/indicators?indicator=${id}${{ day: '', week: '&grain=week&days=90', month: '&grain=month&days=365' }[grain]}`}
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
