import { useState } from 'react';
import { get, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { Button, type Choice, Combobox, Segmented, Select, TextField, useUrlState } from '../../kit/index.ts';
import { useSettled } from '../../shared/use-settled.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

export type Who = 'customer' | 'visitor' | 'cart';
const everybody = ['customer', 'visitor', 'cart'] as const;

export function useMaySeePersons(): boolean {
  return useMay()('train', 'customers');
}

/** For whom, as the address says; who may see nobody in person has carts alone. */
export function useWho(): [Who, (who: Who) => void, readonly Who[]] {
  const [who, setWho] = useUrlState<Who>('who', 'customer');
  const choices = useMaySeePersons() ? everybody : (['cart'] as const);
  return [choices.some((one) => one === who) ? who : (choices[0] as Who), setWho, choices];
}

/** Items as they stand in the address: ids may hold commas themselves. */
export const readIds = (text: string): string[] => text.split(',').filter(Boolean).map(decodeURIComponent);
export const writeIds = (ids: readonly string[]) => ids.map(encodeURIComponent).join(',');

/** For whom a list is looked at. */
export function WhoForm() {
  const t = useTexts(texts);
  const [who, setWho, whos] = useWho();
  const [cart, setCart] = useUrlState<string>('cart', '');
  const inCart = readIds(cart);
  return (
    <div className="stack">
      <div className="controls-row">
        <div className="field">
          <span className="field-label">{t.listFor}</span>
          <Segmented
            label={t.listFor}
            value={who}
            onChange={setWho}
            choices={whos.map((value) => ({ value, label: t.whos[value] }))}
          />
        </div>
        {who === 'customer' && <CustomerField label={t.whos.customer} placeholder={t.customerPlaceholder} />}
        {who === 'visitor' && <VisitorField />}
        <ItemField label={t.addToCart} onChoose={(id) => setCart(writeIds([...new Set([...inCart, id])]))} />
      </div>
      <ItemChips label={t.inCart} ids={inCart} remove={t.takeOut} onChange={(ids) => setCart(writeIds(ids))} />
    </div>
  );
}

/** Items that were chosen, each with a way to take it out; nothing where there are none. */
export function ItemChips({
  label,
  ids,
  remove,
  onChange,
}: {
  label: string;
  ids: readonly string[];
  remove(id: string): string;
  onChange(ids: readonly string[]): void;
}) {
  if (ids.length === 0) return null;
  return (
    <div className="chips">
      <span className="muted">{label}</span>
      {ids.map((id) => (
        <Button
          key={id}
          small
          icon="close"
          aria-label={remove(id)}
          onClick={() => onChange(ids.filter((one) => one !== id))}
        >
          {id}
        </Button>
      ))}
    </div>
  );
}

/** A customer, as the address says. */
export function CustomerField({ label, placeholder }: { label: string; placeholder: string }) {
  const [customer, set] = useUrlState<string>('customer', '');
  const [typed, setTyped] = useState('');
  // What is chosen stands in the field as well: it is not searched for again.
  const query = useSettled(typed === customer ? '' : typed);
  const found = useGet(get('/v1/customers', { query: { limit: 20, ...(query ? { query } : {}) } }));
  const choices: Choice<string>[] = (found.data?.items ?? []).map(({ customer_id: id }) => ({ value: id, label: id }));
  return (
    <Combobox
      label={label}
      placeholder={placeholder}
      value={customer ? { value: customer, label: customer } : null}
      onChange={(next) => set(next?.value ?? '')}
      onType={setTyped}
      choices={choices}
    />
  );
}

function VisitorField() {
  const t = useTexts(texts);
  const [visitor, set] = useUrlState<string>('visitor', '');
  return <TextField label={t.whos.visitor} hint={t.visitorHint} value={visitor} maxLength={128} onChange={set} />;
}

/** An item found by its title or id; the field is empty again once it is chosen. */
export function ItemField({
  label,
  hint,
  onChoose,
}: {
  label: string;
  hint?: string;
  onChoose(itemId: string, title: string): void;
}) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState('');
  const query = useSettled(typed);
  const found = useGet(get('/v1/items', { query: { limit: 20, for_sale: true, ...(query ? { query } : {}) } }));
  const choices = (found.data?.items ?? []).map(({ item_id, title }) => ({
    value: item_id,
    label: title ?? item_id,
    hint: item_id,
  }));
  return (
    <Combobox
      label={label}
      hint={hint}
      placeholder={t.itemPlaceholder}
      value={null}
      onChange={(next) => next && onChoose(next.value, next.label)}
      onType={setTyped}
      choices={choices}
    />
  );
}

/** What the list is made as if it were so: all of it in the address. */
export function AsIfForm() {
  const t = useTexts(texts);
  const [arm, setArm] = useUrlState<string>('arm', '');
  const [version, setVersion] = useUrlState<string>('version', '');
  const [category, setCategory] = useUrlState<string>('category', '');
  const [lowest, setLowest] = useUrlState<string>('min', '');
  const [highest, setHighest] = useUrlState<string>('max', '');
  const versions = useGet(
    get('/v1/models/{kind}/versions', { path: { kind: 'collaborative-filtering' }, query: { limit: 20 } }),
  );
  return (
    <div className="as-if">
      <Select
        label={t.version}
        value={version}
        onChange={setVersion}
        choices={[
          { value: '', label: t.publishedVersion },
          ...(versions.data?.items ?? []).map((one) => ({
            value: String(one.version),
            label: t.versionOf(String(one.version)),
            ...(one.published ? { hint: t.published } : {}),
          })),
        ]}
      />
      <Select
        label={t.arm}
        value={arm}
        onChange={setArm}
        choices={[
          { value: '', label: t.ownArm },
          { value: 'treatment', label: t.arms.treatment },
          { value: 'holdout', label: t.arms.holdout },
        ]}
      />
      <TextField label={t.category} placeholder={t.categoryPlaceholder} value={category} onChange={setCategory} />
      <TextField label={t.lowest} inputMode="decimal" value={lowest} onChange={setLowest} />
      <TextField label={t.highest} inputMode="decimal" value={highest} onChange={setHighest} />
    </div>
  );
}
