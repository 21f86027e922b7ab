import { Panel } from '../../kit/index.ts';
import type { Campaign, Terms } from '../../shared/campaigns/types.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { useTermRows } from '../../shared/campaigns/words.ts';
import { useTexts } from '../../texts/texts.ts';
import type { WrittenTerms } from './draft.ts';
import { texts } from './texts.ts';

/** What would be other than it is. */
export function ChangedTerms({ current, terms }: { current: Campaign; terms: WrittenTerms }) {
  const t = useTexts(texts);
  const rowsOf = useTermRows();
  const names = useSegmentNames();
  const next: Terms = {
    ...terms,
    time_zone: current.time_zone,
    budget: { coupons: terms.budget.coupons ?? null, money: terms.budget.money ?? null },
    minimum_spend: terms.minimum_spend ?? null,
  };
  const before = rowsOf(current, names);
  const after = new Map(rowsOf(next, names));
  const changed = before.filter(([name, value]) => after.get(name) !== value);
  return (
    <Panel title={t.changes} note={changed.length === 0 ? t.nothingChanged : t.changesNote}>
      <ul className="campaign-editor-changes">
        {changed.map(([name, value]) => (
          <li key={name}>
            <span className="muted">{name}</span> <del>{value}</del> → <ins>{after.get(name)}</ins>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
