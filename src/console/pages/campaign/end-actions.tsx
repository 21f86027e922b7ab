import { useState } from 'react';
import { type Answer, put, remove, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Confirm, Problem, useToast } from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Ends a campaign for good; what is given stays good. */
export function End({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error } = useChange<Answer<'/v1/campaigns/{campaign_id}/end', 'put'>>(['/v1/campaigns']);
  const end = async () => {
    if (!(await run(put('/v1/campaigns/{campaign_id}/end', { path: { campaign_id: campaign.campaign_id } })))) return;
    setOpen(false);
    toast({ title: t.endedNow(campaign.name) });
  };
  return (
    <>
      <Button icon="close" onClick={() => setOpen(true)}>
        {t.end}
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={t.endTitle(campaign.name)}
        description={t.endText}
        confirm={t.end}
        isWorking={isRunning}
        onConfirm={() => void end()}
      >
        {error ? (
          <Problem error={error} title={t.refused} />
        ) : (
          <p>{t.pauseOpen(format.count(campaign.counters.issued))}</p>
        )}
      </Confirm>
    </>
  );
}

/** Takes a campaign that is over off the list, or puts it there again. */
export function Archive({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning } = useChange<Answer<'/v1/campaigns/{campaign_id}/archive', 'put'>>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const archive = put('/v1/campaigns/{campaign_id}/archive', { path });
  const list = remove('/v1/campaigns/{campaign_id}/archive', { path });
  const isArchived = campaign.archived_at !== null;
  const change = async () => {
    if (!(await run(isArchived ? list : archive))) return;
    const title = isArchived ? t.listedNow(campaign.name) : t.archivedNow(campaign.name);
    toast({ title, undo: () => void run(isArchived ? archive : list) });
  };
  return (
    <Button working={isRunning} onClick={() => void change()}>
      {isArchived ? t.unarchive : t.archive}
    </Button>
  );
}
