import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { get, useGet } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import { Loaded } from '../../../kit/index.ts';
import { peopleTexts } from '../../../texts/people.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { Comparison, Having, Kind, Run } from '../types.ts';
import { titlesOf } from '../types.ts';
import { changeTexts } from './change-texts.ts';

/** Of what people look at: lists, rules, groups. */
const told: readonly Kind[] = ['collaborative-filtering', 'association-rules', 'segmentation'];

/** What the run's versions say other than those that were served until then. */
export function WhatChanged({ run }: { run: Run }) {
  const t = useTexts(changeTexts);
  const { compareNo } = useTexts(texts);
  const mayCompare = useMay()('train', 'customers');
  if (!mayCompare) return <p className="muted">{compareNo}</p>;
  return (
    <>
      <p className="panel-note">{run.release_id === null ? t.refusedNote : t.note}</p>
      {told.map((kind) => {
        const version = run.versions[kind];
        return version === undefined ? null : (
          <Of key={kind} kind={kind} version={version} before={run.versions_before[kind]} />
        );
      })}
    </>
  );
}

function Of({ kind, version, before }: { kind: Kind; version: number; before: number | undefined }) {
  const t = useTexts(changeTexts);
  const { kinds } = useTexts(texts);
  if (before === undefined) return <p>{t.first(kinds[kind], String(version))}</p>;
  return (
    <div className="learning-change">
      <h4>
        {t.of(kinds[kind], String(version), String(before))}{' '}
        <Link href={`/learning?view=versions&kind=${kind}&first=${before}&second=${version}`}>{t.sideBySide}</Link>
      </h4>
      <Compared kind={kind} version={version} before={before} />
    </div>
  );
}

function Compared({ kind, version, before }: { kind: Kind; version: number; before: number }) {
  const t = useTexts(changeTexts);
  const asked = useGet(
    get('/v1/models/{kind}/versions/{version}/comparison', {
      path: { kind, version: before },
      query: { with: version },
    }),
  );
  if (asked.error?.problem.code === 'not_found') return <p className="muted">{t.gone(String(before))}</p>;
  return <Loaded asked={asked}>{(comparison) => <InWords comparison={comparison} />}</Loaded>;
}

function InWords({ comparison }: { comparison: Comparison }): ReactNode {
  const { difference } = comparison;
  if ('unchanged' in difference) return <Lists difference={difference} />;
  if ('confidence_difference' in difference) return <Rules comparison={comparison} difference={difference} />;
  return 'moves' in difference ? <Moves difference={difference} /> : null;
}

function Lists({ difference }: { difference: Having<'unchanged'> }) {
  const t = useTexts(changeTexts);
  const format = useFormat();
  const { customers, unchanged, overlap, places, only_first: less, only_second: more } = difference;
  const changed = Math.round(customers * (1 - (unchanged ?? 1)));
  return (
    <p>
      {t.lists(
        format.count(changed),
        format.count(customers),
        format.percent(customers > 0 ? changed / customers : null),
      )}{' '}
      {overlap !== null && t.listsOverlap(format.percent(overlap), format.count(places))}{' '}
      {more + less > 0 && t.listsBegun(format.count(more), format.count(less))}
    </p>
  );
}

function Rules({ comparison, difference }: { comparison: Comparison; difference: Having<'confidence_difference'> }) {
  const t = useTexts(changeTexts);
  const format = useFormat();
  const { both, only_first: went, only_second: came } = difference;
  return (
    <>
      <p>{t.rules(format.count(both), format.count(came), format.count(went))}</p>
      <RulesAlone title={t.came} comparison={comparison} rules={difference.second_examples} />
      <RulesAlone title={t.went} comparison={comparison} rules={difference.first_examples} />
    </>
  );
}

/** Rules that one of two versions has alone, by the names of their items. */
export function RulesAlone({
  title,
  comparison,
  rules,
}: {
  title: string;
  comparison: Comparison;
  rules: Having<'confidence_difference'>['first_examples'];
}) {
  const t = useTexts(changeTexts);
  const format = useFormat();
  const titleOf = titlesOf(comparison);
  if (rules.length === 0) return null;
  return (
    <div>
      <p className="muted">{title}</p>
      <ul className="learning-rules">
        {rules.map(({ context, antecedent, consequent, orders, lift }) => (
          <li key={`${context} ${antecedent.join(' ')} ${consequent}`}>
            {t.rule(antecedent.map(titleOf).join(' + '), titleOf(consequent))}{' '}
            <span className="muted">
              {t.ruleFigures(format.count(orders), format.number(lift, 1))}
              {context !== 'all' && ` · ${context}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Moves({ difference: { customers, moves } }: { difference: Having<'moves'> }) {
  const t = useTexts(changeTexts);
  const { groups } = useTexts(peopleTexts);
  const format = useFormat();
  const moved = moves.reduce((sum, move) => sum + move.customers, 0);
  return (
    <>
      <p>
        {t.moved(
          format.count(moved),
          format.count(customers),
          format.percent(customers > 0 ? moved / customers : null),
        )}
      </p>
      <ul className="learning-rules">
        {moves.map((move) => (
          <li key={`${move.from} ${move.to}`}>
            {t.move(groups[move.from], groups[move.to])} <span className="muted">{format.count(move.customers)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
