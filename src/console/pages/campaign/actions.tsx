import { useState } from 'react';
import { type Answer, put, remove, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Confirm, LinkButton, Problem, useToast } from '../../kit/index.ts';
import { type Campaign, editPath } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { Archive, End } from './end-actions.tsx';
import { texts } from './texts.ts';

/** What can be done with a campaign: changed, paused, gone on with, ended, put away, or used for the next one. */
export function Actions({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const { campaign_id: id, status } = campaign;
  return (
    <>
      {status === 'paused' ? <Resume campaign={campaign} /> : status !== 'ended' && <Pause campaign={campaign} />}
      {status === 'ended' ? <Archive campaign={campaign} /> : <End campaign={campaign} />}
      <LinkButton href={`/campaigns/new?like=${encodeURIComponent(id)}`} icon="copy">
        {t.copy}
      </LinkButton>
      <LinkButton href={editPath(id)} icon="edit">
        {t.change}
      </LinkButton>
    </>
  );
}

type Paused = Answer<'/v1/campaigns/{campaign_id}/pause', 'put'>;

function Pause({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error } = useChange<Paused>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const resume = async () => {
    if (await run(remove('/v1/campaigns/{campaign_id}/pause', { path }))) toast({ title: t.resumed(campaign.name) });
  };
  const pause = async () => {
    if (!(await run(put('/v1/campaigns/{campaign_id}/pause', { path })))) return;
    setOpen(false);
    toast({ title: t.pausedNow(campaign.name), undo: () => void resume() });
  };
  return (
    <>
      <Button icon="pause" onClick={() => setOpen(true)}>
        {t.pause}
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={t.pauseTitle(campaign.name)}
        description={t.pauseText}
        confirm={t.pause}
        isWorking={isRunning}
        onConfirm={() => void pause()}
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

function Resume({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error } = useChange<Paused>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const resume = async () => {
    if (!(await run(remove('/v1/campaigns/{campaign_id}/pause', { path })))) return;
    setOpen(false);
    toast({
      title: t.resumed(campaign.name),
      undo: () => void run(put('/v1/campaigns/{campaign_id}/pause', { path })),
    });
  };
  return (
    <>
      <Button icon="play" onClick={() => setOpen(true)}>
        {t.resume}
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={t.resumeTitle(campaign.name)}
        description={t.resumeText}
        confirm={t.resume}
        isWorking={isRunning}
        onConfirm={() => void resume()}
      >
        {error && <Problem error={error} title={t.refused} />}
      </Confirm>
    </>
  );
}
