import { useState } from 'react';
import {
  type Answer,
  type ApiError,
  ask,
  get,
  post,
  put,
  sendForText,
  useChange,
  useGet,
  usePages,
} from '../../api/index.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { momentOf, useFormat } from '../../format/index.ts';
import {
  Button,
  type Column,
  Empty,
  Form,
  IdField,
  Notice,
  Panel,
  Problem,
  Select,
  Skeleton,
  saveFile,
  Table,
  TextField,
  useToast,
  useUrlState,
} from '../../kit/index.ts';
import { OtherCampaigns } from '../../shared/campaigns/others.tsx';
import { type CampaignPreview, Reach } from '../../shared/campaigns/reach.tsx';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { useOwnSegments } from '../../shared/campaigns/use-segment-names.ts';
import { useSettled } from '../../shared/use-settled.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Giving = Answer<'/v1/campaigns/{campaign_id}/givings'>['items'][number];

/** The campaign given to many at once: to whom, how far, and who got what as a file. */
export function Givings({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const may = useMay();
  const [sort, setSort] = useUrlState<string>('sort', '');
  const path = { campaign_id: campaign.campaign_id };
  const pages = usePages(get('/v1/campaigns/{campaign_id}/givings', { path, query: { limit: 20 } }));
  return (
    <div className="grid">
      <Panel title={t.givings} note={t.givingsNote} about={t.givingsAbout} source={pages.source} flush>
        <Table
          caption={t.givings}
          rows={pages}
          columns={useGivingColumns()}
          rowKey={({ giving_id }) => giving_id}
          sort={[sort, setSort]}
          fileName="givings"
          empty={<Empty icon="campaigns" title={t.noGivingsTitle} text={t.noGivingsText} />}
        />
      </Panel>
      {may('coupons') && campaign.status !== 'ended' && <Give campaign={campaign} />}
    </div>
  );
}

function useGivingColumns(): Column<Giving>[] {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const may = useMay();
  const { data } = useOwnSegments();
  const nameOf = (id: string | null) =>
    id === null ? t.everybody : (data?.defined.find(({ segment_id }) => segment_id === id)?.name ?? id);
  return [
    {
      key: 'giving_id',
      header: t.giving,
      cell: ({ giving_id: id }) => <code>{id}</code>,
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
      key: 'file',
      header: t.whoGotWhat,
      cell: (giving) => (may('coupons') ? <WhoGotWhat giving={giving} /> : null),
    },
  ];
}

type FileForm = 'plain' | 'klaviyo' | 'mailchimp' | 'braze';
const forms: readonly FileForm[] = ['plain', 'klaviyo', 'mailchimp', 'braze'];

/** Its table as a file, or nobody more gets anything. */
function WhoGotWhat({ giving }: { giving: Giving }) {
  const t = useTexts(texts);
  const [form, setForm] = useState<FileForm>('plain');
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<ApiError>();
  const stop = useChange<Giving>(['/v1/campaigns']);
  const { campaign_id, giving_id, status } = giving;
  const path = { campaign_id, giving_id };
  const download = async () => {
    setAsking(true);
    const request = get('/v1/campaigns/{campaign_id}/givings/{giving_id}/customers', { path, query: { form } });
    await sendForText(request, 'text/csv')
      .then((text) => saveFile(`${giving_id}-${form}.csv`, text, 'text/csv'))
      .catch((reason: ApiError) => setError(reason));
    setAsking(false);
  };
  const isOver = status === 'finished' || status === 'stopped';
  return (
    <div className="row">
      <Select<FileForm>
        label={t.fileForm}
        value={form}
        onChange={setForm}
        choices={forms.map((value) => ({ value, label: t.fileForms[value] }))}
      />
      <Button small icon="download" working={isAsking} onClick={() => void download()}>
        {t.download}
      </Button>
      {!isOver && (
        <Button
          small
          kind="quiet"
          working={stop.isRunning}
          onClick={() => void stop.run(put('/v1/campaigns/{campaign_id}/givings/{giving_id}/stop', { path }))}
        >
          {t.stop}
        </Button>
      )}
      {error && <Problem error={error} title={t.refused} />}
    </div>
  );
}

function Give({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { shop } = useSession();
  const { data } = useOwnSegments();
  const own = data?.defined ?? [];
  const [id, setId] = useState('');
  const [segment, setSegment] = useState('');
  const [startsAt, setStartsAt] = useState('');
  const { run, isRunning, error } = useChange<Giving>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const whom = {
    ...(segment !== '' && { segment_id: segment }),
    ...(startsAt !== '' && { starts_at: momentOf(startsAt, shop.time_zone) ?? startsAt }),
  };
  const give = async () => {
    const body = {
      giving_id: id.trim(),
      ...whom,
    };
    if (!(await run(post('/v1/campaigns/{campaign_id}/givings', { path, body })))) return;
    setId('');
    toast({ title: t.givingBegun });
  };
  return (
    <>
      <Panel title={t.giveTitle} note={t.giveNote} span={6}>
        <Form className="stack" onSubmit={give}>
          <IdField
            label={t.giving}
            hint={t.givingHint}
            value={id}
            required
            error={error?.fault('giving_id')}
            onChange={setId}
          />
          <Select<string>
            label={t.toWhom}
            value={segment}
            onChange={setSegment}
            choices={[
              { value: '', label: t.everybody },
              ...own.map(({ segment_id, name }) => ({ value: segment_id as string, label: name })),
            ]}
          />
          <TextField
            label={t.startsAt}
            hint={t.startsAtHint(shop.time_zone)}
            type="datetime-local"
            value={startsAt}
            error={error?.fault('starts_at')}
            onChange={setStartsAt}
          />
          {error && <Problem error={error} title={t.refused} />}
          <Notice>{t.willGive}</Notice>
          <div>
            <Button kind="main" type="submit" working={isRunning}>
              {t.give}
            </Button>
          </div>
        </Form>
      </Panel>
      <GivingPreview
        campaign={campaign}
        whom={whom}
        name={own.find(({ segment_id }) => segment_id === segment)?.name ?? t.everybody}
      />
    </>
  );
}

/** Who would get it were it given so, asked anew once that has stood for a moment; it writes nothing. */
function GivingPreview({
  campaign,
  whom,
  name,
}: {
  campaign: Campaign;
  whom: { segment_id?: string; starts_at?: string };
  /** of whom it is given to */
  name: string;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const settled = useSettled(JSON.stringify(whom), 300);
  const path = { campaign_id: campaign.campaign_id };
  const asked = useGet<CampaignPreview>(
    ask('/v1/campaigns/{campaign_id}/giving-previews', { path, body: JSON.parse(settled) }),
  );
  const { data, error } = asked;
  return (
    <Panel title={t.givingPreview(name)} note={t.givingPreviewNote} source={asked.source} span={6}>
      {error ? (
        <Problem error={error} title={t.refused} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        <div className="stack" aria-live="polite" aria-busy={asked.isFetching}>
          <Reach
            preview={data}
            source={asked.source}
            hasControl={campaign.control_share > 0}
            discount={campaign.discount}
          />
          <OtherCampaigns terms={campaign} campaignId={campaign.campaign_id} />
          {data.customers > data.target && data.target > 0 && (
            <p className="field-hint">
              {whom.segment_id === undefined
                ? t.othersOfAllGetNone(format.count(data.customers - data.target))
                : t.othersGetNone(format.count(data.customers - data.target), name)}
            </p>
          )}
          {campaign.status === 'paused' && <Notice tone="warn">{t.pausedWaits}</Notice>}
        </div>
      )}
    </Panel>
  );
}
