import { useState } from 'react';
import { type Answer, put, useChange } from '../../../api/index.ts';
import { useFormat } from '../../../format/index.ts';
import { Button, Confirm, IdField, Problem, useToast, useUrlState } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';

/** A batch of codes, and how many could still be stopped. */
interface Stoppable {
  campaignId: string;
  batchId: string;
  open: number;
}

/** Stops the codes of a batch, or makes others in their place for those who hold them. */
export function StopCodes({ campaignId, batchId, open }: Stoppable) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const [by, setBy] = useState('');
  const [, setShown] = useUrlState<string>('batch', '');
  const path = { campaign_id: campaignId, batch_id: batchId };
  const stop = useChange<Answer<'/v1/campaigns/{campaign_id}/code-batches/{batch_id}/stop', 'put'>>(['/v1/campaigns']);
  const replace = useChange<Answer<'/v1/campaigns/{campaign_id}/code-batches/{batch_id}/replacement', 'put'>>([
    '/v1/campaigns',
  ]);
  const error = stop.error ?? replace.error;
  const confirm = async () => {
    if (by.trim() === '') {
      const stopped = await stop.run(put('/v1/campaigns/{campaign_id}/code-batches/{batch_id}/stop', { path }));
      if (!stopped) return;
      toast({ title: t.stoppedNow(format.count(stopped.stopped)) });
    } else {
      const body = { batch_id: by.trim() };
      const request = put('/v1/campaigns/{campaign_id}/code-batches/{batch_id}/replacement', { path, body });
      const replaced = await replace.run(request);
      if (!replaced) return;
      setShown(replaced.batch_id);
      toast({ title: t.replacedNow(format.count(replaced.codes)), text: t.madeText(replaced.batch_id) });
    }
    setOpen(false);
  };
  return (
    <>
      <Button small kind="quiet" onClick={() => setOpen(true)}>
        {t.stop}
      </Button>
      <Confirm
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title={t.stopTitle(batchId)}
        description={t.stopText(format.count(open))}
        confirm={by.trim() === '' ? t.stop : t.replace}
        isWorking={stop.isRunning || replace.isRunning}
        onConfirm={() => void confirm()}
      >
        <IdField label={t.newBatch} hint={t.newBatchHint} value={by} onChange={setBy} />
        {error && <Problem error={error} title={t.refused} />}
      </Confirm>
    </>
  );
}
