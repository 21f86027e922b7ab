import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Panel, Segmented, Table, useUrlState } from '../../kit/index.ts';
import { BudgetMeters, StatusBadge } from '../../shared/campaigns/marks.tsx';
import { boundMoney, type Campaign, campaignPath, neverBegan } from '../../shared/campaigns/types.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { useAudienceWords, useOfferWords, useOpeningWords } from '../../shared/campaigns/words.ts';
import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

const states = ['', 'active', 'scheduled', 'paused', 'ended', 'archived'] as const;
type State = (typeof states)[number];

/** The campaigns, newest first, each with what of its budgets is used. */
export function CampaignList({ create }: { create: ReactNode }) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const [status, setStatus] = useUrlState<State>('status', '');
  const [sort, setSort] = useUrlState<string>('sort', '');
  const pages = usePages(get('/v1/campaigns', { query: { limit: 100, archived: status === 'archived' } }));
  const columns = useCampaignColumns();
  const stateLabel = (state: State) => (state === '' ? t.all : state === 'archived' ? t.archived : words.status[state]);
  const rows = pages.rows?.filter((one) => isIn(one, status));
  const hasAny = status !== '' || Boolean(pages.rows?.length);
  return (
    <Panel flush source={pages.source} title={t.list} about={t.listAbout}>
      {hasAny && (
        <div>
          <Segmented<State>
            label={t.status}
            value={status}
            onChange={setStatus}
            choices={states.map((value) => ({ value, label: stateLabel(value) }))}
          />
        </div>
      )}
      <Table
        caption={t.list}
        rows={{ ...pages, rows }}
        columns={columns}
        rowKey={({ campaign_id }) => campaign_id}
        sort={[sort, setSort]}
        fileName="campaigns"
        empty={
          hasAny ? (
            <Empty icon="campaigns" title={t.noneSo} />
          ) : (
            <Empty icon="campaigns" title={t.noneTitle} text={t.noneText} actions={create} />
          )
        }
      />
    </Panel>
  );
}

function isIn({ archived_at: archivedAt, status }: Campaign, state: State): boolean {
  return state === 'archived' ? archivedAt !== null : state === '' || status === state;
}

function useCampaignColumns(): Column<Campaign>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const offerWords = useOfferWords();
  const audienceWords = useAudienceWords();
  const openingWords = useOpeningWords();
  const names = useSegmentNames();
  return [
    {
      key: 'name',
      header: t.name,
      cell: (one) => (
        <span className="campaigns-name">
          <Link href={campaignPath(one.campaign_id)}>{one.name}</Link>
          <span className="muted campaigns-note">{offerWords(one)}</span>
        </span>
      ),
      value: ({ name }) => name,
    },
    {
      key: 'status',
      header: t.status,
      cell: ({ status }) => <StatusBadge status={status} />,
      value: ({ status }) => status,
    },
    {
      key: 'time',
      header: t.time,
      cell: (one) => (
        <span className="campaigns-time">
          {neverBegan(one) ? t.neverBegan : format.day(one.valid_from, 'year')}
          <span className="muted">{t.until(format.day(one.valid_until, 'year'))}</span>
          {one.hours.length > 0 && <span className="muted campaigns-hours">{openingWords(one.hours)}</span>}
        </span>
      ),
      value: ({ valid_from }) => valid_from,
    },
    {
      key: 'audience',
      header: t.audience,
      wideOnly: true,
      cell: (one) => audienceWords(one, names),
      value: (one) => audienceWords(one, names),
    },
    {
      key: 'budgets',
      header: t.budgets,
      help: t.budgetsHelp,
      cell: (one) => <BudgetMeters campaign={one} />,
      value: (one) => boundMoney(one.counters),
    },
    {
      key: 'redeemed',
      header: t.redeemed,
      help: t.redeemedHelp,
      align: 'end',
      cell: ({ counters }) => format.count(counters.redeemed),
      value: ({ counters }) => counters.redeemed,
    },
    {
      key: 'control',
      header: t.control,
      help: t.controlHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ control_share }) =>
        control_share > 0 ? format.plainPercent(control_share) : <span className="muted">{t.noControl}</span>,
      value: ({ control_share }) => control_share,
    },
  ];
}
