import type { ReactNode } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';

/** What a change would do, before it is done: both sides beside each other. */
export function Preview({ before, after }: { before: ReactNode; after: ReactNode }) {
  const t = useTexts(kitTexts);
  return (
    <div className="preview">
      <section className="preview-side">
        <h3>{t.before}</h3>
        {before}
      </section>
      <section className="preview-side">
        <h3>{t.after}</h3>
        {after}
      </section>
    </div>
  );
}
