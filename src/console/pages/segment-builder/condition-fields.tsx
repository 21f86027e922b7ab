import { Checkbox } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { boundedTags, itemBehaviours, moneyFields, openTags, tagValues } from '../../shared/rules/fields.ts';
import { type Condition, kindOf } from '../../shared/rules/rule.ts';
import { SuggestedField } from '../../shared/suggested-field.tsx';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { NumberField, ValueList } from './inputs.tsx';
import { SegmentsField } from './segments-field.tsx';
import { texts } from './texts.ts';

interface Props {
  condition: Condition;
  onChange(change: (condition: Condition) => Condition): void;
}

/** A condition without a field that is not given: what is sent says only what is meant. */
function withField(condition: Condition, name: string, value: unknown): Condition {
  const { [name]: _, ...rest } = condition;
  return value === undefined || value === '' || value === false ? rest : { ...rest, [name]: value };
}

export function ConditionFields(props: Props) {
  switch (kindOf(props.condition)) {
    case 'behaviour':
      return <BehaviourFields {...props} />;
    case 'tag':
      return <TagFields {...props} />;
    case 'segment':
      return (
        <SegmentsField
          values={(props.condition['segment'] as string[] | undefined) ?? []}
          onChange={(values) => props.onChange((one) => ({ ...one, segment: values }))}
        />
      );
    default:
      return <Bounds {...props} />;
  }
}

function useSet({ condition, onChange }: Props) {
  return {
    value: (name: string) => condition[name],
    set: (name: string) => (value: unknown) => onChange((one) => withField(one, name, value)),
  };
}

function Bounds(props: Props & { hint?: string }) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  const kind = kindOf(props.condition);
  const isMoney = moneyFields.includes(String(props.condition[kind]));
  return (
    <>
      <NumberField
        label={t.atLeast}
        value={value('at_least')}
        onChange={set('at_least')}
        isMoney={isMoney}
        placeholder={props.hint}
      />
      <NumberField
        label={t.atMost}
        value={value('at_most')}
        onChange={set('at_most')}
        isMoney={isMoney}
        placeholder={props.hint}
      />
    </>
  );
}

function BehaviourFields(props: Props) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  const behaviour = String(value('behaviour'));
  const text = (name: string) => ({ value: String(value(name) ?? ''), onChange: set(name), placeholder: t.any });
  return (
    <>
      <Bounds {...props} />
      <NumberField label={t.days} value={value('within_days')} onChange={set('within_days')} />
      {behaviour !== 'search' && (
        <>
          <SuggestedField label={t.category} of="category" {...text('category')} />
          <SuggestedField label={t.brand} of="brand" {...text('brand')} />
          <SuggestedField label={t.item} {...text('item_id')} />
        </>
      )}
      {itemBehaviours.includes(behaviour) && (
        <div className="builder-wide">
          <Checkbox label={t.notBought} checked={value('not_bought') === true} onChange={set('not_bought')} />
        </div>
      )}
    </>
  );
}

function TagFields(props: Props) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const { value, set } = useSet(props);
  const tag = String(value('tag'));
  const chosen = (value('is') as string[] | undefined) ?? [];
  const setValues = (values: readonly string[]) => set('is')(values.length > 0 ? values : undefined);
  if (tag === 'expected-next-order') {
    return <NumberField label={t.days} value={value('within_days')} onChange={set('within_days')} />;
  }
  const closed = tagValues[tag];
  return (
    <>
      {closed && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset within a fieldset cannot be laid out as a row
        <div className="builder-wide row" role="group" aria-label={t.values}>
          {closed.map((one) => (
            <Checkbox
              key={one}
              label={wordOf(words.tagValues, one)}
              checked={chosen.includes(one)}
              onChange={(isOn) => setValues(closed.filter((other) => (other === one ? isOn : chosen.includes(other))))}
            />
          ))}
        </div>
      )}
      {openTags.includes(tag) && (
        <ValueList
          values={chosen}
          onChange={setValues}
          of={tag === 'preferred-category' ? 'category' : tag === 'preferred-brand' ? 'brand' : undefined}
        />
      )}
      {boundedTags.includes(tag) && <Bounds {...props} hint={t.shareHint} />}
    </>
  );
}
