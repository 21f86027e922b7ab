import { Button, Checkbox, IconButton, Segmented, Select } from '../../kit/index.ts';
import { groupOrder, wordOf } from '../../shared/people/names.ts';
import { tagFields, tagValues } from '../../shared/rules/fields.ts';
import { NumberField, ValueList } from '../../shared/rules/inputs.tsx';
import { SegmentsField } from '../../shared/rules/segments-field.tsx';
import { useAttributes } from '../../shared/rules/use-attributes.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import {
  type ConditionName,
  firstRule,
  moved,
  openConditions,
  type PolicyRule,
  type When,
  withCondition,
  withValue,
} from './rule-draft.ts';
import { texts } from './texts.ts';

const mostRules = 50;

/** Rules one after the other: of whom each asks, and what is done with them. */
export function RuleForm({
  rules,
  onChange,
  fault,
}: {
  rules: readonly PolicyRule[];
  onChange(rules: readonly PolicyRule[]): void;
  /** what is wrong with a field, by its pointer within the rules */
  fault(pointer: string): string | undefined;
}) {
  const t = useTexts(texts);
  return (
    <fieldset className="policy-form">
      <legend className="field-label">{t.rules}</legend>
      <p className="field-hint">{t.rulesHint}</p>
      {rules.map((rule, place) => (
        <RuleFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place, all else of it can change
          key={place}
          rule={rule}
          place={place}
          last={rules.length - 1}
          fault={(pointer) => fault(`${place}/${pointer}`)}
          onChange={(next) => onChange(rules.with(place, next))}
          onMove={(to) => onChange(moved(rules, place, to))}
          onRemove={() => onChange(rules.toSpliced(place, 1))}
        />
      ))}
      {rules.length < mostRules && (
        <div>
          <Button small icon="plus" onClick={() => onChange([...rules, firstRule()])}>
            {t.addRule}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function RuleFields({
  rule,
  place,
  last,
  fault,
  onChange,
  onMove,
  onRemove,
}: {
  rule: PolicyRule;
  place: number;
  last: number;
  fault(pointer: string): string | undefined;
  onChange(rule: PolicyRule): void;
  onMove(to: number): void;
  onRemove(): void;
}) {
  const t = useTexts(texts);
  const number = String(place + 1);
  const asked = (Object.keys(rule.when) as ConditionName[]).filter((name) => rule.when[name] !== undefined);
  const { largest_discount: largest, ...withoutLargest } = rule;
  return (
    <fieldset className="policy-rule">
      <legend className="field-label">{t.ruleNumber(number)}</legend>
      <div className="row">
        <Select<ConditionName | ''>
          label={t.addCondition}
          value=""
          onChange={(name) => name && onChange(withCondition(rule, name))}
          choices={[
            { value: '', label: asked.length === 0 ? t.everybodyFits : t.allOfThese },
            ...openConditions(rule).map((value) => ({ value, label: t.conditions[value] })),
          ]}
        />
        {place > 0 && (
          <Button small onClick={() => onMove(place - 1)} title={t.earlier(number)}>
            {t.up}
          </Button>
        )}
        {place < last && (
          <Button small onClick={() => onMove(place + 1)} title={t.later(number)}>
            {t.down}
          </Button>
        )}
        <IconButton icon="trash" label={t.removeRule(number)} onClick={onRemove} />
      </div>
      {asked.map((name) => (
        <fieldset className="policy-condition" key={name}>
          <legend className="field-label">{t.conditions[name]}</legend>
          <ConditionValue rule={rule} name={name} fault={fault} onChange={onChange} />
          <IconButton
            icon="close"
            small
            label={t.removeCondition(t.conditions[name])}
            onClick={() => onChange(withValue(rule, name, undefined))}
          />
        </fieldset>
      ))}
      <div className="row">
        <Segmented<PolicyRule['action']>
          label={t.whatIsDone}
          value={rule.action}
          onChange={(action) => onChange(action === 'refuse' ? { ...withoutLargest, action } : { ...rule, action })}
          choices={[
            { value: 'give', label: t.gives },
            { value: 'refuse', label: t.refuses },
          ]}
        />
        {rule.action === 'give' && (
          <NumberField
            label={t.largestDiscount}
            isMoney
            value={largest}
            onChange={(next) =>
              onChange(next === undefined ? withoutLargest : { ...rule, largest_discount: String(next) })
            }
          />
        )}
      </div>
      {fault('largest_discount') && <p className="field-error">{fault('largest_discount')}</p>}
    </fieldset>
  );
}

interface ValueProps {
  rule: PolicyRule;
  name: ConditionName;
  fault(pointer: string): string | undefined;
  onChange(rule: PolicyRule): void;
}

function ConditionValue({ rule, name, fault, onChange }: ValueProps) {
  const t = useTexts(texts);
  const people = useTexts(peopleTexts);
  const decisions = useTexts(decisionTexts);
  const { when } = rule;
  const set = <Name extends ConditionName>(of: Name, value: When[Name]) => onChange(withValue(rule, of, value));
  switch (name) {
    case 'groups':
      return (
        <Checks
          choices={groupOrder}
          label={(one) => wordOf(people.groups, one)}
          chosen={when.groups ?? []}
          onChange={(groups) => set('groups', groups)}
        />
      );
    case 'causes':
      return (
        <Checks
          choices={Object.keys(decisions.causes) as NonNullable<When['causes']>}
          label={(one) => decisions.causes[one]}
          chosen={when.causes ?? []}
          onChange={(causes) => set('causes', causes)}
        />
      );
    case 'segments':
    case 'not_segments':
      return <SegmentsField values={when[name] ?? []} onChange={(values) => set(name, [...values] as never)} />;
    case 'tags':
      return <Tags tags={when.tags ?? []} onChange={(tags) => set('tags', tags)} />;
    case 'attributes':
      return <Attributes attributes={when.attributes ?? []} onChange={(attributes) => set('attributes', attributes)} />;
    case 'ordered':
      return (
        <Segmented<'yes' | 'no'>
          label={t.conditions.ordered}
          value={when.ordered ? 'yes' : 'no'}
          onChange={(next) => set('ordered', next === 'yes')}
          choices={[
            { value: 'no', label: t.hasNotOrdered },
            { value: 'yes', label: t.hasOrdered },
          ]}
        />
      );
    default: {
      const range = when[name] ?? {};
      const bound = (key: 'least' | 'below') => (next: number | string | undefined) => {
        const { [key]: _, ...other } = range;
        set(name, next === undefined ? other : { ...other, [key]: String(next) });
      };
      const wrong = fault(`when/${name}/below`) ?? fault(`when/${name}/least`);
      return (
        <div className="row">
          <NumberField label={t.leastMoney} isMoney value={range.least} onChange={bound('least')} />
          <NumberField label={t.belowMoney} isMoney value={range.below} onChange={bound('below')} />
          {wrong && <p className="field-error">{wrong}</p>}
        </div>
      );
    }
  }
}

function Checks<One extends string>({
  choices,
  label,
  chosen,
  onChange,
}: {
  choices: readonly One[];
  label(one: One): string;
  chosen: readonly One[];
  onChange(chosen: One[]): void;
}) {
  return (
    <div className="row">
      {choices.map((one) => (
        <Checkbox
          key={one}
          label={label(one)}
          checked={chosen.includes(one)}
          onChange={(isOn) => onChange(choices.filter((other) => (other === one ? isOn : chosen.includes(other))))}
        />
      ))}
    </div>
  );
}

type Tag = NonNullable<When['tags']>[number];

function Tags({ tags, onChange }: { tags: readonly Tag[]; onChange(tags: Tag[]): void }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  return tags.map(({ tag, values }, place) => {
    const change = (next: Partial<Tag>) => onChange(tags.with(place, { tag, values, ...next }));
    const closed = tagValues[tag];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a tag is its place, all else of it can change
      <div className="stack" key={place}>
        <Select<Tag['tag']>
          label={t.tag}
          value={tag}
          onChange={(next) => change({ tag: next, values: [] })}
          choices={(tagFields as readonly Tag['tag'][]).map((value) => ({ value, label: wordOf(words.tags, value) }))}
        />
        {closed ? (
          <Checks
            choices={closed}
            label={(one) => wordOf(words.tagValues, one)}
            chosen={values}
            onChange={(next) => change({ values: next })}
          />
        ) : (
          <ValueList
            values={values}
            of={tag === 'preferred-category' ? 'category' : tag === 'preferred-brand' ? 'brand' : undefined}
            onChange={(next) => change({ values: [...next] })}
          />
        )}
      </div>
    );
  });
}

type Attribute = NonNullable<When['attributes']>[number];

function Attributes({
  attributes,
  onChange,
}: {
  attributes: readonly Attribute[];
  onChange(attributes: Attribute[]): void;
}) {
  const t = useTexts(texts);
  const known = useAttributes();
  return attributes.map(({ attribute, values }, place) => {
    const change = (next: Partial<Attribute>) => onChange(attributes.with(place, { attribute, values, ...next }));
    const type = known.find(({ name }) => name === attribute)?.type;
    // As the shop has told it: a number is one, and yes is true.
    const read = (text: string) => {
      if (type === 'number' && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
      return type === 'yes-no' && (text === 'true' || text === 'false') ? text === 'true' : text;
    };
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: an attribute is its place, all else of it can change
      <div className="stack" key={place}>
        <Select<string>
          label={t.attribute}
          value={attribute || null}
          placeholder={t.pickAttribute}
          onChange={(next) => change({ attribute: next, values: [] })}
          choices={known.map(({ name }) => ({ value: name, label: name }))}
        />
        {type === 'yes-no' ? (
          <Checks
            choices={['true', 'false']}
            label={(one) => (one === 'true' ? t.yes : t.no)}
            chosen={values.map(String)}
            onChange={(next) => change({ values: next.map(read) })}
          />
        ) : (
          <ValueList
            values={values.map(String)}
            of={undefined}
            more={known.find(({ name }) => name === attribute)?.examples}
            onChange={(next) => change({ values: next.map(read) })}
          />
        )}
      </div>
    );
  });
}
