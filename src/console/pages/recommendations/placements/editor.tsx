import { useState } from 'react';
import { put, remove, useChange } from '../../../api/index.ts';
import { Button, Form, Panel, Problem, useToast } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { type Draft, draftOf, emptyDraft, isSame, type Settings, settingsOf } from './draft.ts';
import { EditorFields } from './editor-fields.tsx';
import { PageLine } from './page-line.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { stale } from './take-back.tsx';
import { placementTexts } from './texts.ts';
import type { Placement } from './types.ts';
import { usePagePreview } from './use-page-preview.ts';

/** What a placement shows as a form, and beside it a real page with it, as it is and as it would be. */
export function Editor({
  current,
  all,
  onRenew,
  onClose,
}: {
  /** undefined: a new one is made */
  current: Placement | undefined;
  all: readonly Placement[];
  onRenew(): void;
  onClose(): void;
}) {
  const t = useTexts(placementTexts);
  // What was changed is what stood there when one began, whatever comes from elsewhere meanwhile.
  const [start] = useState(current);
  const [draft, setDraft] = useState(current ? draftOf(current) : emptyDraft);
  const saving = useSaving(start, onClose);
  const settings = settingsOf(draft);
  const isTaken = !current && all.some(({ name }) => name === draft.name.trim());
  const isUnchanged = Boolean(settings && start && isSame(settings, start));
  const preview = usePagePreview(draft.name.trim(), settings, start, all);
  const isReady = settings !== undefined && !isTaken && !isUnchanged && !preview.isPending && !preview.after.error;
  return (
    <Form className="grid" onSubmit={() => isReady && saving.save(draft.name.trim(), settings)}>
      <Panel
        title={current ? t.changeTitle(current.name) : t.newTitle}
        note={t.formNote}
        span={5}
        actions={
          <Button small icon="left" onClick={onClose}>
            {t.back}
          </Button>
        }
      >
        <div className="stack">
          <EditorFields
            draft={draft}
            set={(change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }))}
            isNew={!current}
            isTaken={isTaken}
            list={preview.isPending ? undefined : preview.after.data?.placements[0]?.items}
            fault={(field) => saving.error?.fault(field) ?? preview.after.error?.fault(`placements/0/${field}`)}
          />
          {saving.error && <Refused error={saving.error} onRenew={onRenew} />}
          <p className="field-hint" aria-live="polite">
            {isUnchanged ? t.unchanged : preview.isPending ? t.waitForPreview : t.saveHint}
          </p>
          <Button kind="main" type="submit" working={saving.isRunning} held={!isReady}>
            {current ? t.save : t.make}
          </Button>
        </div>
      </Panel>
      <PreviewPanel draft={draft} current={start} all={all} preview={preview} isUnchanged={isUnchanged} />
      <Panel title={t.askingThis} note={t.askingNote}>
        <PageLine names={[draft.name.trim() || '…']} method={draft.method} />
      </Panel>
    </Form>
  );
}

function Refused({ error, onRenew }: { error: NonNullable<ReturnType<typeof useSaving>['error']>; onRenew(): void }) {
  const t = useTexts(placementTexts);
  return (
    <>
      <Problem error={error} title={t.refused} />
      {error.problem.status === 409 && (
        <Button icon="refresh" onClick={onRenew}>
          {t.loadAgain}
        </Button>
      )}
    </>
  );
}

/** Sends it where nobody else has changed it meanwhile; a change can be taken back. */
function useSaving(current: Placement | undefined, onSaved: () => void) {
  const t = useTexts(placementTexts);
  const toast = useToast();
  const { run, isRunning, error } = useChange<unknown>(stale);
  const set = (name: string, body: Settings & { revision?: number }) =>
    run(put('/v1/placements/{placement}', { path: { placement: name }, body }));
  const undo = async (name: string) => {
    const before = current?.changed_at && settingsOf(draftOf(current));
    const isBack = before
      ? await set(name, before)
      : await run(remove('/v1/placements/{placement}', { path: { placement: name } }));
    if (isBack) toast({ title: t.undone(name) });
  };
  const save = async (name: string, settings: Settings) => {
    if (!(await set(name, { ...settings, revision: current?.revision ?? 0 }))) return;
    onSaved();
    toast({ title: t.saved(name), text: t.savedText, undo: () => void undo(name) });
  };
  return { save, isRunning, error };
}
