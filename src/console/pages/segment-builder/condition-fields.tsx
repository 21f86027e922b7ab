import { Checkbox, Select, TextField } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import {
  boundedTags,
  everDays,
  itemBehaviours,
  moneyFields,
  openTags,
  periods,
  samesOf,
  tagValues,
} from '../../shared/rules/fields.ts';
import { NumberField, ValueList } from '../../shared/rules/inputs.tsx';
import { type Condition, kindOf } from '../../shared/rules/rule.ts';
import { SegmentsField } from '../../shared/rules/segments-field.tsx';
import { useAttributes } from '../../shared/rules/use-attributes.ts';
import { SuggestedField } from '../../shared/suggested-field.tsx';
import { peopleTexts } from '../../texts/people.ts';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { PredictionFields } from './prediction-fields.tsx';
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
    case 'spend':
      return <BehaviourFields {...props} />;
    case 'coupons':
      return <CouponFields {...props} />;
    case 'last':
      return <LastFields {...props} />;
    case 'random':
      return <RandomFields {...props} />;
    case 'tag':
      return <TagFields {...props} />;
    case 'prediction':
      return <PredictionFields {...props} />;
    case 'attribute':
      return <AttributeFields {...props} />;
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

/** So many days before now, a period of the calendar, or from a day on. */
function WindowFields({ condition, onChange }: Props) {
  const t = useTexts(texts);
  const { periods: names, ever } = useTexts(ruleTexts);
  const during = String(condition['during'] ?? '');
  const since = condition['since'];
  const isEver = condition['within_days'] === everDays;
  const chosen = during || (since !== undefined ? 'since' : isEver ? 'ever' : 'days');
  const choose = (next: string) =>
    onChange(({ within_days: _, during: __, since: ___, before: ____, ...one }) => {
      if (next === 'days') return { ...one, within_days: 90 };
      if (next === 'ever') return { ...one, within_days: everDays };
      return next === 'since' ? { ...one, since: `${new Date().getFullYear()}-01-01` } : { ...one, during: next };
    });
  const setDay = (name: string) => (day: string) => onChange((one) => withField(one, name, day));
  return (
    <>
      <Select
        label={t.when}
        value={chosen}
        onChange={choose}
        choices={[
          { value: 'days', label: t.days },
          { value: 'ever', label: ever },
          ...periods.map((value) => ({ value, label: names[value] })),
          { value: 'since', label: t.since },
        ]}
      />
      {chosen === 'days' && (
        <NumberField
          label={t.days}
          value={condition['within_days']}
          onChange={(days) => onChange((one) => withField(one, 'within_days', days))}
        />
      )}
      {chosen === 'since' && (
        <>
          <TextField label={t.since} type="date" value={String(since ?? '')} onChange={setDay('since')} />
          <TextField
            label={t.before}
            type="date"
            value={String(condition['before'] ?? '')}
            onChange={setDay('before')}
          />
        </>
      )}
    </>
  );
}

function BehaviourFields(props: Props) {
  const t = useTexts(texts);
  const { sames } = useTexts(ruleTexts);
  const { value, set } = useSet(props);
  const behaviour = String(value('behaviour'));
  const isSpend = kindOf(props.condition) === 'spend';
  const isOrder = isSpend || behaviour === 'purchase';
  const text = (name: string) => ({ value: String(value(name) ?? ''), onChange: set(name), placeholder: t.any });
  return (
    <>
      <Bounds {...props} />
      <WindowFields {...props} />
      {behaviour !== 'search' && (
        <>
          <SuggestedField label={t.category} of="category" {...text('category')} />
          <SuggestedField label={t.brand} of="brand" {...text('brand')} />
          <SuggestedField label={t.item} {...text('item_id')} />
        </>
      )}
      <SuggestedField label={t.channel} {...text('channel')} />
      {isOrder ? (
        <SuggestedField label={t.store} {...text('store')} />
      ) : (
        <SuggestedField label={t.language} {...text('language')} />
      )}
      <Select
        label={t.same}
        value={String(value('same') ?? '')}
        onChange={(next) => set('same')(next)}
        choices={[
          { value: '', label: t.any },
          ...samesOf(isSpend ? 'net' : behaviour).map((one) => ({ value: one, label: wordOf(sames, one) })),
        ]}
      />
      {itemBehaviours.includes(behaviour) && (
        <div className="builder-wide">
          <Checkbox label={t.notBought} checked={value('not_bought') === true} onChange={set('not_bought')} />
        </div>
      )}
    </>
  );
}

function CouponFields(props: Props) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  return (
    <>
      <Bounds {...props} />
      <WindowFields {...props} />
      <SuggestedField
        label={t.campaign}
        value={String(value('campaign_id') ?? '')}
        onChange={set('campaign_id')}
        placeholder={t.any}
      />
    </>
  );
}

function LastFields(props: Props) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  return (
    <>
      <NumberField label={t.longerAgo} value={value('not_within_days')} onChange={set('not_within_days')} />
      <NumberField label={t.atMostAgo} value={value('within_days')} onChange={set('within_days')} />
      <div className="builder-wide">
        <Checkbox label={t.orNever} checked={value('or_never') === true} onChange={set('or_never')} />
      </div>
    </>
  );
}

function RandomFields(props: Props) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  return (
    <>
      <TextField label={t.draw} value={String(value('random') ?? '')} maxLength={64} onChange={set('random')} />
      <NumberField label={t.from} value={value('from')} onChange={set('from')} placeholder={t.shareHint} />
      <NumberField label={t.below} value={value('below')} onChange={set('below')} placeholder={t.shareHint} />
    </>
  );
}

/** Of an attribute what can be asked of its type. */
function AttributeFields(props: Props) {
  const t = useTexts(texts);
  const { value, set } = useSet(props);
  const attribute = useAttributes().find(({ name }) => name === value('attribute'));
  const chosen = (value('is') as (string | boolean)[] | undefined) ?? [];
  const setValues = (values: readonly unknown[]) => set('is')(values.length > 0 ? values : undefined);
  switch (attribute?.type) {
    case 'number':
      return <Bounds {...props} />;
    case 'yes-no':
      return (
        <Select
          label={t.values}
          value={chosen.length === 1 ? String(chosen[0]) : ''}
          onChange={(next) => setValues(next === '' ? [] : [next === 'true'])}
          choices={[
            { value: '', label: t.any },
            { value: 'true', label: t.yes },
            { value: 'false', label: t.no },
          ]}
        />
      );
    case 'date': {
      // One or the other: a day of its own, or the day of each year.
      const setDay = (name: string) => (day: string) =>
        props.onChange(({ anniversary_within_days: _, anniversary_past_days: __, ...one }) =>
          withField(one, name, day),
        );
      const setDays = (name: string) => (days: unknown) =>
        props.onChange(({ since: _, before: __, ...one }) => withField(one, name, days));
      const isYearly = ['anniversary_within_days', 'anniversary_past_days'].some((name) => value(name) !== undefined);
      return (
        <>
          <TextField label={t.since} type="date" value={String(value('since') ?? '')} onChange={setDay('since')} />
          <TextField label={t.before} type="date" value={String(value('before') ?? '')} onChange={setDay('before')} />
          <NumberField
            key={`ahead ${isYearly}`}
            label={t.anniversary}
            value={value('anniversary_within_days')}
            onChange={setDays('anniversary_within_days')}
          />
          <NumberField
            key={`past ${isYearly}`}
            label={t.anniversaryPast}
            value={value('anniversary_past_days')}
            onChange={setDays('anniversary_past_days')}
          />
        </>
      );
    }
    default:
      return <ValueList values={chosen.map(String)} onChange={setValues} of={undefined} more={attribute?.examples} />;
  }
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
      {boundedTags.includes(tag) && (
        <>
          <Bounds {...props} hint={t.shareHint} />
          <p className="field-hint builder-wide">{t.bounds[tag as keyof typeof t.bounds]}</p>
        </>
      )}
    </>
  );
}
