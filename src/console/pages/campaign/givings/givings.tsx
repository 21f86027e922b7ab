import { type Answer, get, put, useChange, usePages } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import { Button, type Column, Empty, Notice, Panel, Table, useUrlState } from '../../../kit/index.ts';
import type { Campaign } from '../../../shared/campaigns/types.ts';
import { useOwnSegments } from '../../../shared/campaigns/use-segment-names.ts';
import { decisionTexts } from '../../../texts/decisions.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { Give } from './give.tsx';
import { WhoGotWhat } from './given.tsx';

type Giving = Answer<'/v1/campaigns/{campaign_id}/givings'>['items'][number];

/** The campaign given to many at once: to whom, how far, and who got what. */
export function Givings({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const may = useMay();
  const [sort, setSort] = useUrlState<string>('sort', '');
  const [chosen, setChosen] = useUrlState<string>('giving', '');
  const path = { campaign_id: campaign.campaign_id };
  const pages = usePages(get('/v1/campaigns/{campaign_id}/givings', { path, query: { limit: 20 } }));
  const giving = pages.rows?.find(({ giving_id }) => giving_id === chosen) ?? pages.rows?.[0];
  const isOver = campaign.status === 'ended';
  const columns = useGivingColumns(campaign, giving?.giving_id, setChosen);
  return (
    <div className="grid">
      <Panel title={t.givings} note={t.givingsNote} about={t.givingsAbout} source={pages.source} flush>
        {isOver && <Notice>{t.endedGivesNone}</Notice>}
        <Table
          caption={t.givings}
          rows={pages}
          columns={columns}
          rowKey={({ giving_id }) => giving_id}
          rowClass={({ giving_id }) => (giving_id === giving?.giving_id ? 'campaign-chosen' : undefined)}
          sort={[sort, setSort]}
          fileName="givings"
          empty={<Empty icon="campaigns" title={t.noGivingsTitle} {...(isOver ? {} : { text: t.noGivingsText })} />}
        />
      </Panel>
      {giving && may('coupons') && (
        <WhoGotWhat key={giving.giving_id} giving={giving} isOfReferrals={campaign.referral !== null} />
      )}
      {may('coupons') && !isOver && <Give campaign={campaign} />}
    </div>
  );
}

function useGivingColumns(
  { group_offer: offer }: Campaign,
  chosen: string | undefined,
  onChoose: (givingId: string) => void,
): Column<Giving>[] {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const may = useMay();
  const { data } = useOwnSegments();
  const everybody = offer ? t.everyJoiner : t.everybody;
  const nameOf = (id: string | null) =>
    id === null ? everybody : (data?.defined.find(({ segment_id }) => segment_id === id)?.name ?? id);
  return [
    {
      key: 'giving_id',
      header: t.giving,
      cell: ({ giving_id: id }) => (
        <Button
          small
          kind="quiet"
          aria-pressed={id === chosen}
          aria-label={t.showGiving(id)}
          onClick={() => onChoose(id)}
        >
          <code>{id}</code>
        </Button>
      ),
      value: ({ giving_id: id }) => id,
    },
    {
      key: 'segment_id',
      header: t.toWhom,
      cell: ({ segment_id: id }) => nameOf(id),
      value: ({ segment_id: id }) => nameOf(id),
    },
    {
      key: 'starts_at',
      header: t.startsAt,
      align: 'end',
      cell: ({ starts_at }) => <span className="nowrap">{format.moment(starts_at)}</span>,
      value: ({ starts_at }) => starts_at,
    },
    {
      key: 'status',
      header: t.givingState,
      cell: ({ status }) => t.givingStates[status],
      value: ({ status }) => t.givingStates[status],
    },
    {
      key: 'customers',
      header: t.decidedAbout,
      align: 'end',
      cell: ({ customers }) => format.count(customers),
      value: ({ customers }) => customers,
    },
    {
      key: 'outcomes',
      header: t.outcome,
      cell: ({ outcomes }) =>
        Object.entries(outcomes)
          .sort(([, a], [, b]) => b - a)
          .map(
            ([outcome, count]) => `${words.outcomes[outcome as keyof typeof words.outcomes]}: ${format.count(count)}`,
          )
          .join(' · '),
    },
    {
      key: 'stop',
      header: t.stop,
      cell: (giving) => may('coupons') && !isDone(giving) && <Stop giving={giving} />,
    },
  ];
}

const isDone = ({ status }: Giving) => status === 'finished' || status === 'stopped';

/** Nobody more gets anything. */
function Stop({ giving: { campaign_id, giving_id } }: { giving: Giving }) {
  const t = useTexts(texts);
  const { run, isRunning } = useChange<Giving>(['/v1/campaigns']);
  const path = { campaign_id, giving_id };
  return (
    <Button
      small
      kind="quiet"
      working={isRunning}
      onClick={() => void run(put('/v1/campaigns/{campaign_id}/givings/{giving_id}/stop', { path }))}
    >
      {t.stop}
    </Button>
  );
}
