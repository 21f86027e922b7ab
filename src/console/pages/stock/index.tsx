import './stock.css';
import { Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Forecasts } from './forecasts.tsx';
import { SearchWords } from './search-words.tsx';
import { Supply } from './supply.tsx';
import { texts } from './texts.ts';
import { TrendsView } from './trends.tsx';

type View = 'supply' | 'forecasts' | 'trends' | 'searches';

/** What is there, how long it lasts, what will be asked for, and what rises and falls. */
export default function Stock() {
  const t = useTexts(texts);
  const [view, , setAll] = useUrlState<View>('view', 'supply');
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Tabs<View>
        label={t.views}
        value={view}
        // What is chosen within one view means nothing in another.
        onChange={(next) =>
          setAll({ view: next === 'supply' ? '' : next, of: '', sort: '', member: '', category: '', within: '' })
        }
        tabs={[
          { value: 'supply', label: t.supply, content: () => <Supply /> },
          { value: 'forecasts', label: t.forecasts, content: () => <Forecasts /> },
          { value: 'trends', label: t.trends, content: () => <TrendsView /> },
          { value: 'searches', label: t.searches, content: () => <SearchWords /> },
        ]}
      />
    </Page>
  );
}
