import { useState } from 'react';
import { type Answer, ask, post, useChange, useGet } from '../../../api/index.ts';
import { useSession } from '../../../app/session.tsx';
import { momentOf, useFormat } from '../../../format/index.ts';
import {
  Button,
  Empty,
  Form,
  IdField,
  Notice,
  Panel,
  Problem,
  Select,
  Skeleton,
  TextField,
  useToast,
} from '../../../kit/index.ts';
import { OtherCampaigns } from '../../../shared/campaigns/others.tsx';
import { type CampaignPreview, Reach } from '../../../shared/campaigns/reach.tsx';
import type { Campaign } from '../../../shared/campaigns/types.ts';
import { useOwnSegments } from '../../../shared/campaigns/use-segment-names.ts';
import { useSettled } from '../../../shared/use-settled.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';

type Giving = Answer<'/v1/campaigns/{campaign_id}/givings'>['items'][number];

/** Gives the campaign to many: to whom, when, and who would get it. */
export function Give({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { shop } = useSession();
  const { data } = useOwnSegments();
  const own = data?.defined ?? [];
  const [id, setId] = useState('');
  /** null: nobody chose yet; '': everybody */
  const [segment, setSegment] = useState<string | null>(null);
  const [startsAt, setStartsAt] = useState('');
  const { run, isRunning, error } = useChange<Giving>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const whom = {
    ...(segment && { segment_id: segment }),
    ...(startsAt !== '' && { starts_at: momentOf(startsAt, shop.time_zone) ?? startsAt }),
  };
  const give = async () => {
    if (segment === null) return;
    const body = { giving_id: id.trim(), ...whom };
    if (!(await run(post('/v1/campaigns/{campaign_id}/givings', { path, body })))) return;
    setId('');
    setSegment(null);
    toast({ title: t.givingBegun });
  };
  const isOfReferrals = campaign.referral !== null;
  const everybody = campaign.group_offer ? t.everyJoiner : t.everybody;
  return (
    <>
      <Panel title={t.giveTitle} note={isOfReferrals ? t.handOutNote : t.giveNote} span={6}>
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
            placeholder={t.chooseWhom}
            value={segment}
            error={error?.fault('segment_id')}
            onChange={setSegment}
            choices={[
              ...own.map(({ segment_id, name }) => ({ value: segment_id as string, label: name })),
              { value: '', label: everybody },
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
          <Notice>{isOfReferrals ? t.willHandOut : t.willGive}</Notice>
          <div>
            <Button kind="main" type="submit" working={isRunning} disabled={segment === null}>
              {t.give}
            </Button>
          </div>
        </Form>
      </Panel>
      {isOfReferrals ? null : segment === null ? (
        <Panel title={t.givingPreviewOpen} span={6}>
          <Empty icon="eye" title={t.chooseWhom} text={t.chooseWhomText} />
        </Panel>
      ) : (
        <GivingPreview
          campaign={campaign}
          whom={whom}
          name={own.find(({ segment_id }) => segment_id === segment)?.name ?? everybody}
        />
      )}
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
