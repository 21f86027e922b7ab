import { useMemo } from 'react';
import type { Source } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { CopyLine, Facts, Panel } from '../../kit/index.ts';
import { useClusterWords } from '../../shared/people/cluster-words.ts';
import { wordOf } from '../../shared/people/names.ts';
import { type RuleGroup, readRule } from '../../shared/rules/rule.ts';
import { RuleTree } from '../../shared/rules/rule-tree.tsx';
import { usePreview } from '../../shared/rules/use-preview.ts';
import { useSaid } from '../../shared/use-said.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { texts } from './texts.ts';
import type { Defined, Published } from './types.ts';

export function DefinedRule({ segment, source }: { segment: Defined; source: Source }) {
  const t = useTexts(texts);
  const defined = useTexts(wordTexts);
  const { definition } = segment;
  const rule = useMemo(() => readRule(definition), [definition]);
  return (
    <div className="grid">
      <Panel
        title={t.inWords}
        about={definition === null ? defined.list : `${defined.rule} ${t.ruleAbout}`}
        source={source}
      >
        {definition === null ? <p>{t.listRule}</p> : <CountedRule rule={rule} />}
      </Panel>
      {definition !== null && (
        <Panel title={t.asJson}>
          <CopyLine text={JSON.stringify(definition)} />
        </Panel>
      )}
    </div>
  );
}

/** Each part with how many customers it finds now. */
function CountedRule({ rule }: { rule: RuleGroup }) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const { asked, pointers } = usePreview(rule, may('segments'));
  const countOf = (id: number) => {
    const at = pointers.get(id);
    return asked.data?.parts.find(({ field }) => field === at)?.customers;
  };
  return (
    <RuleTree
      rule={rule}
      beside={(id) => (
        <span className="muted nowrap">{countOf(id) !== undefined && t.findsNow(format.count(countOf(id)))}</span>
      )}
    />
  );
}

export function PublishedRule({ segment }: { segment: Published }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const say = useClusterWords();
  const inWords = useSaid();
  const { rule, differences, description, kind } = segment;
  return (
    <Panel title={t.inWords} about={t.ruleAbout}>
      <div className="stack">
        <p>{rule ? say.rule(rule.words) : kind === 'cluster' ? say.name(segment.name) : inWords(description)}</p>
        {differences.length > 0 && (
          <Facts
            facts={differences.map((one) => [
              `${wordOf(words.features, one.feature)} (${format.number(one.deviations, 1)} σ)`,
              say.difference(one.words),
            ])}
          />
        )}
      </div>
    </Panel>
  );
}
