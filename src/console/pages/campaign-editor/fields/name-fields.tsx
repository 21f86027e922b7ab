import { Facts, IdField, TextField } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

export function NameFields({
  draft,
  set,
  fault,
  isNew,
  id,
  onId,
}: FieldsProps & { id: string; onId(id: string | undefined): void }) {
  const t = useTexts(texts);
  return (
    <div className="campaign-editor-row">
      <TextField
        label={t.name}
        hint={t.nameHint}
        value={draft.name}
        required
        maxLength={256}
        error={fault('name')}
        onChange={(name) => set({ name })}
      />
      {isNew ? (
        <IdField
          label={t.id}
          hint={t.idHint}
          value={id}
          required
          error={fault('campaign_id')}
          onChange={(next) => onId(next || undefined)}
        />
      ) : (
        <Facts
          facts={[
            [
              t.id,
              <span className="mono" key="id">
                {id}
              </span>,
            ],
          ]}
        />
      )}
    </div>
  );
}
