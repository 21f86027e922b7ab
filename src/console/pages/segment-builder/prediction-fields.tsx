import { usePredictedAttributes } from '../../shared/people/use-predicted-attributes.ts';
import { NumberField, ValueList } from '../../shared/rules/inputs.tsx';
import type { Condition } from '../../shared/rules/rule.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Which values of a predicted attribute, and how probable they must be. */
export function PredictionFields({
  condition,
  onChange,
}: {
  condition: Condition;
  onChange(change: (condition: Condition) => Condition): void;
}) {
  const t = useTexts(texts);
  const attribute = usePredictedAttributes().find(({ name }) => name === condition['prediction']);
  return (
    <>
      <NumberField
        label={t.probability}
        value={condition['at_least']}
        placeholder={t.shareHint}
        onChange={(least) =>
          onChange(({ at_least: _, ...one }) => (least === undefined ? one : { ...one, at_least: least }))
        }
      />
      <ValueList
        values={(condition['is'] as string[] | undefined) ?? []}
        onChange={(values) => onChange((one) => ({ ...one, is: values }))}
        of={undefined}
        more={attribute?.labels.map(({ value }) => value)}
      />
    </>
  );
}
