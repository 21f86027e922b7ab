import { useSession } from '../../../app/session.tsx';
import { Segmented, TextField } from '../../../kit/index.ts';
import type { Discount } from '../../../shared/campaigns/types.ts';
import { campaignTexts } from '../../../texts/campaigns.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';
import { HourFields } from './hour-fields.tsx';

const types = ['percent', 'amount', 'free-shipping', 'buy-x-get-y'] as const;

/** What a coupon takes off, and in what time. */
export function OfferFields(props: FieldsProps) {
  const { draft, set, fault, timeZone } = props;
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  return (
    <>
      <div className="field">
        <span className="field-label">{t.discount}</span>
        <div>
          <Segmented<Discount['type']>
            label={t.discount}
            value={draft.type}
            onChange={(type) => set({ type })}
            choices={types.map((value) => ({ value, label: words.discounts[value] }))}
          />
        </div>
      </div>
      <DiscountFields {...props} />
      <div className="campaign-editor-row">
        <TextField
          label={t.from}
          hint={t.timeHint(timeZone)}
          type="datetime-local"
          required
          value={draft.from}
          error={fault('valid_from')}
          onChange={(from) => set({ from })}
        />
        <TextField
          label={t.until}
          type="datetime-local"
          required
          value={draft.until}
          error={fault('valid_until')}
          onChange={(until) => set({ until })}
        />
        <TextField
          label={t.validDays}
          hint={t.validDaysHint}
          inputMode="numeric"
          value={draft.validDays}
          error={fault('coupon_valid_days')}
          onChange={(validDays) => set({ validDays })}
        />
      </div>
      <HourFields {...props} />
    </>
  );
}

function DiscountFields({ draft, set, fault }: FieldsProps) {
  const t = useTexts(texts);
  const { shop } = useSession();
  const { type } = draft;
  if (type === 'free-shipping') return <p className="field-hint">{t.freeShippingHint}</p>;
  if (type === 'amount') {
    return (
      <div className="campaign-editor-row">
        <TextField
          label={t.amount(shop.currency)}
          inputMode="decimal"
          required
          value={draft.amount}
          error={fault('discount/amount')}
          onChange={(amount) => set({ amount })}
        />
      </div>
    );
  }
  return (
    <div className="campaign-editor-row">
      {type === 'buy-x-get-y' && (
        <>
          <TextField
            label={t.buy}
            inputMode="numeric"
            required
            value={draft.buy}
            error={fault('discount/buy')}
            onChange={(buy) => set({ buy })}
          />
          <TextField
            label={t.get}
            inputMode="numeric"
            required
            value={draft.get}
            error={fault('discount/get')}
            onChange={(get) => set({ get })}
          />
        </>
      )}
      <TextField
        label={type === 'percent' ? t.percent : t.percentOfGet}
        inputMode="decimal"
        required
        value={draft.percent}
        error={fault('discount/percent')}
        onChange={(percent) => set({ percent })}
      />
      <TextField
        label={t.most(shop.currency)}
        hint={t.mostHint}
        inputMode="decimal"
        value={draft.most}
        error={fault('discount/maximum_discount')}
        onChange={(most) => set({ most })}
      />
    </div>
  );
}
