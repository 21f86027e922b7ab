import { nothing, useFormat } from '../../../format/index.ts';
import { Icon } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { Run } from '../types.ts';

export function useStageName(): (stage: string) => string {
  const t = useTexts(texts);
  return (stage) => {
    if (stage in t.stages) return t.stages[stage as keyof typeof t.stages];
    return stage in t.kinds ? t.kinds[stage as keyof typeof t.kinds] : stage;
  };
}

/** The stages that are done, each as long as it took, and the one at work. */
export function Stages({ progress, isLive }: { progress: Run['progress']; isLive: boolean }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useStageName();
  const longest = Math.max(...progress.stages.map(({ seconds }) => seconds), 0.001);
  const left = progress.total - progress.done - (progress.stage ? 1 : 0);
  return (
    <ol className="learning-stages">
      {progress.stages.map(({ name, seconds }) => (
        <li key={name} className="learning-stage">
          <span className="learning-stage-name">
            <Icon name="check" size={14} />
            {nameOf(name)}
          </span>
          <span className="learning-stage-track" aria-hidden="true">
            <span className="learning-stage-bar" style={{ width: `${Math.max((seconds / longest) * 100, 0.5)}%` }} />
          </span>
          <span className="learning-stage-time">{format.seconds(seconds)}</span>
        </li>
      ))}
      {isLive && progress.stage && (
        <li className="learning-stage is-live" aria-current="step">
          <span className="learning-stage-name">
            <span className="spinner" />
            {nameOf(progress.stage)}
          </span>
          <span className="muted">{t.working}</span>
          <span className="learning-stage-time">{nothing}</span>
        </li>
      )}
      {isLive && left > 0 && (
        <li className="learning-stage">
          <span className="learning-stage-name muted">
            <Icon name="clock" size={14} />
            {format.count(left)} {t.waiting}
          </span>
        </li>
      )}
    </ol>
  );
}
