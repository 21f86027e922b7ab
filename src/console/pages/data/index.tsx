import './data.css';
import type { ReactNode } from 'react';
import { useMay } from '../../app/session.tsx';
import { Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Bring } from './bring.tsx';
import { Feeds } from './feeds/index.tsx';
import { Imports } from './imports.tsx';
import { Quarantine } from './quarantine.tsx';
import { texts } from './texts.ts';

const views = ['imports', 'feeds', 'quarantine', 'bring'] as const;
type View = (typeof views)[number];

/** What came in, how good it was, what was refused, and how more is brought. */
export default function Data() {
  const t = useTexts(texts);
  const [view, setView] = useUrlState<View>('view', 'imports');
  const maySeeFeeds = useMay()('admin', 'view');
  const contents: Record<View, () => ReactNode> = {
    imports: () => <Imports />,
    feeds: () => <Feeds />,
    quarantine: () => <Quarantine />,
    bring: () => <Bring />,
  };
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={views
          .filter((value) => value !== 'feeds' || maySeeFeeds)
          .map((value) => ({ value, label: t[value], content: contents[value] }))}
      />
    </Page>
  );
}
