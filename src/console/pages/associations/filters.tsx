import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { Button, Combobox, Select, Switch, useUrlState } from '../../kit/index.ts';
import { namesOf, useContextName } from '../../shared/goods/names.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Rules } from './rules.ts';
import { texts } from './texts.ts';

const bounds = {
  support: ['0', '0.001', '0.002', '0.005', '0.01', '0.02', '0.05'],
  confidence: ['0', '0.05', '0.1', '0.2', '0.3', '0.5', '0.75'],
  lift: ['0', '1.2', '1.5', '2', '3', '5', '10', '20'],
} as const;

/** What of the rules is drawn and listed. */
export function Filters({ rules }: { rules: Rules }) {
  const t = useTexts(texts);
  const contextName = useContextName();
  const [context, setContext] = useUrlState<string>('context', 'all');
  const [all, setAll] = useUrlState<'' | '1'>('all', '');
  return (
    <search className="rule-filters">
      <Select
        label={t.orders}
        value={context}
        onChange={setContext}
        choices={rules.contexts.map((one) => ({ value: one, label: contextName(one) }))}
      />
      <CategoryFilter />
      <Bound name="support" label={t.minSupport} />
      <Bound name="confidence" label={t.minConfidence} />
      <Bound name="lift" label={t.minLift} />
      <div className="rule-filters-end">
        <Switch label={t.onlySignificant} checked={!all} onChange={(only) => setAll(only ? '' : '1')} />
      </div>
      <ItemFilter rules={rules} />
    </search>
  );
}

/** A least figure; one that somebody wrote into the address is a choice too. */
function Bound({ name, label }: { name: keyof typeof bounds; label: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [value, set] = useUrlState<string>(name, '0');
  const values = [...new Set([...bounds[name], value])].sort((one, other) => Number(one) - Number(other));
  const write = (one: string) => (name === 'lift' ? format.plain(one) : format.plainPercent(one));
  return (
    <Select
      label={label}
      value={value}
      onChange={set}
      choices={values.map((one) => ({ value: one, label: one === '0' ? t.any : t.atLeast(write(one)) }))}
    />
  );
}

/** Categories of what was sold lately, and those above them. */
function CategoryFilter() {
  const t = useTexts(texts);
  const { shop } = useSession();
  const [category, set] = useUrlState<string>('category', '');
  const now = today(shop.time_zone);
  const sold = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: 'net-sales' },
      query: { by: 'category', grain: 'month', from: addDays(now, -31), to: now, limit: 300 },
    }),
  );
  const paths = new Set(category ? [category] : []);
  for (const { member } of sold.data?.items ?? []) {
    const parts = (member ?? '').split(' > ').filter(Boolean);
    parts.forEach((_, depth) => {
      paths.add(parts.slice(0, depth + 1).join(' > '));
    });
  }
  const choices = [...paths].sort().map((one) => ({ value: one, label: one }));
  return (
    <Combobox
      label={t.category}
      placeholder={t.anyCategory}
      value={choices.find(({ value }) => value === category) ?? null}
      onChange={(next) => set(next?.value ?? '')}
      choices={choices}
    />
  );
}

function ItemFilter({ rules }: { rules: Rules }) {
  const t = useTexts(texts);
  const [item, set] = useUrlState<string>('item', '');
  if (!item) return null;
  return (
    <div className="rule-filters-item">
      <span className="muted">{t.ofItem}</span> <strong>{namesOf(rules.named_items).get(item) ?? item}</strong>
      <Button small icon="close" onClick={() => set('')}>
        {t.allItems}
      </Button>
    </div>
  );
}
