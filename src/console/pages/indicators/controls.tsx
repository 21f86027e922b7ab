import type { Grain } from '../../format/index.ts';
import { Segmented, Select, useUrlState } from '../../kit/index.ts';
import type { Indicator } from '../../shared/indicators.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Compare = '' | 'before' | 'year';

/** Grain, dimension and comparison, as far as the indicator is told so. */
export function Controls({
  indicator,
  grain,
  by,
  compare,
}: {
  indicator: Indicator;
  grain: Grain;
  by: string;
  compare: Compare;
}) {
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const [, , setAll] = useUrlState('grain', '');
  const dimensions = [
    { value: '', label: t.whole },
    ...indicator.dimensions.map((one) => ({ value: one as string, label: words.dimensions[one] })),
  ];
  const comparisons: { value: Compare; label: string }[] = [
    { value: '', label: t.noComparison },
    { value: 'before', label: t.timeBefore },
    { value: 'year', label: t.yearBefore },
  ];
  return (
    <div className="controls">
      <div className="field">
        <span className="field-label">{t.grain}</span>
        <Segmented
          label={t.grain}
          value={grain}
          onChange={(next) => setAll({ grain: next })}
          choices={indicator.grains.map((one) => ({ value: one, label: words.grains[one] }))}
        />
      </div>
      {dimensions.length > 1 && (
        <Select label={t.by} value={by} onChange={(next) => setAll({ by: next })} choices={dimensions} />
      )}
      {!by && (
        <Select
          label={t.compare}
          value={compare}
          onChange={(next) => setAll({ compare: next })}
          choices={comparisons}
        />
      )}
    </div>
  );
}
