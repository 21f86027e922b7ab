import { useSession } from '../../../app/session.tsx';
import { TextField } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** What may be given in all. */
export function BudgetFields({ draft, set, fault }: FieldsProps) {
  const t = useTexts(texts);
  const { shop } = useSession();
  return (
    <div className="campaign-editor-row">
      <TextField
        label={t.coupons}
        hint={t.noBound}
        inputMode="numeric"
        value={draft.coupons}
        error={fault('budget/coupons')}
        onChange={(coupons) => set({ coupons })}
      />
      <TextField
        label={t.money(shop.currency)}
        hint={t.moneyHint}
        inputMode="decimal"
        value={draft.money}
        error={fault('budget/money')}
        onChange={(money) => set({ money })}
      />
      <TextField
        label={t.minimum(shop.currency)}
        hint={t.minimumHint}
        inputMode="decimal"
        value={draft.minimum}
        error={fault('minimum_spend')}
        onChange={(minimum) => set({ minimum })}
      />
    </div>
  );
}
