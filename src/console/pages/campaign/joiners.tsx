import { type Answer, get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { type Column, Empty, Notice, Panel, Table, useUrlState } from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { CustomerLink } from '../../shared/people/customer-link.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Joiner = Answer<'/v1/campaigns/{campaign_id}/joiners'>['items'][number];

/** How a group offer stands, in a sentence. */
export function GroupNotice({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { group, group_offer: offer, status } = campaign;
  if (!group || !offer) return null;
  const joined = t.joinedOf(format.count(group.joined), format.count(offer.joiners));
  if (group.opened_at) return <Notice>{`${joined} ${t.openSince(format.moment(group.opened_at))}`}</Notice>;
  const until = format.moment(offer.join_until);
  if (status === 'ended') return <Notice tone="warn">{`${joined} ${t.neverOpened}`}</Notice>;
  return <Notice>{`${joined} ${t.opensWith(format.count(group.missing), until)}`}</Notice>;
}

/** Who has joined a group offer. */
export function Joiners({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const [sort, setSort] = useUrlState<string>('sort', '');
  const path = { campaign_id: campaign.campaign_id };
  const pages = usePages(get('/v1/campaigns/{campaign_id}/joiners', { path, query: { limit: 20 } }));
  return (
    <Panel title={t.joiners} about={t.joinersAbout} source={pages.source} flush>
      <Table
        caption={t.joiners}
        rows={pages}
        columns={useJoinerColumns()}
        rowKey={({ customer_id, joined_at }) => customer_id ?? joined_at}
        sort={[sort, setSort]}
        fileName="joiners"
        empty={<Empty icon="customers" title={t.noJoinersTitle} text={t.noJoinersText} />}
      />
    </Panel>
  );
}

function useJoinerColumns(): Column<Joiner>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'customer_id',
      header: t.joiner,
      cell: ({ customer_id: id }) => <CustomerLink id={id} />,
      value: ({ customer_id: id }) => id,
    },
    {
      key: 'joined_at',
      header: t.joinedAt,
      align: 'end',
      cell: ({ joined_at: at }) => <span className="nowrap">{format.moment(at)}</span>,
      value: ({ joined_at: at }) => at,
    },
  ];
}
