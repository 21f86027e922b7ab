import './campaign.css';
import { get, type Source, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Empty, LinkButton, Page, Panel, Problem, Skeleton, Tabs, usePathId, useUrlState } from '../../kit/index.ts';
import { StatusBadge } from '../../shared/campaigns/marks.tsx';
import { type Campaign, neverBegan } from '../../shared/campaigns/types.ts';
import { useOfferWords, useOpeningWords } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import { Actions } from './actions.tsx';
import { Codes } from './codes/codes.tsx';
import { Costs } from './costs.tsx';
import { Decisions } from './decisions.tsx';
import { Givings } from './givings/givings.tsx';
import { GroupNotice, Joiners } from './joiners.tsx';
import { Referrals } from './referrals.tsx';
import { Report } from './report/report.tsx';
import { Summary } from './summary.tsx';
import { TermsView } from './terms-view.tsx';
import { texts } from './texts.ts';
import { Versions } from './versions.tsx';
import { WaitingRaise } from './waiting-raise.tsx';

type View = 'report' | 'terms' | 'decisions' | 'referrals' | 'joiners' | 'givings' | 'codes' | 'costs' | 'versions';

/** One campaign: how its budgets stand, what it added, its codes, and what it promised when. */
export default function CampaignPage() {
  const t = useTexts(texts);
  const id = usePathId();
  const asked = useGet(get('/v1/campaigns/{campaign_id}', { path: { campaign_id: id } }), { keep: false });
  const parent = { label: t.campaigns, href: '/campaigns' };
  if (asked.data) return <Shown campaign={asked.data} source={asked.source} />;
  return (
    <Page title={id} parent={parent}>
      <Panel>
        {asked.error?.problem.status === 404 ? (
          <Empty icon="campaigns" title={t.goneTitle} actions={<LinkButton href="/campaigns">{t.toAll}</LinkButton>} />
        ) : asked.error ? (
          <Problem error={asked.error} onRetry={asked.again} />
        ) : (
          <Skeleton height={420} />
        )}
      </Panel>
    </Page>
  );
}

function Shown({ campaign, source }: { campaign: Campaign; source: Source }) {
  const t = useTexts(texts);
  const may = useMay();
  const format = useFormat();
  const offerWords = useOfferWords();
  const [view, setView] = useUrlState<View>('view', 'report');
  const openingWords = useOpeningWords();
  const { name, status, valid_from: from, valid_until: until } = campaign;
  const time = neverBegan(campaign)
    ? t.neverBegan(format.day(until, 'year'))
    : t.time(format.day(from, 'year'), format.day(until, 'year'));
  const about = [offerWords(campaign), time, openingWords(campaign.hours)].filter(Boolean);
  return (
    <Page
      title={name}
      mark={<StatusBadge status={status} />}
      purpose={about.join(' · ')}
      parent={{ label: t.campaigns, href: '/campaigns' }}
      actions={may('coupons') && <Actions campaign={campaign} />}
    >
      {campaign.waiting_raise && <WaitingRaise campaign={campaign} raise={campaign.waiting_raise} />}
      <GroupNotice campaign={campaign} />
      <Summary campaign={campaign} source={source} />
      <Tabs<View>
        label={t.views}
        value={view}
        onChange={setView}
        tabs={[
          { value: 'report', label: t.report, content: () => <Report campaign={campaign} /> },
          { value: 'terms', label: t.terms, content: () => <TermsView campaign={campaign} source={source} /> },
          { value: 'decisions', label: t.decisions, content: () => <Decisions campaign={campaign} /> },
          ...(campaign.group_offer && may('coupons')
            ? [{ value: 'joiners' as const, label: t.joiners, content: () => <Joiners campaign={campaign} /> }]
            : []),
          ...(campaign.referral && may('coupons')
            ? [{ value: 'referrals' as const, label: t.referrals, content: () => <Referrals campaign={campaign} /> }]
            : []),
          { value: 'givings', label: t.givings, content: () => <Givings campaign={campaign} /> },
          ...(campaign.referral || campaign.group_offer
            ? []
            : [{ value: 'codes' as const, label: t.codes, content: () => <Codes campaign={campaign} /> }]),
          { value: 'costs', label: t.costs, content: () => <Costs campaign={campaign} /> },
          { value: 'versions', label: t.versions, content: () => <Versions campaign={campaign} /> },
        ]}
      />
    </Page>
  );
}
