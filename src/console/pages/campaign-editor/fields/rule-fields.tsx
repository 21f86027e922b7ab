import { Segmented, TextArea, TextField } from '../../../kit/index.ts';
import type { Terms } from '../../../shared/campaigns/types.ts';
import { BundleNames } from '../../../shared/goods/bundle-names.tsx';
import { useSettled } from '../../../shared/use-settled.ts';
import { campaignTexts } from '../../../texts/campaigns.ts';
import { useTexts } from '../../../texts/texts.ts';
import { bundleOf } from '../draft.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';
import { LimitFields } from './limit-fields.tsx';

/** What it is good for, beside what, and how much in a period. */
export function RuleFields(props: FieldsProps) {
  const { draft, set, fault } = props;
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const bundle: string[] = JSON.parse(useSettled(JSON.stringify(bundleOf(draft)), 500));
  return (
    <div className="stack">
      <div className="campaign-editor-row">
        <TextArea
          label={t.categories}
          hint={t.categoriesHint}
          rows={3}
          value={draft.categories}
          error={fault('applies_to/categories')}
          onChange={(categories) => set({ categories })}
        />
        <TextArea
          label={t.items}
          hint={t.itemsHint}
          rows={3}
          spellCheck={false}
          value={draft.items}
          error={fault('applies_to/item_ids')}
          onChange={(items) => set({ items })}
        />
        <TextArea
          label={t.bundle}
          hint={t.bundleHint}
          rows={3}
          spellCheck={false}
          value={draft.bundle}
          error={fault('applies_to/bundle')}
          onChange={(bundle) => set({ bundle })}
        />
      </div>
      {bundle.length > 0 && (
        <p className="field-hint">
          {t.bundleIs} <BundleNames itemIds={bundle} />
        </p>
      )}
      <div className="field">
        <span className="field-label">{t.stacking}</span>
        <div>
          <Segmented<Terms['stacking']>
            label={t.stacking}
            value={draft.stacking}
            onChange={(stacking) => set({ stacking })}
            choices={(['exclusive', 'stackable'] as const).map((value) => ({ value, label: words.stacking[value] }))}
          />
        </div>
      </div>
      <div className="campaign-editor-row">
        {draft.stacking === 'stackable' && (
          <TextField
            label={t.stackingOrder}
            hint={t.stackingOrderHint}
            inputMode="numeric"
            value={draft.stackingOrder}
            error={fault('stacking_order')}
            onChange={(stackingOrder) => set({ stackingOrder })}
          />
        )}
        <TextField
          label={t.priority}
          hint={t.priorityHint}
          inputMode="numeric"
          value={draft.priority}
          error={fault('priority')}
          onChange={(priority) => set({ priority })}
        />
      </div>
      <LimitFields {...props} />
    </div>
  );
}
