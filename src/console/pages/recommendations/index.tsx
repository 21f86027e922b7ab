import '../../shared/goods/goods.css';
import './placements/placements.css';
import './recommendations.css';
import { useSession } from '../../app/session.tsx';
import { DateRange, Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Catalogue } from './catalogue.tsx';
import { Placements } from './placements/index.tsx';
import { Results } from './results.tsx';
import { Shopper } from './shopper.tsx';
import { texts } from './texts.ts';

type TabName = 'results' | 'placements' | 'shopper' | 'catalogue';

export default function Recommendations() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const [customer] = useUrlState('customer', '');
  // Who comes from a customer's page wants to see that customer's list.
  const [tab, setTab] = useUrlState<TabName>('tab', customer ? 'shopper' : 'results');
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      actions={tab === 'results' ? <DateRange timeZone={shop.time_zone} /> : undefined}
    >
      <Tabs<TabName>
        label={t.tabs}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'results', label: t.results, content: () => <Results /> },
          { value: 'placements', label: t.placements, content: () => <Placements /> },
          { value: 'shopper', label: t.shopper, content: () => <Shopper /> },
          { value: 'catalogue', label: t.catalogue, content: () => <Catalogue /> },
        ]}
      />
    </Page>
  );
}
