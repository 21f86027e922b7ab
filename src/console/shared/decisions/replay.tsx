import { useState } from 'react';
import { get, useGet } from '../../api/index.ts';
import { Button, Notice, Problem, SourceButton } from '../../kit/index.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordOf } from '../people/names.ts';
import { useSaid } from '../use-said.ts';

/** Makes the decision again from what was logged, and says whether the same comes out. */
export function Replay({ decisionId }: { decisionId: string }) {
  const t = useTexts(decisionTexts);
  const say = useSaid();
  const [isAsked, setAsked] = useState(false);
  const asked = useGet(get('/v1/coupon-decisions/{decision_id}/replay', { path: { decision_id: decisionId } }), {
    when: isAsked,
    keep: false,
  });
  const { data, error } = asked;
  return (
    <section className="stack" aria-live="polite">
      <p className="field-hint">{t.replayHint}</p>
      <div className="row">
        <Button icon="refresh" working={asked.isLoading && isAsked} onClick={() => setAsked(true)}>
          {t.replay}
        </Button>
        {data && <SourceButton name={t.replay} source={asked.source} definition={t.replayHint} />}
      </div>
      {error && <Problem error={error} />}
      {data && (
        <Notice tone={data.verdict === 'equal' ? 'good' : data.verdict === 'different' ? 'bad' : 'warn'}>
          {t.verdicts[data.verdict]}
          {data.verdict === 'different' && ` ${wordOf(t.decided, data.action ?? '')}: ${say(data.reason)}`}
        </Notice>
      )}
    </section>
  );
}
