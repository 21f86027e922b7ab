import type { Command } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import type { Explanation } from '../../recommendations/index.ts';
import { withServing } from '../session.ts';
import { summaries } from '../summaries.ts';
import { positiveNumber } from '../terminal/arguments.ts';
import { type Output, section } from '../terminal/output.ts';

/** `pannier explain` */
export function addExplainCommand(program: Command, output: () => Output): void {
  program
    .command('explain')
    .description(summaries.explain)
    .requiredOption('--customer <id>', 'whose list')
    .option('--limit <places>', 'length of the list', positiveNumber, 10)
    .action((options) => explainCustomer(readConfig(), output(), options));
}

/** Candidates behind the last that is listed. */
const shownBehind = 5;

/** How a customer's list comes about, from what the endpoint answers from. */
async function explainCustomer(
  config: Config,
  output: Output,
  { customer, limit }: { customer: string; limit: number },
): Promise<void> {
  const explanation = await withServing(config, ({ stations }) =>
    stations.recommendations.explainList(customer, { limit }),
  );
  output.result(explanation, () => describe(explanation));
}

function describe(explanation: Explanation): string {
  const { customer_id, is_known, degraded, profiling_allowed, arm, release_id, behaviours, candidates, drops, items } =
    explanation;
  const known = profiling_allowed ? 'known' : 'known, has objected to profiling';
  const held = arm === 'holdout' ? ', held out of personal lists for comparison' : '';
  const unknown = degraded ? 'not read: the database did not answer in time' : 'not known';
  const status = is_known ? known + held : unknown;
  const lastListed = candidates.findLastIndex(({ fate }) => fate === 'listed');
  const shown = lastListed + 1 + shownBehind;
  return [
    `Customer ${customer_id} (${status}), release ${release_id ?? '–'}`,
    section('Latest behaviours', behaviours.slice(0, 10)),
    section(
      'Candidates',
      candidates.slice(0, shown).map(({ because_item_id, score, ...candidate }) => ({
        ...candidate,
        score: score.toFixed(4),
        because: because_item_id,
      })),
    ),
    candidates.length > shown ? `and ${candidates.length - shown} more behind them, all of them with --json` : '',
    section(
      'Dropped',
      Object.entries(drops).map(([rule, count]) => ({ rule, candidates: count })),
    ),
    section(
      'List',
      items.map(({ is_topped_up, ...item }) => ({ ...item, 'topped up': is_topped_up ? 'yes' : '' })),
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}
