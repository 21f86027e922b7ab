import { useState } from 'react';
import { useLocation } from 'wouter';
import { type Answer, type ApiError, post, put, useChange } from '../../api/index.ts';
import { Button, Form, Panel, Problem, useToast } from '../../kit/index.ts';
import { type Campaign, campaignPath, statedTerms } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { ChangedTerms } from './changed-terms.tsx';
import { CostBound } from './cost-bound.tsx';
import { type Draft, idOf, idOfNow, isWhole, termsOfDraft } from './draft.ts';
import { AudienceFields } from './fields/audience-fields.tsx';
import { BudgetFields } from './fields/budget-fields.tsx';
import type { FieldsProps } from './fields/fields.ts';
import { GroupFields } from './fields/group-fields.tsx';
import { NameFields } from './fields/name-fields.tsx';
import { OfferFields } from './fields/offer-fields.tsx';
import { ReferralFields } from './fields/referral-fields.tsx';
import { RuleFields } from './fields/rule-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { texts } from './texts.ts';
import { usePreview } from './use-preview.ts';

/** The terms as a form, and beside it what would become of them. */
export function Editor({ start, timeZone, current }: { start: Draft; timeZone: string; current?: Campaign }) {
  const t = useTexts(texts);
  const [draft, setDraft] = useState(start);
  const [otherwise] = useState(idOfNow);
  const [ownId, setOwnId] = useState<string>();
  const id = current?.campaign_id ?? ownId ?? (draft.name.trim() ? idOf(draft.name, otherwise) : '');
  const terms = termsOfDraft(draft, timeZone, current, id);
  const saving = useSaving(id, current);
  const preview = usePreview({ ...terms, campaign_id: id }, isWhole(draft) && id !== '');
  const fields: FieldsProps = {
    draft,
    set: (change) => setDraft((before) => ({ ...before, ...change })),
    fault: (field) => saving.error?.fault(field) ?? preview.error?.fault(`campaign/${field}`),
    timeZone,
    isNew: !current,
  };
  const makeHint = draft.isReferral ? t.makeReferralHint : draft.isGroup ? t.makeGroupHint : t.makeHint;
  // What is made is what was seen before.
  const submit = () => {
    if (!preview.isPending) void saving.save(terms);
  };
  return (
    <Form className="campaign-editor" onSubmit={submit}>
      <div className="campaign-editor-main">
        <Panel title={t.what}>
          <div className="stack">
            <NameFields {...fields} id={id} onId={setOwnId} />
            <OfferFields {...fields} />
          </div>
        </Panel>
        {!draft.isReferral && (
          <Panel title={t.whom}>
            <AudienceFields {...fields} />
          </Panel>
        )}
        <Panel title={t.handOn}>
          <ReferralFields {...fields} />
        </Panel>
        {!draft.isReferral && (
          <Panel title={t.together}>
            <GroupFields {...fields} />
          </Panel>
        )}
        <Panel title={t.howMuch}>
          <div className="stack">
            <BudgetFields {...fields} />
            <CostBound terms={terms} />
          </div>
        </Panel>
        <Panel title={t.rules}>
          <RuleFields {...fields} />
        </Panel>
      </div>
      <div className="campaign-editor-side">
        <PreviewPanel
          asked={preview}
          isWhole={isWhole(draft)}
          terms={terms}
          campaignId={id}
          out={current?.counters.issued ?? 0}
        />
        {current && <ChangedTerms current={current} terms={terms} />}
        <Panel>
          <div className="stack">
            {saving.error && <Problem error={saving.error} title={t.refused} />}
            <p className="field-hint" aria-live="polite">
              {preview.isPending ? t.waitForPreview : current ? t.changeHint : makeHint}
            </p>
            <Button kind="main" type="submit" working={saving.isRunning} held={preview.isPending}>
              {current ? t.change : t.make}
            </Button>
          </div>
        </Panel>
      </div>
    </Form>
  );
}

/** Sends the terms, and goes to the campaign's page once they hold; a change can be taken back by the terms before. */
function useSaving(id: string, current: Campaign | undefined) {
  const t = useTexts(texts);
  const toast = useToast();
  const [, navigate] = useLocation();
  const { run, isRunning, error } = useChange<Answer<'/v1/campaigns/{campaign_id}', 'put'>>(['/v1/campaigns']);
  const path = { campaign_id: id };
  const change = (body: object) => run(put('/v1/campaigns/{campaign_id}', { path, body: body as never }));
  const undo = async (before: Campaign) => {
    if (await change(statedTerms(before))) toast({ title: t.undone(before.name) });
  };
  const save = async (terms: ReturnType<typeof termsOfDraft>) => {
    const saved = current
      ? await change(terms)
      : await run(post('/v1/campaigns', { body: { ...terms, campaign_id: id } as never }));
    if (!saved) return;
    toast(
      current
        ? {
            title: t.changed(saved.name),
            text: saved.waiting_raise ? t.raiseWaits : t.changedText(String(saved.version)),
            undo: () => void undo(current),
          }
        : { title: t.made(saved.name), text: t.madeText },
    );
    navigate(campaignPath(saved.campaign_id));
  };
  return { save, isRunning, error: error as ApiError | undefined };
}
