import { type Answer, get, useGet, usePages } from '../../api/index.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { addDays, today as dayOf, momentOf, useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  type Column,
  Empty,
  Notice,
  Panel,
  Select,
  Table,
  TextField,
  useUrlState,
} from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { Decision } from '../../shared/decisions/decision.tsx';
import { CustomerLink } from '../../shared/people/customer-link.tsx';
import { useSettled } from '../../shared/use-settled.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Row = Answer<'/v1/campaigns/{campaign_id}/decisions'>['items'][number];

/** Who was to get a coupon of the campaign and who was not, decision by decision, each with all that it rests on. */
export function Decisions({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const { shop } = useSession();
  const filters = useFilters(campaign);
  const [opened, setOpened] = useUrlState<string>('decision', '');
  const { outcome, cause, giving, from, to } = filters;
  const may = useMay();
  const mayName = may('coupons') || may('customers');
  const customer = useSettled(mayName ? filters.customer.trim() : '');
  const pages = usePages(
    get('/v1/campaigns/{campaign_id}/decisions', {
      path: { campaign_id: campaign.campaign_id },
      query: {
        limit: 50,
        ...(outcome ? { outcome: [outcome] } : {}),
        ...(cause ? { cause: [cause] } : {}),
        ...(giving ? { giving } : {}),
        ...(customer ? { customer } : {}),
        ...(from ? { from: momentOf(`${from}T00:00`, shop.time_zone) } : {}),
        ...(to ? { to: momentOf(`${addDays(to, 1)}T00:00`, shop.time_zone) } : {}),
      },
    }),
  );
  const columns = useDecisionColumns(setOpened);
  return (
    <Panel title={t.decisions} note={t.decisionsNote} about={t.decisionsAbout} source={pages.source} flush>
      <Filters {...filters} campaign={campaign} mayName={mayName} />
      {pages.first && !pages.first.customers_shown && <Notice>{t.customersHidden}</Notice>}
      {pages.error?.fault('customer') ? (
        <Empty icon="search" title={t.noSuchCustomer(customer)} text={t.wholeId} />
      ) : (
        <Table
          caption={t.decisions}
          rows={pages}
          columns={columns}
          rowKey={({ decision_id }) => decision_id}
          fileName="decisions"
          empty={<NoDecisions pages={pages} />}
        />
      )}
      {opened !== '' && <Decision decisionId={opened} onClose={() => setOpened('')} />}
    </Panel>
  );
}

/** What is asked for may be rare, and the service looks through a bounded number at once. */
function NoDecisions({ pages }: { pages: Pick<Pages, 'all' | 'hasMore' | 'isFetching' | 'more'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const lookedBackTo = pages.all.at(-1)?.looked_back_to;
  if (!pages.hasMore || !lookedBackTo)
    return <Empty icon="campaigns" title={t.noDecisionsTitle} text={t.noDecisionsText} />;
  return (
    <Empty
      icon="search"
      title={t.noneSince(format.moment(lookedBackTo))}
      actions={
        <Button working={pages.isFetching} onClick={pages.more}>
          {t.lookFurther}
        </Button>
      }
    />
  );
}

type Pages = ReturnType<typeof usePages<Answer<'/v1/campaigns/{campaign_id}/decisions'>>>;

function useFilters({ status, valid_until: until }: Campaign) {
  const { shop } = useSession();
  const [outcome, setOutcome] = useUrlState<Row['outcome'] | ''>('outcome', '');
  const [cause, setCause] = useUrlState<Row['cause'] | ''>('cause', '');
  const [giving, setGiving] = useUrlState<string>('giving', '');
  const [customer, setCustomer] = useUrlState<string>('customer', '');
  const [from, setFrom] = useUrlState<string>('from', '');
  // Of one that is over, what was decided long after tells nothing.
  const end = status === 'ended' ? dayOf(shop.time_zone, new Date(until)) : '';
  const [to, setTo] = useUrlState<string>('to', end);
  const which = { outcome, setOutcome, cause, setCause, giving, setGiving, customer, setCustomer };
  return { ...which, from, setFrom, to, setTo };
}

function Filters({
  campaign,
  mayName,
  ...filters
}: ReturnType<typeof useFilters> & { campaign: Campaign; mayName: boolean }) {
  const { outcome, setOutcome, cause, setCause, from, setFrom, to, setTo } = filters;
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const outcomes = Object.keys(words.outcomes) as Row['outcome'][];
  const path = { campaign_id: campaign.campaign_id };
  const givings = useGet(get('/v1/campaigns/{campaign_id}/givings', { path, query: { limit: 100 } }));
  const ids = givings.data?.items.map(({ giving_id }) => giving_id as string) ?? [];
  const causes = Object.keys(words.causes) as Row['cause'][];
  return (
    <div className="campaign-filters">
      <Select<Row['outcome'] | ''>
        label={t.outcome}
        value={outcome}
        onChange={setOutcome}
        choices={[
          { value: '', label: t.anyOutcome },
          ...outcomes.map((value) => ({ value, label: words.outcomes[value] })),
        ]}
      />
      <Select<Row['cause'] | ''>
        label={words.cause}
        value={cause}
        onChange={setCause}
        choices={[{ value: '', label: t.anyCause }, ...causes.map((value) => ({ value, label: words.causes[value] }))]}
      />
      {ids.length > 0 && (
        <Select<string>
          label={t.giving}
          value={filters.giving}
          onChange={filters.setGiving}
          choices={[{ value: '', label: t.anyGiving }, ...ids.map((value) => ({ value, label: value }))]}
        />
      )}
      {mayName && (
        <TextField
          type="search"
          label={t.customer}
          placeholder={t.wholeId}
          value={filters.customer}
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          onChange={filters.setCustomer}
        />
      )}
      <TextField label={t.from} type="date" value={from} onChange={setFrom} />
      <TextField label={t.to} type="date" value={to} onChange={setTo} />
    </div>
  );
}

const tones = { granted: 'good', 'control-group': 'accent', holdout: 'accent' } as const;

function useDecisionColumns(onOpen: (decisionId: string) => void): Column<Row>[] {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const may = useMay();
  const columns: Column<Row>[] = [
    {
      key: 'decided_at',
      header: words.decidedAt,
      cell: ({ decided_at }) => <span className="nowrap">{format.moment(decided_at)}</span>,
      value: ({ decided_at }) => decided_at,
    },
    {
      key: 'customer_id',
      header: t.customer,
      cell: ({ customer_id: id }) => <CustomerLink id={id} />,
      value: ({ customer_id }) => customer_id,
    },
    {
      key: 'outcome',
      header: t.outcome,
      help: t.outcomeHelp,
      cell: ({ outcome, explored }) => (
        <span className="row">
          <Badge tone={tones[outcome as 'granted'] ?? 'neutral'}>{words.outcomes[outcome]}</Badge>
          {explored && outcome === 'granted' && <span className="muted">{words.explored}</span>}
        </span>
      ),
      value: ({ outcome }) => words.outcomes[outcome],
    },
    {
      key: 'cause',
      header: words.cause,
      cell: ({ cause }) => words.causes[cause],
      value: ({ cause }) => words.causes[cause],
    },
    {
      key: 'version',
      header: t.termsVersion,
      align: 'end',
      wideOnly: true,
      cell: ({ version }) => format.count(version),
      value: ({ version }) => version,
    },
  ];
  if (!may('coupons') && !may('customers')) return columns;
  const why: Column<Row> = {
    key: 'why',
    header: t.why,
    align: 'end',
    cell: ({ decision_id: id }) => <WhyButton id={id} onOpen={onOpen} />,
  };
  return [...columns, why];
}

function WhyButton({ id, onOpen }: { id: string; onOpen(id: string): void }) {
  const t = useTexts(texts);
  return (
    <Button small aria-haspopup="dialog" aria-label={t.whyOf(id)} onClick={() => onOpen(id)}>
      {t.why}
    </Button>
  );
}
