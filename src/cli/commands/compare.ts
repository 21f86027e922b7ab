import type { Config } from '../../config.ts';
import { compareVersions, toComparisonJson, type VersionComparison } from '../../training/index.ts';
import type { ModelKind } from '../../versions/index.ts';
import { withStations } from '../session.ts';
import { figure, type Output, section, share, table } from '../terminal/output.ts';

/** Two versions of a model side by side. */
export async function compareModels(
  config: Config,
  output: Output,
  kind: ModelKind,
  versions: [first: number, second: number],
): Promise<void> {
  const comparison = await withStations(config, ({ database }) => compareVersions(database, kind, versions));
  output.result(toComparisonJson(comparison), () => describe(comparison));
}

function describe(comparison: VersionComparison): string {
  const { kind, first, second, metrics, recipe_changes, judged_on, paired, difference } = comparison;
  const [one, other] = [`v${first.version}`, `v${second.version}`];
  const judged = ([name, on]: [string, typeof judged_on.first]) =>
    on ? [`${name} was judged by what ${on.customers} customers bought from ${on.from} to ${on.until}`] : [];
  return [
    `${kind} ${one} (as of ${first.asOf.toISOString()}) and ${other} (as of ${second.asOf.toISOString()})`,
    section(
      'Metrics',
      metrics.map((row) => ({ name: row.name, [one]: figure(row.first), [other]: figure(row.second) })),
    ),
    ...judged([one, judged_on.first]),
    ...judged([other, judged_on.second]),
    ...(paired
      ? [
          `On the same ${paired.customers} customers what run ${paired.training_run_id} tried is ${figure(paired.mean)} [${figure(paired.low)}, ${figure(paired.high)}] from v${paired.against} in NDCG@10`,
        ]
      : []),
    section(
      'Recipe, where it differs',
      recipe_changes.map((row) => ({ field: row.field, [one]: row.first, [other]: row.second })),
    ),
    ...describeDifference(difference),
  ].join('\n\n');
}

function describeDifference(difference: VersionComparison['difference']): string[] {
  if ('examples' in difference) {
    const { examples, overlap, unchanged, ...figures } = difference;
    return [
      section('Lists', [{ ...figures, overlap: share(overlap), unchanged: share(unchanged) }]),
      `Customers whose list changes most\n${
        examples
          .map(
            ({ customer_id, overlap: theirs, first, second }) =>
              `${customer_id} (overlap ${share(theirs)})\n  - ${first.join(' ')}\n  + ${second.join(' ')}`,
          )
          .join('\n') || '(none)'
      }`,
    ];
  }
  if ('both' in difference) {
    const { first_examples: first, second_examples: second, ...figures } = difference;
    const named = (rules: typeof first) =>
      rules.map(({ antecedent, ...rule }) => ({ antecedent: antecedent.join(' '), ...rule }));
    return [
      section('Rules', [figures]),
      section('Strongest of the first alone', named(first)),
      section('Strongest of the second alone', named(second)),
    ];
  }
  if ('entered' in difference) {
    const { places, overlap, entered, left } = difference;
    return [
      `Of the first ${places} items ${share(overlap)} are on both lists`,
      `Entered\n${entered.join(' ') || '(none)'}`,
      `Left\n${left.join(' ') || '(none)'}`,
    ];
  }
  if ('moves' in difference) {
    const { customers, same_group, same_cluster, moves } = difference;
    return [
      `Of ${customers} customers known to both ${share(same_group)} are in the same group, ${share(same_cluster)} in the same cluster`,
      section('Moves between groups', moves),
    ];
  }
  if ('same_life_cycle_stage' in difference) {
    const { customers, same_life_cycle_stage, same_price_band, same_price_sensitivity } = difference;
    return [
      `Of ${customers} customers known to both ${share(same_life_cycle_stage)} have the same life-cycle stage, ${share(same_price_band)} the same price band, ${share(same_price_sensitivity)} the same price sensitivity`,
    ];
  }
  const { customers, expected_orders_correlation, expected_orders_mean } = difference;
  const [first, second] = expected_orders_mean;
  return [
    table([
      {
        customers,
        'correlation of expected orders': expected_orders_correlation,
        'mean before': first,
        'mean after': second,
      },
    ]),
  ];
}
