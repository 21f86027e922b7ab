import { useState } from 'react';
import { useLocation } from 'wouter';
import { ApiError, get, post, put, remove, sendForText, useChange } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import {
  Button,
  Confirm,
  Dialog,
  IconButton,
  LinkButton,
  Problem,
  saveFile,
  TextArea,
  useToast,
} from '../../kit/index.ts';
import { idsOf } from '../../shared/rules/ids.ts';
import type { RuleBody } from '../../shared/rules/rule.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Defined } from './types.ts';

const stale = ['/v1/segments', '/v1/customers'];

/** Campaigns are for the four groups, and for segments that people made. */
const isTarget = (id: string) => /^(group|rule|list)-/.test(id);

/** What can be done with a segment: export for all; refresh, copy and delete for who made it. */
export function Actions({ id, name, defined }: { id: string; name: string; defined: Defined | undefined }) {
  const t = useTexts(texts);
  const may = useMay();
  return (
    <>
      {may('customers', 'segments') && <Export id={id} name={name} />}
      {may('coupons') && isTarget(id) && (
        <LinkButton href={`/campaigns/new?for=${encodeURIComponent(id)}`} icon="campaigns">
          {t.campaign}
        </LinkButton>
      )}
      {defined && may('segments') && (
        <>
          {defined.definition === null ? (
            <ReplaceMembers segment={defined} />
          ) : (
            <>
              <Refresh segment={defined} />
              <LinkButton
                href={`/segments/new?name=${encodeURIComponent(defined.name)}&rule=${encodeURIComponent(JSON.stringify(defined.definition))}`}
                icon="copy"
              >
                {t.copy}
              </LinkButton>
            </>
          )}
          <Delete segment={defined} />
        </>
      )}
    </>
  );
}

function Export({ id, name }: { id: string; name: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [isWorking, setWorking] = useState(false);
  const save = async () => {
    setWorking(true);
    try {
      const request = get('/v1/segments/{segment_id}/members', { path: { segment_id: id } });
      const text = await sendForText(request, 'text/csv');
      saveFile(`${id}.csv`, text, 'text/csv;charset=utf-8');
      toast({ title: t.exported(format.count(text.trimEnd().split('\n').length - 1)), text: name });
    } catch (error) {
      toast({ title: error instanceof ApiError ? error.words : String(error), kind: 'bad' });
    }
    setWorking(false);
  };
  return (
    <Button icon="download" working={isWorking} onClick={save}>
      {t.export}
    </Button>
  );
}

function Refresh({ segment }: { segment: Defined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const { run, isRunning } = useChange<Defined>(stale);
  const refresh = async () => {
    const found = await run(post('/v1/segments/{segment_id}/refreshes', { path: { segment_id: segment.segment_id } }));
    if (found)
      toast({ title: t.refreshed_, text: t.cameAndWent(format.count(found.entered), format.count(found.left)) });
  };
  return (
    <Button icon="refresh" working={isRunning} onClick={refresh}>
      {t.refresh}
    </Button>
  );
}

function Delete({ segment }: { segment: Defined }) {
  const t = useTexts(texts);
  const toast = useToast();
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const { run, isRunning, error, reset } = useChange<Defined>(stale, () => navigate('/segments?view=own'));
  const restore = useChange<Defined>(stale);
  const { segment_id: id, name, definition } = segment;
  const close = () => {
    reset();
    setOpen(false);
  };
  const again = async () => {
    const body = { segment_id: id, name, definition: definition as RuleBody };
    if (await restore.run(post('/v1/segments', { body }))) toast({ title: t.restored(name) });
  };
  const drop = async () => {
    if (!(await run(remove('/v1/segments/{segment_id}', { path: { segment_id: id } })))) return;
    // A rule finds its members again; of a list they would be gone.
    toast({ title: t.deleted(name), ...(definition === null ? {} : { undo: () => void again() }) });
  };
  return (
    <>
      <IconButton icon="trash" kind="plain" label={t.delete} onClick={() => setOpen(true)} />
      <Confirm
        isOpen={isOpen}
        onClose={close}
        title={t.deleteTitle(name)}
        description={t.deleteText}
        confirm={t.delete}
        isDangerous
        isWorking={isRunning}
        onConfirm={drop}
      >
        <div className="stack">
          <p>{t.deleteStays}</p>
          {error && <Problem error={error} />}
        </div>
      </Confirm>
    </>
  );
}

function ReplaceMembers({ segment }: { segment: Defined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const { run, isRunning, error, reset } = useChange<{ segment: Defined; unknown: number }>(stale);
  const ids = idsOf(text);
  const close = () => {
    reset();
    setOpen(false);
  };
  const save = async () => {
    const path = { segment_id: segment.segment_id };
    const done = await run(put('/v1/segments/{segment_id}/members', { path, body: { customer_ids: ids } }));
    if (!done) return;
    toast({
      title: t.replaced,
      text: t.replacedText(format.count(done.segment.members), format.count(done.unknown)),
    });
    close();
  };
  return (
    <>
      <Button icon="edit" onClick={() => setOpen(true)}>
        {t.replace}
      </Button>
      <Dialog
        isOpen={isOpen}
        onClose={close}
        title={t.replace}
        description={t.replaceHint}
        actions={
          <Button kind="main" working={isRunning} onClick={save}>
            {t.replaceNow}
          </Button>
        }
      >
        <div className="stack">
          <TextArea label={t.ids} hint={t.of(format.count(ids.length))} rows={10} value={text} onChange={setText} />
          {error && <Problem error={error} />}
        </div>
      </Dialog>
    </>
  );
}
