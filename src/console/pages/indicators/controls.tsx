import { useSession } from '../../app/session.tsx';
import type { Grain } from '../../format/index.ts';
import { Segmented, Select, useRange, useUrlState } from '../../kit/index.ts';
import type { Indicator } from '../../shared/indicators.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Compare = '' | 'before' | 'year';

/** Days that the usual spans have to have for a grain to show a course; of hours at most. */
const fewestDays: Partial<Record<Grain, number>> = { week: 90, month: 365 };
const mostDaysOfHours = 14;

/** Chooses a grain, and with it a usual span that suits it; what somebody chose by dates stays, as far as hours may be of it. */
function useSetGrain(): (grain: Grain) => void {
  const { shop } = useSession();
  const { days } = useRange(shop.time_zone);
  const [from, , setAll] = useUrlState('from', '');
  return (grain) => {
    if (grain === 'hour' && days > mostDaysOfHours) setAll({ grain, days: '7', from: '', to: '' });
    else if (from === '' && days < (fewestDays[grain] ?? 0)) setAll({ grain, days: String(fewestDays[grain]) });
    else setAll({ grain });
  };
}

/** Grain, dimension and comparison, as far as the indicator is told so. */
export function Controls({
  indicator,
  grain,
  by,
  compare,
  hasYear,
}: {
  indicator: Indicator;
  grain: Grain;
  by: string;
  compare: Compare;
  /** whether anything is known of a year before */
  hasYear: boolean;
}) {
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const [, , setAll] = useUrlState('grain', '');
  const setGrain = useSetGrain();
  const dimensions = [
    { value: '', label: t.whole },
    ...indicator.dimensions.map((one) => ({ value: one as string, label: words.dimensions[one] })),
  ];
  const comparisons: { value: Compare; label: string }[] = [
    { value: '', label: t.noComparison },
    { value: 'before', label: t.timeBefore },
    // Who has it in the address learns why there is nothing.
    ...(hasYear || compare === 'year' ? [{ value: 'year' as const, label: t.yearBefore }] : []),
  ];
  return (
    <div className="controls">
      <div className="field">
        <span className="field-label">{t.grain}</span>
        <Segmented
          label={t.grain}
          value={grain}
          onChange={setGrain}
          choices={indicator.grains.map((one) => ({ value: one, label: words.grains[one] }))}
        />
      </div>
      {dimensions.length > 1 && (
        <Select label={t.by} value={by} onChange={(next) => setAll({ by: next })} choices={dimensions} />
      )}
      <Select
        label={t.compare}
        value={compare}
        onChange={(next) => setAll({ compare: next })}
        choices={comparisons}
        disabled={by !== ''}
        {...(by ? { hint: t.compareNotBy } : compare === 'year' && !hasYear ? { hint: t.noYearBefore } : {})}
      />
    </div>
  );
}
