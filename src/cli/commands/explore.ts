import type { Command } from 'commander';
import { type FeatureName, featureNames } from '../../../models/segmentation/index.ts';
import { type Config, readConfig } from '../../config.ts';
import { invalidField } from '../../errors.ts';
import { type ExplorationRequest, type ExploredSegments, toExplorationJson } from '../../training/index.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { clusterCount, sampleSize, timestamp, wholeNumber } from '../terminal/arguments.ts';
import { type Output, section, share } from '../terminal/output.ts';

interface ExploreOptions extends Pick<ExplorationRequest, 'clusters' | 'sample' | 'asOf' | 'seed'> {
  /** each with `=weight` or without */
  feature: string[];
}

/** `pannier explore` */
export function addExploreCommand(program: Command, output: () => Output): void {
  program
    .command('explore')
    .description(summaries.explore)
    .requiredOption('--feature <name...>', `each with or without =weight: ${featureNames.join(', ')}`)
    .requiredOption('--clusters <number>', 'from 2 to 16', clusterCount)
    .option('--sample <customers>', 'at most so many of them, up to 20000', sampleSize)
    .option(
      '--as-of <time>',
      'facts from then on are not looked at; give the end of the data for an old data set',
      timestamp,
    )
    .option('--seed <number>', 'of the sample and the starts (1)', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  pannier explore --feature recency frequency monetary --clusters 4
  pannier explore --feature discountShare=2 eveningShare --clusters 3 --sample 5000`,
    )
    .action((options) => exploreSegments(readConfig(), output(), options));
}

/** Finds and describes clusters of the customers; nothing is kept. */
async function exploreSegments(config: Config, output: Output, options: ExploreOptions): Promise<void> {
  const { feature, ...rest } = options;
  const request = { ...rest, ...readFeatures(feature) };
  const explored = await withStations(config, ({ stations }) => stations.training.explorations.explore(request));
  output.result(toExplorationJson(explored), () => describe(explored));
}

function readFeatures(choices: string[]): Pick<ExplorationRequest, 'features' | 'weights'> {
  const weights: Partial<Record<FeatureName, number>> = {};
  const features = choices.map((one, place): FeatureName => {
    const [name, weight] = one.split(/=(.*)/s) as [FeatureName, string | undefined];
    const isTwice = choices.slice(0, place).some((other) => other.split('=')[0] === name);
    if (!featureNames.includes(name) || isTwice)
      throw invalidField(
        `/features/${place}`,
        isTwice ? 'is there already' : `must be one of ${featureNames.join(', ')}`,
      );
    if (weight === undefined) return name;
    weights[name] = Number(weight);
    if (!(Number(weight) > 0 && Number(weight) <= 100))
      throw invalidField(`/weights/${name}`, 'must be a number above 0 and up to 100');
    return name;
  });
  return { features, weights };
}

function describe({ customers, sampled, features, clusters, silhouette, recipe }: ExploredSegments): string {
  const who =
    sampled < customers ? `${sampled} of ${customers} customers, drawn by the seed` : `${customers} customers`;
  const centres = (of: (feature: FeatureName) => number | undefined) =>
    Object.fromEntries(features.map(({ feature }) => [feature, of(feature)]));
  return [
    `${clusters.length} clusters of ${who}, silhouette ${silhouette.toFixed(3)}`,
    section('Clusters, with their centres', [
      ...clusters.map(({ cluster, customers, share: part, revenueShare, centre }) => ({
        cluster: String(cluster),
        customers,
        share: share(part),
        revenue: share(revenueShare),
        ...centres((feature) => centre[feature]),
      })),
      {
        cluster: 'all',
        customers: sampled,
        share: share(1),
        revenue: share(1),
        ...centres((feature) => features.find((one) => one.feature === feature)!.centre),
      },
    ]),
    section(
      'What they have in common',
      clusters.map(({ cluster, rule }) => ({
        cluster: String(cluster),
        rule: rule.words,
        precision: share(rule.precision),
        recall: share(rule.recall),
      })),
    ),
    section(
      'Where they differ from all',
      clusters.flatMap(({ cluster, differences }) =>
        differences.map(({ words }) => ({ cluster: String(cluster), difference: words })),
      ),
    ),
    `To train with these: pannier train --model segmentation --set clusters=${recipe.clusters} --set features=${JSON.stringify(recipe.features)}`,
  ].join('\n\n');
}
