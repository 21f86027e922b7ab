import type { ReactNode } from 'react';
import { get, useGet } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { nothing, useFormat } from '../../../format/index.ts';
import { type Column, Empty, Loaded, Panel, Select, Table, useUrlState } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval, scaleOf } from '../interval.tsx';
import { changeTexts } from '../runs/change-texts.ts';
import { texts } from '../texts.ts';
import type { Comparison, Kind, Version } from '../types.ts';
import { Difference } from './difference.tsx';
import { figureName, isOfEvaluation } from './figure-name.ts';
import { figureTexts } from './figure-texts.ts';
import { listFieldName, listRecipeTexts } from './list-recipe-texts.ts';
import { pairOf } from './pair.ts';

/** Two versions of one kind: how far what they say differs, and their figures and recipes beside each other. */
export function SideBySide({
  kind,
  versions,
  served,
}: {
  kind: Kind;
  versions: readonly Version[] | undefined;
  served: number | undefined;
}) {
  const t = useTexts(texts);
  const may = useMay();
  const [wantedOlder, , setAll] = useUrlState('first', '');
  const [wantedNewer] = useUrlState('second', '');
  if (!versions) return null;
  const numbers = versions.map(({ version }) => version);
  const pair = pairOf(numbers, [wantedOlder, wantedNewer], served);
  if (!may('train', 'customers')) return <Panel title={t.compare}>{t.compareNo}</Panel>;
  if (!pair) {
    return (
      <Panel title={t.compare}>
        <Empty icon="learning" title={t.compareTwo} />
      </Panel>
    );
  }
  const [older, newer] = pair;
  const choices = (other: number) =>
    numbers
      .filter((number) => number !== other)
      .map((number) => ({
        value: String(number),
        label: t.versionNumber(String(number)),
        ...(number === served ? { hint: t.servedBadge } : {}),
      }));
  const select = (label: string, chosen: number, other: number, toPair: (value: string) => [string, string]) => (
    <Select
      label={label}
      value={String(chosen)}
      onChange={(value) => {
        const [first, second] = toPair(value);
        setAll({ first, second });
      }}
      choices={choices(other)}
    />
  );
  return (
    <Compared
      kind={kind}
      older={older}
      newer={newer}
      controls={
        <div className="learning-two">
          {select(t.older, older, newer, (value) => [value, String(newer)])}
          {select(t.newer, newer, older, (value) => [String(older), value])}
        </div>
      }
    />
  );
}

function Compared({ kind, older, newer, controls }: { kind: Kind; older: number; newer: number; controls: ReactNode }) {
  const t = useTexts(texts);
  const asked = useGet(
    get('/v1/models/{kind}/versions/{version}/comparison', { path: { kind, version: older }, query: { with: newer } }),
  );
  return (
    <Panel title={t.compare} note={t.compareNote} source={asked.source}>
      <div className="stack">
        {controls}
        <Loaded asked={asked} lines={8}>
          {(comparison) => (
            <>
              <Difference comparison={comparison} />
              <JudgedOn comparison={comparison} />
              <div className="grid">
                <Figures comparison={comparison} />
                <RecipeChanges comparison={comparison} />
              </div>
            </>
          )}
        </Loaded>
      </div>
    </Panel>
  );
}

/** Were both judged by the same customers and days? Else their figures cannot be taken from each other. */
const areJudgedAlike = ({ judged_on: { first, second } }: Comparison) =>
  first?.from === second?.from && first?.until === second?.until && first?.customers === second?.customers;

/** By what each was judged, and what the gate found of both on the same customers. */
function JudgedOn({ comparison }: { comparison: Comparison }) {
  const t = useTexts(changeTexts);
  const format = useFormat();
  const { metrics, first, second, judged_on: judged, paired } = comparison;
  if (!metrics.some(({ name }) => isOfEvaluation(name))) return null;
  const sentence = (version: number, on: Comparison['judged_on']['first']) =>
    on
      ? t.judgedOn(String(version), format.count(on.customers), format.day(on.from), format.day(on.until))
      : t.notJudged(String(version));
  return (
    <div>
      <p>
        {sentence(first.version, judged.first)} {sentence(second.version, judged.second)}{' '}
        <strong>{areJudgedAlike(comparison) ? t.judgedAlike : t.judgedApart}</strong>
      </p>
      {paired ? (
        <div className="learning-compared">
          <span>{t.paired(paired.training_run_id, format.count(paired.customers), String(paired.against))}</span>
          <Interval
            value={paired.mean}
            low={paired.low}
            high={paired.high}
            scale={scaleOf([paired.low, paired.high])}
            digits={4}
            isDifference
          />
          {paired.keeps_recipe && <span>{t.pairedKept(String(paired.version))}</span>}
        </div>
      ) : (
        <p className="muted">{t.notPaired}</p>
      )}
    </div>
  );
}

type FigureRow = Comparison['metrics'][number];

/** What is counted has no digits after the point. */
const isCount = ({ first, second }: FigureRow) =>
  [first, second].every((value) => value === null || Number.isInteger(value));

/** Ends of intervals stand beside what they are of, not as figures of their own. */
const isEnd = /interval\.(low|high)$/;

function Figures({ comparison }: { comparison: Comparison }) {
  const t = useTexts(texts);
  const changes = useTexts(changeTexts);
  const format = useFormat();
  const names = useTexts(figureTexts);
  const { kind, metrics, first, second } = comparison;
  const write = (value: number | null) => (value === null ? nothing : format.number(value, 4));
  const writeIn = (row: FigureRow, value: number | null) => (isCount(row) ? format.count(value) : write(value));
  const endsOf = (name: string, side: 'first' | 'second') => {
    const stem = name.endsWith('recall_at_10')
      ? name.replace('recall_at_10', 'recall_interval')
      : name.replace('ndcg_at_10', 'interval');
    const [low, high] = ['low', 'high'].map(
      (end) => metrics.find((one) => one.name === `${stem}.${end}`)?.[side] ?? null,
    );
    return stem === name || low === null || high === null ? '' : `${write(low ?? null)} – ${write(high ?? null)}`;
  };
  const side = (key: 'first' | 'second', version: number): Column<FigureRow> => ({
    key,
    header: t.versionNumber(String(version)),
    align: 'end',
    cell: (row) => (
      <>
        {writeIn(row, row[key])} <span className="muted learning-ends">{endsOf(row.name, key)}</span>
      </>
    ),
    value: (row) => row[key],
  });
  const nameOf = (name: string) => figureName(names, kind, name);
  const difference = (row: FigureRow) =>
    row.first === null || row.second === null || (isOfEvaluation(row.name) && !areJudgedAlike(comparison))
      ? null
      : row.second - row.first;
  const columns: Column<FigureRow>[] = [
    {
      key: 'name',
      header: t.figure,
      cell: ({ name }) => nameOf(name) ?? <code>{name}</code>,
      value: ({ name }) => nameOf(name) ?? name,
    },
    side('first', first.version),
    side('second', second.version),
    {
      key: 'difference',
      header: t.differenceOf(String(second.version), String(first.version)),
      help: changes.judgedApartHelp,
      align: 'end',
      cell: (row) => (isCount(row) ? format.signed(difference(row), 0) : format.signed(difference(row), 4)),
      value: difference,
    },
  ];
  return (
    <div className="span-7">
      <h3 className="learning-h3">{t.figures}</h3>
      <Table
        caption={t.figures}
        rows={{ rows: metrics.filter(({ name }) => !isEnd.test(name)) }}
        columns={columns}
        rowKey={({ name }) => name}
        fileName="figures"
      />
    </div>
  );
}

function RecipeChanges({ comparison: { recipe_changes: changes, first, second } }: { comparison: Comparison }) {
  const t = useTexts(texts);
  const { fields } = useTexts(figureTexts);
  const words = useTexts(listRecipeTexts);
  const nameOf = (field: string) =>
    Object.hasOwn(fields, field) ? fields[field as keyof typeof fields] : listFieldName(words, field);
  type Row = Comparison['recipe_changes'][number];
  const write = (value: unknown) => (value === null || value === undefined ? nothing : JSON.stringify(value));
  const columns: Column<Row>[] = [
    {
      key: 'field',
      header: t.field,
      // By its path it is changed: that stays beside what it is called.
      cell: ({ field }) => (
        <>
          {nameOf(field) && `${nameOf(field)} `}
          <code>{field}</code>
        </>
      ),
      value: ({ field }) => field,
    },
    {
      key: 'first',
      header: t.versionNumber(String(first.version)),
      align: 'end',
      cell: (row) => <code>{write(row.first)}</code>,
      value: (row) => write(row.first),
    },
    {
      key: 'second',
      header: t.versionNumber(String(second.version)),
      align: 'end',
      cell: (row) => <code>{write(row.second)}</code>,
      value: (row) => write(row.second),
    },
  ];
  return (
    <div className="span-5">
      <h3 className="learning-h3">{t.recipeChanges}</h3>
      <Table
        caption={t.recipeChanges}
        rows={{ rows: changes }}
        columns={columns}
        rowKey={({ field }) => field}
        fileName="recipe-changes"
        empty={<p className="muted">{t.recipeSame}</p>}
      />
    </div>
  );
}
