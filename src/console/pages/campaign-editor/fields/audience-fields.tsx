import { Link } from 'wouter';
import { get, useGet } from '../../../api/index.ts';
import { useFormat } from '../../../format/index.ts';
import { Checkbox, Notice, Select, TextField } from '../../../kit/index.ts';
import { policyPath, usePolicyName } from '../../../shared/campaigns/policy-names.ts';
import { useOwnSegments } from '../../../shared/campaigns/use-segment-names.ts';
import { groupOrder } from '../../../shared/people/names.ts';
import { campaignTexts } from '../../../texts/campaigns.ts';
import { peopleTexts } from '../../../texts/people.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** Whom it is for, and who of them is left alone. */
export function AudienceFields({ draft, set, fault, isNew }: FieldsProps) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const people = useTexts(peopleTexts);
  const format = useFormat();
  const { data } = useOwnSegments();
  const all = useGet(get('/v1/policies')).data?.items ?? [];
  const policies = all.filter(({ published }) => published);
  const proposed = all.filter(({ published }) => !published);
  const nameOf = usePolicyName();
  const usual = policies.find(({ is_default }) => is_default);
  const chosen = draft.policy ? policies.find(({ policy_id: id }) => id === draft.policy) : usual;
  const kind = chosen?.published?.policy.kind;
  const named = [...new Set([...policies.map(({ policy_id: id }) => id), ...(draft.policy ? [draft.policy] : [])])];
  const choices = [
    { value: '', label: t.usualPolicy(usual ? nameOf(usual.policy_id) : '') },
    ...named.map((id) => ({ value: id, label: nameOf(id) })),
  ];
  const own = data?.defined ?? [];
  const hasControl = !draft.isGroup && Number(draft.control) !== 0;
  const sizeOf = (group: string) => data?.items.find(({ segment_id }) => segment_id === `group-${group}`)?.customers;
  const toggled = <One extends string>(among: readonly One[], one: One, isOn: boolean) =>
    isOn ? [...among, one] : among.filter((other) => other !== one);
  return (
    <div className="stack">
      <fieldset className="campaign-editor-set">
        <legend className="field-label">{t.groups}</legend>
        <div className="campaign-editor-checks">
          {groupOrder.map((group) => (
            <Checkbox
              key={group}
              label={withCount(people.groups[group], sizeOf(group), format.count)}
              checked={draft.groups.includes(group)}
              onChange={(isOn) => set({ groups: toggled(draft.groups, group, isOn) })}
            />
          ))}
        </div>
        <p className="field-hint">{t.groupsHint}</p>
      </fieldset>
      {own.length > 0 && (
        <fieldset className="campaign-editor-set">
          <legend className="field-label">{t.segments}</legend>
          <div className="campaign-editor-checks">
            {own.map(({ segment_id: id, name, members }) => (
              <Checkbox
                key={id}
                label={withCount(name, members, format.count)}
                checked={draft.segments.includes(id)}
                onChange={(isOn) => set({ segments: toggled(draft.segments, id as string, isOn) })}
              />
            ))}
          </div>
          <p className="field-hint">{t.segmentsHint}</p>
        </fieldset>
      )}
      {fault('target_segments') && <p className="field-error">{fault('target_segments')}</p>}
      <Select<string>
        label={t.policy}
        hint={[kind && t.policyHints[kind], hasControl && t.drawnLast].filter(Boolean).join(' ')}
        error={fault('policy')}
        value={draft.policy ?? ''}
        onChange={(policy) => set({ policy: policy || null })}
        choices={choices}
      />
      {proposed.length > 0 && (
        <p className="field-hint">
          {t.notPublished}{' '}
          {proposed.map(({ policy_id: id }, place) => (
            <span key={id}>
              {place > 0 && ', '}
              <Link href={policyPath(id)}>{nameOf(id)}</Link>
            </span>
          ))}
        </p>
      )}
      <Checkbox
        label={t.guests}
        hint={isNew ? t.guestsHint : t.fixed}
        disabled={!isNew}
        checked={draft.guests}
        error={fault('guests')}
        onChange={(guests) => set({ guests })}
      />
      {draft.guests && kind === 'by-cause' && <Notice tone="warn">{t.guestsGetNothing}</Notice>}
      <div className="campaign-editor-row">
        <TextField
          label={t.control}
          hint={draft.isGroup ? t.groupHasNoControl : isNew ? t.controlHint : t.controlFixed}
          inputMode="decimal"
          disabled={!isNew || draft.isGroup}
          value={draft.isGroup ? '0' : draft.control}
          error={fault('control_share')}
          onChange={(control) => set({ control })}
        />
        <TextField
          label={t.perCustomer}
          inputMode="numeric"
          value={draft.perCustomer}
          error={fault('limit_per_customer')}
          onChange={(perCustomer) => set({ perCustomer })}
        />
      </div>
      <div className="campaign-editor-row">
        {hasControl && (
          <Select<typeof draft.isolation>
            label={words.term.isolation}
            hint={isNew ? t.isolationHint : t.controlFixed}
            disabled={!isNew}
            error={fault('isolation')}
            value={draft.isolation}
            onChange={(isolation) => set({ isolation })}
            choices={(['campaign', 'channel', 'all'] as const).map((value) => ({
              value,
              label: words.isolation[value],
            }))}
          />
        )}
        <TextField
          label={words.term.channel}
          hint={t.channelHint}
          value={draft.channel}
          error={fault('channel')}
          onChange={(channel) => set({ channel })}
        />
      </div>
    </div>
  );
}

const withCount = (name: string, count: number | undefined, write: (count: number) => string) => (
  <>
    {name} {count !== undefined && <span className="muted">{write(count)}</span>}
  </>
);
