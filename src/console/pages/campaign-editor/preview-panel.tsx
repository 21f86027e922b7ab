import { useFormat } from '../../format/index.ts';
import { Empty, Notice, Panel, Problem, Skeleton } from '../../kit/index.ts';
import { Reach } from '../../shared/campaigns/reach.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Previewed } from './use-preview.ts';

/** Who would get a coupon, who would not and why, and what it may cost: asked while one writes. */
export function PreviewPanel({
  asked,
  isWhole,
  hasControl,
  hasHours,
}: {
  asked: Previewed;
  isWhole: boolean;
  hasControl: boolean;
  hasHours: boolean;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { data, error } = asked;
  return (
    <Panel title={t.preview} note={t.previewNote} about={t.previewAbout} source={asked.source}>
      {!isWhole ? (
        <Empty icon="eye" title={t.notWhole} text={t.notWholeText} />
      ) : error ? (
        <Problem error={error} title={t.cannotBe} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <div className="stack" aria-live="polite" aria-busy={asked.isPending}>
          <Reach preview={data} source={asked.source} hasControl={hasControl} />
          {data.opens_at === null && <Notice tone="warn">{t.neverOpen}</Notice>}
          {hasHours && data.opens_at !== null && <p className="field-hint">{t.opens(format.moment(data.opens_at))}</p>}
          {!hasControl && <Notice tone="warn">{t.noControl}</Notice>}
        </div>
      )}
    </Panel>
  );
}
