import { Link } from 'wouter';
import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Facts, Loaded, Panel, Table, useUrlState } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { useTexts } from '../../texts/texts.ts';
import { Interval, scaleOf } from './interval.tsx';
import { texts } from './texts.ts';
import type { Run } from './types.ts';

interface Row {
  campaign: string;
  verdict: string;
}

/** What the latest whole run has learnt of campaigns with a control: who responds because of a coupon. */
export function Responses({ runs }: { runs: readonly Run[] | undefined }) {
  const t = useTexts(texts);
  const [wanted, setCampaign] = useUrlState<string>('campaign', '');
  const say = useSaid();
  if (!runs) return <Panel title={t.responseTitle} />;
  const rows = verdictsIn(runs);
  const campaign = rows.some((row) => row.campaign === wanted) ? wanted : rows[0]?.campaign;
  const columns: Column<Row>[] = [
    {
      key: 'campaign',
      header: t.campaign,
      cell: ({ campaign: id }) => (
        <button
          type="button"
          className="learning-open"
          aria-current={id === campaign || undefined}
          onClick={() => setCampaign(id)}
        >
          {id}
        </button>
      ),
      value: (row) => row.campaign,
    },
    { key: 'verdict', header: t.verdict, cell: ({ verdict }) => say(verdict), value: ({ verdict }) => say(verdict) },
  ];
  return (
    <div className="grid">
      <Panel title={t.responseTitle} note={t.responseNote} flush>
        <Table
          caption={t.responseTitle}
          rows={{ rows }}
          columns={columns}
          rowKey={(row) => row.campaign}
          empty={<Empty icon="campaigns" title={t.responseNone} text={t.responseNoneText} />}
        />
      </Panel>
      {campaign && <Response key={campaign} campaign={campaign} />}
    </div>
  );
}

function verdictsIn(runs: readonly Run[]): Row[] {
  for (const { metrics } of runs) {
    const verdicts = (metrics as Record<string, unknown> | null)?.['coupon-response'];
    if (verdicts && typeof verdicts === 'object') {
      return Object.entries(verdicts).map(([campaign, verdict]) => ({ campaign, verdict: String(verdict) }));
    }
  }
  return [];
}

function Response({ campaign }: { campaign: string }) {
  const say = useSaid();
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/campaigns/{campaign_id}/report', { path: { campaign_id: campaign } }));
  return (
    <Panel title={`${t.qini}: ${campaign}`} about={t.qiniAbout} source={asked.source}>
      <Loaded asked={asked}>
        {({ response }) =>
          response === null ? (
            <p className="muted">{t.noResponse}</p>
          ) : (
            <div className="stack">
              <div className="row">
                <Badge tone={response.decides ? 'good' : 'neutral'}>
                  {response.decides ? t.decides : t.decidesNot}
                </Badge>
                <Link href={`/campaigns/${encodeURIComponent(campaign)}`}>{campaign}</Link>
              </div>
              <p>{say(response.verdict)}</p>
              <p className="muted">{say(response.use)}</p>
              <Policies policies={response.policies} />
              <Facts
                facts={[
                  ...(response.advantage
                    ? ([
                        [
                          t.advantage,
                          `${format.number(response.advantage.value, 4)} (${format.number(response.advantage.low, 4)} – ${format.number(response.advantage.high, 4)})`,
                        ],
                      ] as const)
                    : []),
                  [t.asOf, format.moment(response.as_of)],
                  [t.learntAt, format.moment(response.learnt_at)],
                ]}
              />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}

interface Policy {
  policy: 'uplift' | 'response' | 'random' | 'treat-all' | 'treat-none';
  qini: { value: number; low: number; high: number };
  treated_share: number;
  added_per_thousand: number;
}

function Policies({ policies }: { policies: readonly Policy[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  if (policies.length === 0) return null;
  const scale = scaleOf(policies.flatMap(({ qini }) => [qini.low, qini.high]));
  const columns: Column<Policy>[] = [
    { key: 'policy', header: t.policy, cell: ({ policy }) => t.policies[policy], value: ({ policy }) => policy },
    {
      key: 'qini',
      header: t.qiniShort,
      help: t.qiniAbout,
      cell: ({ qini }) => <Interval {...qini} scale={scale} digits={4} />,
      value: ({ qini }) => qini.value,
    },
    {
      key: 'treated',
      header: t.treated,
      align: 'end',
      cell: ({ treated_share }) => format.percent(treated_share, 0),
      value: ({ treated_share }) => treated_share,
    },
    {
      key: 'added',
      header: t.perThousand,
      align: 'end',
      cell: ({ added_per_thousand }) => format.number(added_per_thousand, 1),
      value: ({ added_per_thousand }) => added_per_thousand,
    },
  ];
  return (
    <Table
      caption={t.qini}
      rows={{ rows: policies }}
      columns={columns}
      rowKey={({ policy }) => policy}
      fileName="qini"
    />
  );
}
