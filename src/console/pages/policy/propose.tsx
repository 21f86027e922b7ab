import { useState } from 'react';
import { type Answer, post, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Button, Dialog, Form, Problem, Select, TextField, useToast } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { firstRule, isRuleWhole, type PolicyRule } from './rule-draft.ts';
import { RuleForm } from './rule-form.tsx';
import { texts } from './texts.ts';
import type { Content } from './types.ts';
import { usePreview } from './use-preview.ts';
import { Words } from './words.tsx';

type Proposed = Answer<'/v1/policies/{policy_id}/versions', 'post'>;

const kinds = ['by-cause', 'everyone', 'first-order', 'uplift', 'largest-incremental-margin', 'rules'] as const;

/** What fields hold; which of them count is said by the kind. */
interface Draft {
  policyId: string;
  kind: Content['kind'];
  highValue: string;
  highQuality: string;
  weakPurse: string;
  discountProne: string;
  leastUplift: string;
  leastMargin: string;
  rules: readonly PolicyRule[];
  otherwise: 'give' | 'refuse';
  note: string;
}

/** Shares are written as percent, as they are read everywhere. */
const percentOf = (share: number) => String(Number((100 * share).toFixed(6)));

const draftOf = (policyId: string, policy: Content): Draft => ({
  policyId,
  kind: policy.kind,
  highValue: String(policy.lapsing_recency_score?.['high-value'] ?? 3),
  highQuality: String(policy.lapsing_recency_score?.['high-quality'] ?? 2),
  weakPurse: percentOf(policy.weak_purse ?? 0.75),
  discountProne: percentOf(policy.discount_prone ?? 0.5),
  leastUplift: percentOf(policy.least_uplift ?? 0),
  leastMargin: policy.least_margin ?? '0',
  rules: policy.rules ?? [firstRule()],
  otherwise: policy.otherwise ?? 'refuse',
  note: '',
});

/** What is no number goes as it is: the service says what is wrong with it. */
const numberOf = (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? (text as never) : Number(text));

const shareOf = (percent: string) => {
  const number = numberOf(percent);
  return typeof number === 'number' ? Number((number / 100).toFixed(8)) : number;
};

/** undefined: a condition of its rules lacks its value. */
function policyOf(draft: Draft): Content | undefined {
  const { kind } = draft;
  if (kind === 'by-cause') {
    return {
      kind,
      lapsing_recency_score: { 'high-value': numberOf(draft.highValue), 'high-quality': numberOf(draft.highQuality) },
      weak_purse: shareOf(draft.weakPurse),
      discount_prone: shareOf(draft.discountProne),
    };
  }
  if (kind === 'uplift') return { kind, least_uplift: shareOf(draft.leastUplift) };
  if (kind === 'largest-incremental-margin') return { kind, least_margin: draft.leastMargin.trim() };
  if (kind !== 'rules') return { kind };
  return draft.rules.every(isRuleWhole) ? { kind, rules: [...draft.rules], otherwise: draft.otherwise } : undefined;
}

/** Whether there is enough to ask what would become of it. */
const isWhole = (policy: Content | undefined): boolean =>
  policy?.kind === 'by-cause' &&
  [policy.weak_purse, policy.discount_prone, ...Object.values(policy.lapsing_recency_score ?? {})].every(
    (value) => typeof value === 'number',
  );

/** The next version of a policy, or the first of a new one: it begins with what another says. */
export function Propose({
  policyId,
  from,
  onClose,
  onProposed,
}: {
  policyId: string;
  from: Content;
  onClose(): void;
  onProposed(policyId: string, version: number): void;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [draft, setDraft] = useState(() => draftOf(policyId, from));
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const { run, isRunning, error } = useChange<Proposed>(['/v1/policies']);
  const policy = policyOf(draft);
  const isBuiltIn = policyId !== 'rules' && kinds.some((kind) => kind === policyId);
  const propose = async () => {
    if (!policy) return;
    const note = draft.note.trim();
    const path = { policy_id: draft.policyId.trim() };
    const done = await run(
      post('/v1/policies/{policy_id}/versions', { path, body: { policy, ...(note && { note }) } }),
    );
    if (!done) return;
    toast({ title: t.isProposed(format.count(done.version)) });
    onProposed(done.policy_id, done.version);
    onClose();
  };
  const field = (key: 'highValue' | 'highQuality' | 'weakPurse' | 'discountProne' | 'leastUplift' | 'leastMargin') => {
    const [label, pointer] = {
      highValue: [t.thresholds['lapsing_recency_score/high-value'], 'policy/lapsing_recency_score/high-value'],
      highQuality: [t.thresholds['lapsing_recency_score/high-quality'], 'policy/lapsing_recency_score/high-quality'],
      weakPurse: [t.inPercent(t.thresholds.weak_purse), 'policy/weak_purse'],
      discountProne: [t.inPercent(t.thresholds.discount_prone), 'policy/discount_prone'],
      leastUplift: [t.inPercent(t.leastUplift), 'policy/least_uplift'],
      leastMargin: [t.leastMargin, 'policy/least_margin'],
    }[key] as [string, string];
    return (
      <TextField
        label={label}
        hint={t.hints[key]}
        inputMode="decimal"
        value={draft[key]}
        error={error?.fault(pointer)}
        onChange={(value) => set({ [key]: value })}
      />
    );
  };
  return (
    <Dialog
      isOpen
      wide
      onClose={onClose}
      title={t.propose}
      description={t.proposeText}
      actions={
        <Button kind="main" type="submit" form="propose-policy" working={isRunning} disabled={!policy}>
          {t.propose}
        </Button>
      }
    >
      <Form id="propose-policy" className="stack" onSubmit={propose}>
        <TextField
          label={t.name}
          hint={t.nameHint}
          value={draft.policyId}
          error={error?.fault('policy_id')}
          onChange={(value) => set({ policyId: value })}
        />
        {!(isBuiltIn && draft.policyId.trim() === policyId) && (
          <Select<Content['kind']>
            label={t.kind}
            value={draft.kind}
            error={error?.fault('policy/kind')}
            onChange={(kind) => set({ kind })}
            choices={kinds.map((value) => ({ value, label: t.kinds[value] }))}
          />
        )}
        {draft.kind === 'by-cause' && (
          <>
            {field('highValue')}
            {field('highQuality')}
            {field('weakPurse')}
            {field('discountProne')}
            <Needs policy={isWhole(policy) ? policy : undefined} before={from} />
          </>
        )}
        {draft.kind === 'uplift' && field('leastUplift')}
        {draft.kind === 'largest-incremental-margin' && field('leastMargin')}
        {draft.kind === 'rules' && (
          <>
            <RuleForm
              rules={draft.rules}
              onChange={(rules) => set({ rules })}
              fault={(pointer) => error?.fault(`policy/rules/${pointer}`)}
            />
            <Select<Draft['otherwise']>
              label={t.everybodyElse}
              value={draft.otherwise}
              onChange={(otherwise) => set({ otherwise })}
              choices={[
                { value: 'refuse', label: t.refuses },
                { value: 'give', label: t.gives },
              ]}
            />
            {/* As it will be read. */}
            <div aria-live="polite">
              {policy ? <Words policy={policy} /> : <p className="field-error">{t.lacksValue}</p>}
            </div>
          </>
        )}
        <TextField label={t.note} value={draft.note} error={error?.fault('note')} onChange={(note) => set({ note })} />
        {error && <Problem error={error} />}
      </Form>
    </Dialog>
  );
}

/** How many need a coupon by it, and by what it begins with. */
function Needs({ policy, before }: { policy: Content | undefined; before: Content }) {
  const t = useTexts(texts);
  const format = useFormat();
  const now = usePreview(before).data;
  const then = usePreview(policy).data;
  if (!policy || !then?.needs) return null;
  const { coupon, lower_priced_goods: goods } = then.needs;
  return (
    <p aria-live="polite">
      {t.wouldNeed(format.count(coupon), format.count(then.customers), format.count(goods))}{' '}
      {now?.needs && (
        <span className="muted">
          {t.insteadOf(format.count(now.needs.coupon), format.count(now.needs.lower_priced_goods))}
        </span>
      )}
    </p>
  );
}
