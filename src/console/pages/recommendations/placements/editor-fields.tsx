import { useSession } from '../../../app/session.tsx';
import { Select, TextArea, TextField } from '../../../kit/index.ts';
import { SuggestedField } from '../../../shared/suggested-field.tsx';
import { useTexts } from '../../../texts/texts.ts';
import { type Draft, readMore } from './draft.ts';
import { PinnedItems } from './pinned-items.tsx';
import { SegmentChoice } from './segment-choice.tsx';
import { placementTexts } from './texts.ts';
import { isOfValues, methods, type PageOfLists } from './types.ts';

/** The fields of a placement. */
export function EditorFields({
  draft,
  set,
  isNew,
  isTaken,
  list,
  fault,
}: {
  draft: Draft;
  set(change: Partial<Draft>): void;
  isNew: boolean;
  isTaken: boolean;
  /** as the placement's would be; undefined: nobody has seen it yet */
  list: PageOfLists['placements'][number]['items'] | undefined;
  /** what the service says of a field */
  fault(field: string): string | undefined;
}) {
  const t = useTexts(placementTexts);
  return (
    <>
      {isNew && (
        <TextField
          label={t.name}
          hint={t.nameHint}
          required
          autoFocus
          pattern="[A-Za-z0-9_.:\-]{1,64}"
          maxLength={64}
          autoComplete="off"
          value={draft.name}
          error={isTaken ? t.nameTaken : fault('placement')}
          onChange={(name) => set({ name })}
        />
      )}
      <TextField
        label={t.listTitle}
        hint={t.listTitleHint}
        autoFocus={!isNew}
        maxLength={200}
        value={draft.title}
        error={fault('title')}
        onChange={(title) => set({ title })}
      />
      <Select
        label={t.method}
        hint={t.methodHints[draft.method]}
        value={draft.method}
        onChange={(method) => set({ method })}
        choices={methods.map((value) => ({ value, label: t.methods[value] }))}
        error={fault('method')}
      />
      {draft.method === 'popular' && (
        <SegmentChoice value={draft.segment} error={fault('segment')} onChange={(segment) => set({ segment })} />
      )}
      <TextField
        label={t.most}
        inputMode="numeric"
        required
        value={draft.limit}
        error={fault('limit')}
        onChange={(limit) => set({ limit })}
      />
      <FilterFields draft={draft} set={set} fault={fault} />
      {!isOfValues(draft.method) && (
        <PinnedItems pinned={draft.pinned} list={list} onChange={(pinned) => set({ pinned })} />
      )}
    </>
  );
}

function FilterFields({
  draft,
  set,
  fault,
}: {
  draft: Draft;
  set(change: Partial<Draft>): void;
  fault(field: string): string | undefined;
}) {
  const t = useTexts(placementTexts);
  const { shop } = useSession();
  const price = (name: 'lowest' | 'highest', field: string) => (
    <TextField
      label={t[name](shop.currency)}
      inputMode="decimal"
      placeholder={t.any}
      value={draft[name]}
      error={fault(`filter/${field}`)}
      onChange={(amount) => set({ [name]: amount })}
    />
  );
  return (
    <fieldset className="placement-conditions">
      <legend className="field-label">{t.conditions}</legend>
      <SuggestedField
        label={t.category}
        of="category"
        placeholder={t.any}
        value={draft.category}
        error={fault('filter/category')}
        onChange={(category) => set({ category })}
      />
      <SuggestedField
        label={t.brand}
        of="brand"
        placeholder={t.any}
        value={draft.brand}
        error={fault('filter/brand')}
        onChange={(brand) => set({ brand })}
      />
      {price('lowest', 'min_price')}
      {price('highest', 'max_price')}
      <details className="placement-more" open={draft.more !== ''}>
        <summary>{t.more}</summary>
        <TextArea
          label={t.more}
          hideLabel
          hint={t.moreHint}
          className="input mono"
          spellCheck={false}
          value={draft.more}
          error={readMore(draft.more) ? undefined : t.notJson}
          onChange={(more) => set({ more })}
        />
      </details>
    </fieldset>
  );
}
