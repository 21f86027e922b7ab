import { Badge } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval, scaleOf } from '../interval.tsx';
import { texts } from '../texts.ts';
import type { Evaluation, Verdict } from '../types.ts';
import { useComparisonWords, useVerdictWords } from '../verdict.ts';

/** What the gate found, in a sentence, with the differences that it rests on. */
export function Gate({ verdict, winner }: { verdict: Verdict | undefined; winner: Evaluation['winner'] }) {
  const t = useTexts(texts);
  const inWords = useVerdictWords();
  const compared = useComparisonWords();
  if (!verdict) return <p className="muted">{t.gateNone}</p>;
  const isKept = verdict.passed && winner === 'published-recipe';
  const scale = scaleOf(verdict.comparisons.flatMap(({ low, high }) => [low, high]));
  return (
    <div className="stack">
      <p className="learning-verdict">
        <Badge tone={verdict.passed ? 'good' : 'warn'} icon={verdict.passed ? 'check' : 'block'}>
          {verdict.passed ? t.passed : t.stopped}
        </Badge>{' '}
        {isKept ? t.gateKeeps : inWords(verdict)}
      </p>
      {verdict.comparisons.map((comparison) => {
        const { against } = comparison;
        const [tone, words] = compared(comparison);
        // A recipe that was tried and left leaves nothing worse behind.
        const isLeft = isKept && against === 'published-recipe';
        return (
          <div key={against} className="learning-compared">
            <span>
              {isKept && against === 'popularity' ? t.listKept : t.listTried}, {t.quality}
            </span>
            <Interval
              value={comparison.mean}
              low={comparison.low}
              high={comparison.high}
              scale={scale}
              isDifference
              over={t.over(t.against[against])}
            />
            <Badge tone={isLeft ? 'neutral' : tone}>{isLeft ? t.leftBehind : words}</Badge>
          </div>
        );
      })}
    </div>
  );
}
