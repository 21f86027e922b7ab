import { useFormat } from '../../format/index.ts';
import { Facts } from '../../kit/index.ts';
import { useSegmentNames } from '../../shared/campaigns/use-segment-names.ts';
import { wordOf } from '../../shared/people/names.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Content } from './types.ts';

type Rule = NonNullable<Content['rules']>[number];

/** What a version says, in words: its thresholds, or its rules one after the other. */
export function Words({ policy }: { policy: Content }) {
  const t = useTexts(texts);
  return (
    <div className="stack">
      <p>{t.kindText[policy.kind]}</p>
      {policy.kind === 'rules' ? <Rules policy={policy} /> : <Values policy={policy} />}
    </div>
  );
}

function Values({ policy }: { policy: Content }) {
  const facts = useValueWords()(policy);
  return facts.length > 0 ? <Facts facts={facts} /> : null;
}

/** The values of a policy by their names. */
export function useValueWords(): (policy: Content) => [name: string, value: string][] {
  const t = useTexts(texts);
  const format = useFormat();
  return (policy) => {
    const { lapsing_recency_score: lapsing, weak_purse: purse, discount_prone: prone } = policy;
    const { least_uplift: uplift, least_margin: margin } = policy;
    return [
      ...(lapsing ? (['high-value', 'high-quality'] as const) : []).map((group): [string, string] => [
        t.thresholds[`lapsing_recency_score/${group}`],
        t.upTo(format.count(lapsing?.[group] ?? 0)),
      ]),
      ...(purse === undefined ? [] : [[t.thresholds.weak_purse, format.plainPercent(purse)] as [string, string]]),
      ...(prone === undefined ? [] : [[t.thresholds.discount_prone, format.plainPercent(prone)] as [string, string]]),
      ...(uplift === undefined ? [] : [[t.leastUplift, format.plainPercent(uplift)] as [string, string]]),
      ...(margin === undefined ? [] : [[t.leastMargin, format.money(margin)] as [string, string]]),
    ];
  };
}

function Rules({ policy }: { policy: Content }) {
  const t = useTexts(texts);
  const conditions = useConditions();
  const format = useFormat();
  const does = ({ action, largest_discount: largest }: Rule) =>
    action === 'refuse' ? t.refuses : largest === undefined ? t.gives : t.givesAtMost(format.money(largest));
  return (
    <>
      <ol className="policy-rules">
        {(policy.rules ?? []).map((rule) => (
          <li key={JSON.stringify(rule)}>
            {t.whoever(conditions(rule.when))} <strong>{does(rule)}</strong>
          </li>
        ))}
      </ol>
      <p>
        {t.everybodyElse} <strong>{policy.otherwise === 'give' ? t.gives : t.refuses}</strong>
      </p>
    </>
  );
}

function useConditions(): (when: Rule['when']) => string {
  const t = useTexts(texts);
  const people = useTexts(peopleTexts);
  const decisions = useTexts(decisionTexts);
  const names = useSegmentNames();
  const format = useFormat();
  const either = (values: readonly unknown[]) => values.map(String).join(t.or);
  const range = (name: (words: string) => string, { least, below }: { least?: string; below?: string }) =>
    name(
      [
        least === undefined ? '' : t.atLeast(format.money(least)),
        below === undefined ? '' : t.below(format.money(below)),
      ]
        .filter(Boolean)
        .join(t.and),
    );
  return (when) => {
    const named = (ids: readonly string[]) => either(ids.map((id) => names.get(id) ?? id));
    const said = [
      when.groups && t.inGroup(either(when.groups.map((group) => wordOf(people.groups, group)))),
      when.causes && t.ofCause(either(when.causes.map((cause) => wordOf(decisions.causes, cause)))),
      when.segments && t.inSegment(named(when.segments)),
      when.not_segments && t.notInSegment(named(when.not_segments)),
      ...(when.tags ?? []).map(({ tag, values }) =>
        t.isTagged(wordOf(people.tags, tag), either(values.map((value) => wordOf(people.tagValues, value)))),
      ),
      ...(when.attributes ?? []).map(({ attribute, values }) =>
        t.isTagged(wordOf(people.attributes, attribute), either(values)),
      ),
      when.ordered === undefined ? undefined : when.ordered ? t.hasOrdered : t.hasNotOrdered,
      when.value && range(t.valued, when.value),
      when.cart && range(t.cart, when.cart),
    ].filter(Boolean);
    return said.length > 0 ? said.join(t.and) : t.anybody;
  };
}
