import { Badge } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval, scaleOf } from '../interval.tsx';
import { texts } from '../texts.ts';
import type { Verdict } from '../types.ts';
import { useComparisonWords, useVerdictWords } from '../verdict.ts';

/** What the gate found, in a sentence, with the differences that it rests on. */
export function Gate({ verdict }: { verdict: Verdict | undefined }) {
  const t = useTexts(texts);
  const inWords = useVerdictWords();
  const compared = useComparisonWords();
  if (!verdict) return <p className="muted">{t.gateNone}</p>;
  const scale = scaleOf(verdict.comparisons.flatMap(({ low, high }) => [low, high]));
  return (
    <div className="stack">
      <p className="learning-verdict">
        <Badge tone={verdict.passed ? 'good' : 'warn'} icon={verdict.passed ? 'check' : 'block'}>
          {verdict.passed ? t.passed : t.stopped}
        </Badge>{' '}
        {inWords(verdict)}
      </p>
      {verdict.comparisons.map((comparison) => {
        const [tone, words] = compared(comparison);
        return (
          <div key={comparison.against} className="learning-compared">
            <span>
              {t.than(t.against[comparison.against])}, {t.quality}
            </span>
            <Interval value={comparison.mean} low={comparison.low} high={comparison.high} scale={scale} />
            <Badge tone={tone}>{words}</Badge>
          </div>
        );
      })}
    </div>
  );
}
