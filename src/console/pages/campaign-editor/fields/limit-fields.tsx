import { Button, IconButton, Select, TextField } from '../../../kit/index.ts';
import type { CouponLimit } from '../../../shared/campaigns/types.ts';
import { campaignTexts } from '../../../texts/campaigns.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** The service takes no more. */
const mostLimits = 12;

/** How many coupons may be taken in a period, by campaign, customer or code. */
export function LimitFields({ draft, set, fault }: FieldsProps) {
  const t = useTexts(texts);
  const { limits } = draft;
  const change = (place: number, next: Partial<CouponLimit>) =>
    set({ limits: limits.map((one, at) => (at === place ? { ...one, ...next } : one)) });
  return (
    <fieldset className="campaign-editor-set">
      <legend className="field-label">{t.limits}</legend>
      {limits.map((limit, place) => (
        <Limit
          // biome-ignore lint/suspicious/noArrayIndexKey: a limit is its place, all else of it can change
          key={place}
          limit={limit}
          place={place}
          error={fault(`limits/${place}`) ?? fault(`limits/${place}/period`) ?? fault(`limits/${place}/units`)}
          onChange={(next) => change(place, next)}
          onRemove={() => set({ limits: limits.filter((_, at) => at !== place) })}
        />
      ))}
      {limits.length < mostLimits && (
        <div>
          <Button
            small
            icon="plus"
            onClick={() => set({ limits: [...limits, { per: 'campaign', period: 'day', units: 100 }] })}
          >
            {t.addLimit}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function Limit({
  limit,
  place,
  error,
  onChange,
  onRemove,
}: {
  limit: CouponLimit;
  place: number;
  error: string | undefined;
  onChange(next: Partial<CouponLimit>): void;
  onRemove(): void;
}) {
  const t = useTexts(texts);
  const words = useTexts(campaignTexts);
  const choicesOf = <Value extends string>(from: Readonly<Record<Value, string>>) =>
    Object.entries<string>(from).map(([value, label]) => ({ value: value as Value, label }));
  const number = String(place + 1);
  return (
    <div className="campaign-editor-limit">
      <TextField
        label={t.limitUnits(number)}
        hideLabel
        inputMode="numeric"
        value={Number.isNaN(limit.units) ? '' : String(limit.units)}
        error={error}
        onChange={(units) => onChange({ units: Number.parseInt(units, 10) })}
      />
      <Select<CouponLimit['period']>
        label={t.limitPeriod(number)}
        hideLabel
        value={limit.period}
        onChange={(period) => onChange({ period })}
        choices={choicesOf(words.period)}
      />
      <Select<CouponLimit['per']>
        label={t.limitPer(number)}
        hideLabel
        value={limit.per}
        onChange={(per) => onChange({ per })}
        choices={choicesOf(words.per)}
      />
      <IconButton icon="trash" label={t.removeLimit(number)} onClick={onRemove} />
    </div>
  );
}
