import { type Answer, put, useChange } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Button, Notice, Panel, Problem, useToast } from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Raise = NonNullable<Campaign['waiting_raise']>;
type Decided = Answer<'/v1/campaigns/{campaign_id}/budget-raises/{raise_id}/approval', 'put'>;

/** A raise of the budget that one person asked for: another one approves it, or somebody rejects it. */
export function WaitingRaise({ campaign, raise }: { campaign: Campaign; raise: Raise }) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const may = useMay();
  const format = useFormat();
  const toast = useToast();
  const { run, isRunning, error } = useChange<Decided>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id, raise_id: raise.raise_id };
  const { coupons, money } = raise.budget;
  const text = t.raiseText(
    raise.asked_by,
    coupons === null ? words.unlimited : format.count(coupons),
    money === null ? words.unlimited : format.money(money),
    format.moment(raise.expires_at),
  );
  const approve = async () => {
    if (await run(put('/v1/campaigns/{campaign_id}/budget-raises/{raise_id}/approval', { path }))) {
      toast({ title: t.raiseApproved });
    }
  };
  const reject = async () => {
    if (await run(put('/v1/campaigns/{campaign_id}/budget-raises/{raise_id}/rejection', { path }))) {
      toast({ title: t.raiseRejected });
    }
  };
  const buttons = (
    <div className="row">
      <Button small kind="main" working={isRunning} onClick={() => void approve()}>
        {t.approveRaise}
      </Button>
      <Button small kind="quiet" working={isRunning} onClick={() => void reject()}>
        {t.rejectRaise}
      </Button>
    </div>
  );
  return (
    <Panel>
      <div className="stack">
        <Notice tone="warn" title={t.raiseWaits} actions={may('coupons') && buttons}>
          {text}
        </Notice>
        {error && <Problem error={error} title={t.refused} />}
      </div>
    </Panel>
  );
}
