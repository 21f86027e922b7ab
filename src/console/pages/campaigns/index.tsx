import './campaigns.css';
import { useMay } from '../../app/session.tsx';
import { LinkButton, Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { ByGroup } from './by-group.tsx';
import { CampaignList } from './campaign-list.tsx';
import { LedgerCheck } from './ledger-check.tsx';
import { PolicyList } from './policy-list.tsx';
import { texts } from './texts.ts';

type View = 'list' | 'policies' | 'groups' | 'ledger';

/** Every campaign with its budgets, what each group was given, and whether the books add up. */
export default function Campaigns() {
  const t = useTexts(texts);
  const may = useMay();
  const [view, setView] = useUrlState<View>('view', 'list');
  const create = may('coupons') && (
    <LinkButton href="/campaigns/new" kind="main" icon="plus">
      {t.create}
    </LinkButton>
  );
  return (
    <Page title={t.title} purpose={t.purpose} actions={create}>
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={[
          { value: 'list', label: t.list, content: () => <CampaignList create={create} /> },
          { value: 'policies', label: t.policies, content: () => <PolicyList /> },
          { value: 'groups', label: t.groups, content: () => <ByGroup /> },
          ...(may() ? [{ value: 'ledger' as const, label: t.ledger, content: () => <LedgerCheck /> }] : []),
        ]}
      />
    </Page>
  );
}
