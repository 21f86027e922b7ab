import type { Source } from '../../../api/index.ts';
import { useFormat } from '../../../format/index.ts';
import { Badge, type Column, Panel, Table } from '../../../kit/index.ts';
import { useSaid } from '../../../shared/use-said.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { CampaignReport } from './answers.ts';

type Response = NonNullable<CampaignReport['response']>;
type Policy = Response['policies'][number];

/** Whether a night has learnt who responds because of the coupon, and whether decisions use it. */
export function Responders({ response, source }: { response: Response; source: Source }) {
  const say = useSaid();
  const t = useTexts(texts);
  const format = useFormat();
  const columns: Column<Policy>[] = [
    { key: 'policy', header: t.policy, cell: ({ policy }) => t.policies[policy], value: ({ policy }) => policy },
    {
      key: 'qini',
      header: t.qini,
      help: t.qiniHelp,
      align: 'end',
      cell: ({ qini }) => format.number(qini.value, 3),
      value: ({ qini }) => qini.value,
    },
    {
      key: 'interval',
      header: t.interval95,
      align: 'end',
      cell: ({ qini }) => t.range(format.number(qini.low, 3), format.number(qini.high, 3)),
      value: ({ qini }) => `${qini.low} – ${qini.high}`,
    },
    {
      key: 'share',
      header: t.treatedShare,
      align: 'end',
      cell: ({ treated_share }) => format.percent(treated_share, 0),
      value: ({ treated_share }) => treated_share,
    },
    {
      key: 'added',
      header: t.addedPerThousand,
      help: t.addedPerThousandHelp,
      align: 'end',
      cell: ({ added_per_thousand }) => format.number(added_per_thousand, 1),
      value: ({ added_per_thousand }) => added_per_thousand,
    },
  ];
  return (
    <Panel
      title={t.responders}
      note={t.learntAt(format.moment(response.learnt_at))}
      about={t.respondersAbout}
      source={source}
      flush={response.policies.length > 0}
    >
      <div className="stack">
        <p className="row">
          {response.decides ? <Badge tone="good">{t.decides}</Badge> : <Badge>{t.decidesNot}</Badge>}
          <span className="muted">{say(response.verdict)}</span>
        </p>
      </div>
      {response.policies.length > 0 && (
        <Table
          caption={t.responders}
          rows={{ rows: response.policies }}
          columns={columns}
          rowKey={({ policy }) => policy}
        />
      )}
    </Panel>
  );
}
