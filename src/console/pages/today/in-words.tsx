import { Link } from 'wouter';
import { useFormat } from '../../format/index.ts';
import { Icon, Panel } from '../../kit/index.ts';
import { betterOf, byDay } from '../../shared/indicators.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { expect } from './expectation.ts';
import type { TodayProps } from './figures.tsx';
import { texts } from './texts.ts';
import { useLike } from './weekday.ts';

/** What of the day or week was out of the ordinary, the farthest first; what was not is only counted. */
export function InWords({ definitions, ids, items, source, span }: TodayProps) {
  const t = useTexts(texts);
  const format = useFormat();
  const language = useLanguage();
  const like = useLike(span);
  const judged = ids.flatMap((id) => {
    const indicator = definitions.find((one) => one.indicator_id === id);
    const valueOn = byDay(items, id);
    const expectation = expect(span, valueOn);
    return indicator && expectation ? [{ id, indicator, expectation, value: valueOn(span.at) }] : [];
  });
  const beyond = judged
    .filter(({ expectation }) => Math.abs(expectation.distance) > 1)
    .sort((a, b) => Math.abs(b.expectation.distance) - Math.abs(a.expectation.distance));
  const usual = judged.filter((one) => !beyond.includes(one));
  return (
    <Panel title={t.wordsTitle} note={t.wordsNote[span.grain]} source={source} about={t.usualNote[span.grain]}>
      <ul className="today-words">
        {beyond.map(({ id, indicator, expectation, value }) => {
          const { low, high, distance } = expectation;
          const isUp = distance > 0;
          const better = betterOf(id);
          const tone = better === undefined ? 'neutral' : isUp === (better === 'more') ? 'good' : 'bad';
          const write = (one: number | null) => format.figure(one, indicator.unit);
          const say = isUp ? t.above : t.below;
          return (
            <li key={id}>
              <span className={`change-${tone}`}>
                <Icon name={isUp ? 'up' : 'down'} />
              </span>
              <Link href={`/indicators?indicator=${id}`}>
                {say(indicator.name[language], write(value), like, write(low), write(high))}
              </Link>
            </li>
          );
        })}
        <li>
          <span className="muted">
            <Icon name={judged.length === 0 ? 'clock' : 'check'} />
          </span>
          <span className={beyond.length > 0 ? 'muted' : undefined}>
            {judged.length === 0
              ? t.tooYoung[span.grain]
              : beyond.length === 0
                ? t.allUsual(format.count(usual.length), like)
                : t.othersUsual(format.count(usual.length))}
          </span>
        </li>
      </ul>
      {usual.length > 0 && (
        <details className="today-watched">
          <summary>{t.watchedAre}</summary>
          <p className="field-hint">{t.watchedNote}</p>
          <ul>
            {usual.map(({ id, indicator, value }) => (
              <li key={id}>
                <Link href={`/indicators?indicator=${id}`}>{indicator.name[language]}</Link>
                <span className="muted">{format.figure(value, indicator.unit)}</span>
              </li>
            ))}
          </ul>
          <Link href="/indicators">{t.allIndicators}</Link>
        </details>
      )}
    </Panel>
  );
}
