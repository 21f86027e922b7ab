import { Checkbox, TextField } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** Whether it opens only once enough have joined it. */
export function GroupFields({ draft, set, fault, isNew, timeZone }: FieldsProps) {
  const t = useTexts(texts);
  return (
    <div className="stack">
      <Checkbox
        label={t.isGroup}
        hint={t.isGroupHint}
        disabled={!isNew}
        checked={draft.isGroup}
        error={fault('group_offer')}
        onChange={(isGroup) => set({ isGroup, ...(isGroup && draft.policy === null && { policy: 'everyone' }) })}
      />
      {draft.isGroup && (
        <div className="campaign-editor-row">
          <TextField
            label={t.joiners}
            inputMode="numeric"
            disabled={!isNew}
            value={draft.joiners}
            error={fault('group_offer/joiners')}
            onChange={(joiners) => set({ joiners })}
          />
          <TextField
            label={t.joinUntil}
            hint={t.timeHint(timeZone)}
            type="datetime-local"
            disabled={!isNew}
            value={draft.joinUntil}
            error={fault('group_offer/join_until')}
            onChange={(joinUntil) => set({ joinUntil })}
          />
        </div>
      )}
    </div>
  );
}
