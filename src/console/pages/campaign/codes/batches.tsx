import { type Answer, get, usePages } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { nothing, useFormat } from '../../../format/index.ts';
import { Button, type Column, Empty, Panel, Table, useUrlState } from '../../../kit/index.ts';
import type { Campaign } from '../../../shared/campaigns/types.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { StopCodes } from './stop-codes.tsx';

type Batch = Answer<'/v1/campaigns/{campaign_id}/code-batches'>['items'][number];

/** The batches of codes, and what has become of them. */
export function Batches({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const [sort, setSort] = useUrlState<string>('sort', '');
  const pages = usePages(
    get('/v1/campaigns/{campaign_id}/code-batches', {
      path: { campaign_id: campaign.campaign_id },
      query: { limit: 20 },
    }),
  );
  return (
    <Panel title={t.batches} about={t.batchesAbout} source={pages.source} flush>
      <Table
        caption={t.batches}
        rows={pages}
        columns={useBatchColumns(campaign.campaign_id)}
        rowKey={({ batch_id }) => batch_id}
        sort={[sort, setSort]}
        fileName="code-batches"
        empty={<Empty icon="campaigns" title={t.noBatchesTitle} text={t.noBatchesText} />}
      />
    </Panel>
  );
}

function useBatchColumns(campaignId: string): Column<Batch>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const [, setShown] = useUrlState<string>('batch', '');
  const counted = (
    key: 'codes' | 'redeemed' | 'used_up' | 'ended' | 'stopped' | 'left',
    header: string,
    help?: string,
  ) => ({
    key,
    header,
    ...(help && { help }),
    align: 'end' as const,
    cell: (batch: Batch) => (batch[key] === null ? t.noLimit : format.count(batch[key])),
    value: (batch: Batch) => batch[key],
  });
  return [
    {
      key: 'batch_id',
      header: t.batch,
      cell: ({ batch_id: id }) =>
        may('coupons') ? (
          <Button small kind="quiet" title={t.chooseBatch} onClick={() => setShown(id)}>
            <code>{id}</code>
          </Button>
        ) : (
          <code>{id}</code>
        ),
      value: ({ batch_id }) => batch_id,
    },
    { key: 'kind', header: t.kind, cell: ({ kind }) => t[kind], value: ({ kind }) => t[kind] },
    counted('codes', t.madeCodes),
    counted('redeemed', t.redeemed, t.redeemedHelp),
    counted('left', t.leftOver, t.leftHelp),
    counted('used_up', t.usedUp, t.usedUpHelp),
    counted('ended', t.overCodes, t.overHelp),
    counted('stopped', t.stoppedCodes, t.stoppedHelp),
    {
      key: 'made_at',
      header: t.madeAt,
      align: 'end',
      wideOnly: true,
      cell: ({ made_at }) => <span className="nowrap">{format.day(made_at, 'year')}</span>,
      value: ({ made_at }) => made_at,
    },
    {
      key: 'valid_until',
      header: t.goodUntil,
      align: 'end',
      wideOnly: true,
      cell: ({ valid_until }) => (valid_until ? format.day(valid_until, 'year') : nothing),
      value: ({ valid_until }) => valid_until,
    },
    {
      key: 'stop',
      header: t.stop,
      cell: ({ batch_id: batchId, codes, used_up: usedUp, stopped, ended }) => {
        const open = codes - usedUp - stopped - ended;
        return may('coupons') && open > 0 ? <StopCodes {...{ campaignId, batchId, open }} /> : nothing;
      },
    },
  ];
}
