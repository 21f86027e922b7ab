import { type Answer, get, usePages } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { type Column, Empty, Panel, Table, useUrlState } from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { CustomerLink } from '../../shared/people/customer-link.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Code = Answer<'/v1/campaigns/{campaign_id}/referral-codes'>['items'][number];
type Referral = Answer<'/v1/campaigns/{campaign_id}/referrals'>['items'][number];

/** The codes that customers hand on, the orders of friends, and what came of the rewards for them. */
export function Referrals({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const [sort, setSort] = useUrlState<string>('sort', '');
  const [codeSort, setCodeSort] = useUrlState<string>('codes', '');
  const path = { campaign_id: campaign.campaign_id };
  const referrals = usePages(get('/v1/campaigns/{campaign_id}/referrals', { path, query: { limit: 20 } }));
  const codes = usePages(get('/v1/campaigns/{campaign_id}/referral-codes', { path, query: { limit: 20 } }));
  return (
    <div className="grid">
      <Panel title={t.friends} about={t.friendsAbout} source={referrals.source} flush>
        <Table
          caption={t.friends}
          rows={referrals}
          columns={useFriendColumns()}
          rowKey={({ redemption_id }) => redemption_id}
          sort={[sort, setSort]}
          fileName="referrals"
          empty={<Empty icon="customers" title={t.noFriendsTitle} text={t.noFriendsText} />}
        />
      </Panel>
      <Panel title={t.handedOn} about={t.handedOnAbout} source={codes.source} flush>
        <Table
          caption={t.handedOn}
          rows={codes}
          columns={useCodeColumns()}
          rowKey={({ code }) => code}
          sort={[codeSort, setCodeSort]}
          fileName="referral-codes"
          empty={<Empty icon="campaigns" title={t.noHandedOnTitle} text={t.noHandedOnText} />}
        />
      </Panel>
    </div>
  );
}

function useFriendColumns(): Column<Referral>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'redeemed_at',
      header: t.orderedAt,
      cell: ({ redeemed_at: at }) => <span className="nowrap">{format.moment(at)}</span>,
      value: ({ redeemed_at: at }) => at,
    },
    {
      key: 'friend_id',
      header: t.friend,
      cell: ({ friend_id: id }) => <CustomerLink id={id} />,
      value: ({ friend_id: id }) => id,
    },
    {
      key: 'order_id',
      header: t.friendOrder,
      cell: ({ order_id: id }) => <code>{id}</code>,
      value: ({ order_id: id }) => id,
    },
    {
      key: 'referrer_id',
      header: t.referrer,
      cell: ({ referrer_id: id }) => <CustomerLink id={id} />,
      value: ({ referrer_id: id }) => id,
    },
    {
      key: 'state',
      header: t.rewardState,
      cell: ({ state, why, due_at: due, reward }) =>
        why
          ? t.rewardNot(t.rewardStates[state], t.whyNot[why])
          : state === 'waiting'
            ? t.rewardWaits(format.moment(due))
            : t.rewardStates[reward?.used ? 'used' : state],
      value: ({ state, reward }) => t.rewardStates[reward?.used ? 'used' : state],
    },
    {
      key: 'reward',
      header: t.rewardCode,
      cell: ({ reward }) => (reward ? <code>{reward.code}</code> : nothing),
      value: ({ reward }) => reward?.code ?? null,
    },
  ];
}

function useCodeColumns(): Column<Code>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const counted = (key: 'waiting' | 'given' | 'withheld' | 'revoked'): Column<Code> => ({
    key,
    header: t.rewardStates[key],
    align: 'end',
    cell: ({ rewards }) => format.count(rewards[key]),
    value: ({ rewards }) => rewards[key],
  });
  return [
    {
      key: 'customer_id',
      header: t.joiner,
      cell: ({ customer_id: id }) => <CustomerLink id={id} />,
      value: ({ customer_id: id }) => id,
    },
    { key: 'code', header: t.code, cell: ({ code }) => <code>{code}</code>, value: ({ code }) => code },
    {
      key: 'uses',
      header: t.friendOrders,
      align: 'end',
      cell: ({ uses }) => format.count(uses),
      value: ({ uses }) => uses,
    },
    {
      key: 'left',
      header: t.leftOver,
      align: 'end',
      cell: ({ left }) => (left === null ? t.noLimit : format.count(left)),
      value: ({ left }) => left,
    },
    counted('waiting'),
    counted('given'),
    counted('withheld'),
    counted('revoked'),
  ];
}
