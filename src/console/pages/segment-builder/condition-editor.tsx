import { useContext, useEffect, useRef } from 'react';
import { IconButton, Segmented, Select } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import { usePredictedAttributes } from '../../shared/people/use-predicted-attributes.ts';
import { behaviours, isComplete, lastFacts, rfmFields, tagFields, valueFields } from '../../shared/rules/fields.ts';
import { type Condition, kindOf, type RuleCondition } from '../../shared/rules/rule.ts';
import { useAttributes } from '../../shared/rules/use-attributes.ts';
import { peopleTexts } from '../../texts/people.ts';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { ConditionFields } from './condition-fields.tsx';
import { EditContext, usePart } from './counts.ts';
import { PartCount } from './part-count.tsx';
import { texts } from './texts.ts';

/** What a condition begins with when another thing is asked. */
function begin(kind: string, field: string): Condition {
  if (kind === 'behaviour') return { behaviour: field, within_days: 90, at_least: 1 };
  if (kind === 'spend') return { spend: field, within_days: 90 };
  if (kind === 'last') return { last: field, not_within_days: 30 };
  if (kind === 'coupons') return { coupons: field, within_days: 90, at_least: 1 };
  if (kind === 'random') return { random: 'draw-1', below: 0.1 };
  if (kind === 'segment') return { segment: [] };
  if (kind === 'prediction') return { prediction: field, is: [], at_least: 0.6 };
  return field === 'expected-next-order' ? { tag: field, within_days: 14 } : { [kind]: field };
}

/** One condition: what is asked, turned round or not, and its bounds. */
export function ConditionEditor({ part, place }: { part: RuleCondition; place: string }) {
  const t = useTexts(texts);
  const { change, added } = useContext(EditContext);
  const element = useRef<HTMLFieldSetElement>(null);
  const choices = useWhat();
  const { fault } = usePart(part.id);
  const kind = kindOf(part.condition);
  const field = kind === 'segment' || kind === 'random' ? kind : String(part.condition[kind]);
  const isNew = added === part.id;
  useEffect(() => {
    if (isNew) element.current?.querySelector<HTMLElement>('.select')?.focus();
  }, [isNew]);
  const edit = (to: (one: RuleCondition) => RuleCondition | undefined) => change(part.id, to);
  return (
    <fieldset className="builder-condition" ref={element}>
      <legend className="visually-hidden">{t.condition(place)}</legend>
      <div className="builder-not">
        <Segmented<'if' | 'not'>
          label={t.holds}
          value={part.isNot ? 'not' : 'if'}
          onChange={(next) => edit((one) => ({ ...one, isNot: next === 'not' }))}
          choices={[
            { value: 'if', label: t.if },
            { value: 'not', label: t.ifNot },
          ]}
        />
      </div>
      <div className="builder-fields">
        <Select
          label={t.what}
          value={`${kind} ${field}`}
          onChange={(next) => {
            const end = next.indexOf(' ');
            edit((one) => ({ ...one, condition: begin(next.slice(0, end), next.slice(end + 1)) }));
          }}
          choices={choices}
        />
        <ConditionFields
          key={`${kind} ${field}`}
          condition={part.condition}
          onChange={(next) => edit((one) => ({ ...one, condition: next(one.condition) }))}
        />
        {!isComplete(part.condition) && <p className="field-hint builder-wide">{t.incomplete}</p>}
        {fault && (
          <p className="field-error builder-wide" role="alert">
            {fault}
          </p>
        )}
      </div>
      <PartCount id={part.id} />
      <IconButton
        icon="trash"
        small
        label={`${t.remove}: ${t.condition(place)}`}
        onClick={() => edit(() => undefined)}
      />
    </fieldset>
  );
}

/** All that can be asked; the kind stands beside it. */
function useWhat(): { value: string; label: string; hint: string }[] {
  const rules = useTexts(ruleTexts);
  const words = useTexts(peopleTexts);
  const attributes = useAttributes().map(({ name }) => name);
  const predicted = usePredictedAttributes().flatMap(({ name, refusal }) => (refusal === null ? [name] : []));
  const of = (kind: keyof typeof rules.kinds, fields: readonly string[], names: Readonly<Record<string, string>>) =>
    fields.map((field) => ({ value: `${kind} ${field}`, label: wordOf(names, field), hint: rules.kinds[kind] }));
  return [
    ...of('last', lastFacts, rules.last),
    ...of('behaviour', behaviours, rules.behaviours),
    ...of('spend', ['net'], { net: rules.spend }),
    ...of('coupons', ['issued', 'redeemed'], rules.coupons),
    ...of('rfm', rfmFields, rules.rfm),
    ...of('tag', tagFields, words.tags),
    ...of('value', valueFields, rules.value),
    ...of('attribute', attributes, words.attributes),
    ...of('prediction', predicted, words.attributes),
    { value: 'random random', label: rules.random, hint: rules.kinds.random },
    { value: 'segment segment', label: rules.inSegment, hint: rules.kinds.segment },
  ];
}
