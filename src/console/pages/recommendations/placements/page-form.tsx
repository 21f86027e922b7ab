import { Button, Select, useUrlState } from '../../../kit/index.ts';
import { SuggestedField } from '../../../shared/suggested-field.tsx';
import { useTexts } from '../../../texts/texts.ts';
import { CustomerField, ItemChips, ItemField, readIds, useMaySeePersons, writeIds } from '../who.tsx';
import type { Draft } from './draft.ts';
import { placementTexts } from './texts.ts';
import type { Placement } from './types.ts';
import type { PagePreview } from './use-page-preview.ts';

/** For whom and where the page of the preview is: all of it in the address. */
export function PageForm({
  draft,
  all,
  bestSeller,
}: {
  draft: Draft;
  all: readonly Placement[];
  bestSeller: PagePreview['bestSeller'];
}) {
  const t = useTexts(placementTexts);
  const maySeePersons = useMaySeePersons();
  const [item, setItem] = useUrlState<string>('item', '');
  const [category, setCategory] = useUrlState<string>('of', '');
  const [found, setFound] = useUrlState<string>('found', '');
  const foundIds = readIds(found);
  return (
    <>
      <div className="controls-row">
        {maySeePersons && <CustomerField label={t.shopper} placeholder={t.shopperPlaceholder} />}
        <ItemField
          label={t.lookedAt}
          {...(bestSeller ? { hint: t.lookedAtHint(bestSeller.title ?? bestSeller.item_id) } : {})}
          onChoose={setItem}
        />
        {!draft.category && (
          <SuggestedField
            label={t.categoryPage}
            of="category"
            placeholder={t.any}
            value={category}
            onChange={setCategory}
          />
        )}
        {draft.method === 're-rank' && (
          <ItemField label={t.foundAdd} onChoose={(id) => setFound(writeIds([...new Set([...foundIds, id])]))} />
        )}
        <AlsoOnPage all={all} name={draft.name} />
      </div>
      <ItemChips label={t.lookedAt} ids={item ? [item] : []} remove={t.takeOut} onChange={() => setItem('')} />
      <ItemChips label={t.found} ids={foundIds} remove={t.takeOut} onChange={(ids) => setFound(writeIds(ids))} />
      <Others />
    </>
  );
}

function AlsoOnPage({ all, name }: { all: readonly Placement[]; name: string }) {
  const t = useTexts(placementTexts);
  const [others, setOthers] = useUrlState<string>('with', '');
  const chosen = others.split(',').filter(Boolean);
  const left = all.filter((one) => one.name !== name && !chosen.includes(one.name));
  if (left.length === 0 || chosen.length >= 19) return null;
  return (
    <Select
      label={t.alsoOnPage}
      placeholder={t.add}
      value={null}
      onChange={(next: string) => setOthers([...chosen, next].join(','))}
      choices={left.map((one) => ({ value: one.name, label: one.name, hint: t.methods[one.method] }))}
    />
  );
}

function Others() {
  const t = useTexts(placementTexts);
  const [others, setOthers] = useUrlState<string>('with', '');
  const chosen = others.split(',').filter(Boolean);
  if (chosen.length === 0) return null;
  return (
    <div className="chips">
      <span className="muted">{t.alsoOnPage}</span>
      {chosen.map((name) => (
        <Button
          key={name}
          small
          icon="close"
          aria-label={t.takeOut(name)}
          onClick={() => setOthers(chosen.filter((one) => one !== name).join(','))}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}
