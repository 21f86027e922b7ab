import { Link } from 'wouter';
import { useFormat } from '../../../format/index.ts';
import { type Column, Facts, Meter, Table } from '../../../kit/index.ts';
import { itemPath } from '../../../shared/goods/names.ts';
import { peopleTexts } from '../../../texts/people.ts';
import { useTexts } from '../../../texts/texts.ts';
import { changeTexts } from '../runs/change-texts.ts';
import { RulesAlone } from '../runs/changes.tsx';
import { texts } from '../texts.ts';
import { type Comparison, type Having, titlesOf } from '../types.ts';

/** How far what the two versions say differs: of lists, rules, popular items, groups, values or tags. */
export function Difference({ comparison }: { comparison: Comparison }) {
  const { difference } = comparison;
  if ('unchanged' in difference) return <Lists comparison={comparison} difference={difference} />;
  if ('confidence_difference' in difference) return <Rules comparison={comparison} difference={difference} />;
  if ('entered' in difference) return <Popular comparison={comparison} difference={difference} />;
  if ('moves' in difference) return <Moves comparison={comparison} difference={difference} />;
  return 'expected_orders_mean' in difference ? <Values difference={difference} /> : <Tags difference={difference} />;
}

/** A share as a bar with its figure; nobody to compare: a dash. */
function Share({ label, value }: { label: string; value: number | null }) {
  const format = useFormat();
  return <Meter label={label} value={value ?? 0} text={format.percent(value)} />;
}

function Lists({ comparison, difference }: { comparison: Comparison; difference: Having<'unchanged'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { first, second } = comparison;
  const titleOf = titlesOf(comparison);
  type Row = (typeof difference)['examples'][number];
  const items = (key: 'first' | 'second', other: 'first' | 'second', version: number): Column<Row> => ({
    key,
    header: t.versionNumber(String(version)),
    cell: (row) => (
      <span className="learning-items">
        {row[key].map((item) => (
          <Link
            key={item}
            href={itemPath(item)}
            title={item}
            className={`learning-item${row[other].includes(item) ? '' : ' is-new'}`}
          >
            {titleOf(item)}
          </Link>
        ))}
      </span>
    ),
    value: (row) => row[key].join(' '),
  });
  const columns: Column<Row>[] = [
    {
      key: 'customer',
      header: t.customer,
      cell: ({ customer_id: id }) => (
        <Link href={`/customers/${encodeURIComponent(id)}`} className="mono">
          {id}
        </Link>
      ),
      value: ({ customer_id }) => customer_id,
    },
    {
      key: 'overlap',
      header: t.shared,
      align: 'end',
      cell: ({ overlap }) => format.percent(overlap, 0),
      value: ({ overlap }) => overlap,
    },
    items('first', 'second', first.version),
    items('second', 'first', second.version),
  ];
  return (
    <div className="stack">
      <div className="learning-meters">
        <Share label={t.overlap} value={difference.overlap} />
        <Share label={t.unchangedLists} value={difference.unchanged} />
      </div>
      <p className="panel-note">{t.overlapHelp(format.count(difference.places))}</p>
      <Facts
        facts={[
          [t.withLists, format.count(difference.customers)],
          [t.onlyFirst(String(first.version)), format.count(difference.only_first)],
          [t.onlyFirst(String(second.version)), format.count(difference.only_second)],
        ]}
      />
      {difference.examples.length > 0 && (
        <>
          <h3 className="learning-h3">{t.changeMost}</h3>
          <Table
            caption={t.changeMost}
            rows={{ rows: difference.examples }}
            columns={columns}
            rowKey={({ customer_id }) => customer_id}
            fileName="lists-that-change-most"
          />
        </>
      )}
    </div>
  );
}

function Rules({ comparison, difference }: { comparison: Comparison; difference: Having<'confidence_difference'> }) {
  const t = useTexts(texts);
  const changes = useTexts(changeTexts);
  const format = useFormat();
  const { both, only_first: one, only_second: other } = difference;
  return (
    <div className="stack">
      <Share label={t.rulesBoth} value={both + one + other > 0 ? both / (both + one + other) : null} />
      <Facts
        facts={[
          [t.rulesBoth, format.count(both)],
          [t.onlyFirst(String(comparison.first.version)), format.count(one)],
          [t.onlyFirst(String(comparison.second.version)), format.count(other)],
          [t.confidence, format.number(difference.confidence_difference, 4)],
        ]}
      />
      <RulesAlone title={changes.went} comparison={comparison} rules={difference.first_examples} />
      <RulesAlone title={changes.came} comparison={comparison} rules={difference.second_examples} />
    </div>
  );
}

function Popular({ comparison, difference }: { comparison: Comparison; difference: Having<'entered'> }) {
  const t = useTexts(texts);
  const titleOf = titlesOf(comparison);
  const list = (items: readonly string[]) => (
    <span className="learning-items">
      {items.length === 0 && '–'}
      {items.map((item) => (
        <Link key={item} href={itemPath(item)} title={item} className="learning-item">
          {titleOf(item)}
        </Link>
      ))}
    </span>
  );
  return (
    <div className="stack">
      <Share label={t.popularOverlap} value={difference.overlap} />
      <Facts
        facts={[
          [t.entered, list(difference.entered)],
          [t.left_, list(difference.left)],
        ]}
      />
    </div>
  );
}

function Moves({ comparison, difference }: { comparison: Comparison; difference: Having<'moves'> }) {
  const t = useTexts(texts);
  const { groups } = useTexts(peopleTexts);
  const format = useFormat();
  type Row = (typeof difference)['moves'][number];
  const columns: Column<Row>[] = [
    {
      key: 'from',
      header: t.from(String(comparison.first.version)),
      cell: ({ from }) => groups[from],
      value: ({ from }) => groups[from],
    },
    {
      key: 'to',
      header: t.to(String(comparison.second.version)),
      cell: ({ to }) => groups[to],
      value: ({ to }) => groups[to],
    },
    {
      key: 'customers',
      header: t.customers,
      align: 'end',
      cell: ({ customers }) => format.count(customers),
      value: ({ customers }) => customers,
    },
  ];
  return (
    <div className="stack">
      <div className="learning-meters">
        <Share label={t.sameGroup} value={difference.same_group} />
        <Share label={t.sameCluster} value={difference.same_cluster} />
      </div>
      <Facts facts={[[t.known, format.count(difference.customers)]]} />
      {difference.moves.length > 0 && (
        <>
          <h3 className="learning-h3">{t.moves}</h3>
          <Table
            caption={t.moves}
            rows={{ rows: difference.moves }}
            columns={columns}
            rowKey={({ from, to }) => `${from} ${to}`}
            fileName="moves"
          />
        </>
      )}
    </div>
  );
}

function Values({ difference }: { difference: Having<'expected_orders_mean'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <Facts
      facts={[
        [t.known, format.count(difference.customers)],
        [t.correlation, format.number(difference.expected_orders_correlation, 3)],
        [t.meanOrders, difference.expected_orders_mean.map((mean) => format.number(mean, 3)).join(' → ')],
      ]}
    />
  );
}

function Tags({ difference }: { difference: Having<'same_price_band'> }) {
  const t = useTexts(texts);
  const format = useFormat();
  return (
    <div className="stack">
      <div className="learning-meters">
        <Share label={t.sameStage} value={difference.same_life_cycle_stage} />
        <Share label={t.sameBand} value={difference.same_price_band} />
        <Share label={t.sameSensitivity} value={difference.same_price_sensitivity} />
      </div>
      <Facts facts={[[t.known, format.count(difference.customers)]]} />
    </div>
  );
}
