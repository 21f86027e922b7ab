import './data.css';
import type { ReactNode } from 'react';
import { Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Bring } from './bring.tsx';
import { Imports } from './imports.tsx';
import { Quarantine } from './quarantine.tsx';
import { texts } from './texts.ts';

const views = ['imports', 'quarantine', 'bring'] as const;
type View = (typeof views)[number];

/** What came in, how good it was, what was refused, and how more is brought. */
export default function Data() {
  const t = useTexts(texts);
  const [view, setView] = useUrlState<View>('view', 'imports');
  const contents: Record<View, () => ReactNode> = {
    imports: () => <Imports />,
    quarantine: () => <Quarantine />,
    bring: () => <Bring />,
  };
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={views.map((value) => ({ value, label: t[value], content: contents[value] }))}
      />
    </Page>
  );
}
