import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';

/** The place of what is on its way, as high as it will be, so that nothing jumps. */
export function Skeleton({ lines = 4, height }: { lines?: number; height?: number | undefined }) {
  const t = useTexts(kitTexts);
  return (
    <div className="skeleton" role="status" aria-label={t.loading}>
      {height ? (
        <span className="skeleton-block" style={{ height }} />
      ) : (
        Array.from({ length: lines }, (_, line) => (
          <span className="skeleton-line" key={String(line)} style={{ width: `${92 - ((line * 37) % 45)}%` }} />
        ))
      )}
    </div>
  );
}
