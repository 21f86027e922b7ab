import type { ReactNode } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';

/** What a change would do, before it is done: both sides beside each other, under `titles` of their own where it is no change. */
export function Preview({
  before,
  after,
  titles,
}: {
  before: ReactNode;
  after: ReactNode;
  titles?: readonly [before: string, after: string];
}) {
  const t = useTexts(kitTexts);
  const [first, second] = titles ?? [t.before, t.after];
  return (
    <div className="preview">
      <section className="preview-side">
        <h3>{first}</h3>
        {before}
      </section>
      <section className="preview-side">
        <h3>{second}</h3>
        {after}
      </section>
    </div>
  );
}
