import { Argument, type Command, Option } from 'commander';
import type { ResolvedRecipe } from '../../../models/collaborative-filtering/index.ts';
import { type Config, readConfig } from '../../config.ts';
import {
  type ContenderDifference,
  type ContenderName,
  type ContenderReport,
  contenderNames,
  runContest,
} from '../../training/index.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { collect, evaluationDays, positiveNumber, timestamp, wholeNumber } from '../terminal/arguments.ts';
import { figure, type Output, section, share, withInterval } from '../terminal/output.ts';
import { readSettings } from '../terminal/recipe-settings.ts';

/** `pannier evaluate` */
export function addEvaluateCommand(program: Command, output: () => Output): void {
  program
    .command('evaluate')
    .description(summaries.evaluate)
    .addArgument(
      new Argument('[models...]', `${contenderNames.join(', ')}; default: night and popularity`).choices(
        contenderNames,
      ),
    )
    .option(
      '--lists <file>',
      'lists made elsewhere: CSV or NDJSON of customer_id, item_id, rank; repeatable',
      collect,
      [],
    )
    .option(
      '--as-of <time>',
      'nothing from then on is looked at; give the end of the data for an old data set',
      timestamp,
    )
    .option('--window-days <days>', 'length of the judged window before it (28)', evaluationDays)
    .addOption(
      new Option('--holdout <file>', 'judge by these pairs instead: CSV or NDJSON of customer_id, item_id').conflicts(
        'windowDays',
      ),
    )
    .option('--k <places>', 'first places that are judged (10)', positiveNumber)
    .option('--seed <number>', 'seed of everything random', wholeNumber)
    .option(
      '--set <path=value>',
      'a recipe value, of collaborative filtering unless the kind comes first; repeatable',
      collect,
      [],
    )
    .addHelpText(
      'after',
      `
Every model is learnt from what is before the window alone, and ranks everything that was sold before it. Figures are means over
the customers with 95 % bootstrap intervals; differences are paired, against the first one named.

Examples:
  pannier evaluate night published popularity --window-days 14 --k 20
  pannier evaluate item-knn ease --set methods.item-knn.shrinkage=30 --lists mine.csv`,
    )
    .action((names, options) => evaluate(readConfig(), output(), names, options));
}

export interface EvaluateOptions {
  lists: string[];
  asOf?: Date;
  windowDays?: number;
  holdout?: string;
  k?: number;
  seed?: number;
  set: string[];
}

/** Judges models and files of lists on one hold-out. */
export async function evaluate(
  config: Config,
  output: Output,
  models: ContenderName[],
  options: EvaluateOptions,
): Promise<void> {
  const { set, lists, ...request } = options;
  const named = models.length + lists.length > 0 ? models : (['night', 'popularity'] as const);
  const report = await withStations(config, async ({ database }) => {
    const bar = output.bar('Evaluation');
    try {
      return await runContest(
        database,
        {
          ...request,
          contenders: [...new Set(named)],
          lists: [...new Set(lists)],
          recipes: readSettings(set, 'collaborative-filtering'),
        },
        bar.update,
      );
    } finally {
      bar.stop();
    }
  });
  output.result(report, () => describe(report));
}

function describe(report: ContenderReport & { skipped_rows: number }): string {
  const { k, cut, end, customers, sellable_items, repurchase, rows, differences, skipped_rows } = report;
  const judgedBy = end === null ? 'by the pairs of the file' : `by what they bought until ${end}`;
  return [
    `Learnt from what is before ${cut}; ${customers} customers judged ${judgedBy}, all ${sellable_items} items ranked, repurchase ${repurchase}`,
    section(
      `Means over the customers with their 95 % intervals, at the first ${k} places`,
      rows.map(({ name, figures, seconds }) => ({
        name,
        [`NDCG@${k}`]: figures && withInterval(figures.ndcg),
        [`Recall@${k}`]: figures && withInterval(figures.recall),
        MRR: figures && withInterval(figures.mrr),
        MAP: figures && withInterval(figures.map),
        hits: figures && share(figures.hit_rate),
        coverage: figures && share(figures.coverage),
        novelty: figures?.novelty.toFixed(2),
        seconds: seconds.toFixed(1),
      })),
    ),
    ...rows.flatMap(({ name, recipe }) => (name === 'night' && recipe ? [`The night blends ${blendOf(recipe)}`] : [])),
    ...rows.flatMap(({ name, refused }) => (refused === null ? [] : [`${name} was not judged: ${refused}`])),
    ...rows.flatMap(({ name, figures, listed }) =>
      figures && listed < customers ? [`${name} has no list for ${customers - listed} of the customers`] : [],
    ),
    differences.length > 0
      ? section(
          `Less ${differences[0].against}, on the same customers`,
          differences.map((difference) => ({
            name: difference.name,
            [`NDCG@${k}`]: withInterval(difference.ndcg),
            [`Recall@${k}`]: withInterval(difference.recall),
            'NDCG is': verdictOf(difference.ndcg),
          })),
        )
      : '',
    skipped_rows > 0
      ? `${figure(skipped_rows)} rows of the files are of customers who are not known, and were skipped`
      : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function blendOf(recipe: object): string {
  const { methods } = recipe as Pick<ResolvedRecipe, 'methods'>;
  return Object.entries(methods)
    .filter(([, { weight }]) => weight > 0)
    .map(([name, { weight }]) => `${name} ${figure(weight)}`)
    .join(', ');
}

function verdictOf({ low, high }: ContenderDifference['ndcg']): string {
  return low > 0 ? 'better' : high < 0 ? 'worse' : 'no different beyond chance';
}
