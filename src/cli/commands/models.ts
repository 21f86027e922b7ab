import type { Command } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { toVersionJson } from '../../training/index.ts';
import { kinds, listVersions, type ModelKind, publishVersion, readPublishedRelease } from '../../versions/index.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { kindArgument, wholeNumber } from '../terminal/arguments.ts';
import { type Output, table } from '../terminal/output.ts';
import { compareModels } from './compare.ts';

/** `pannier models …` and `pannier publish` */
export function addModelCommands(program: Command, output: () => Output): void {
  const models = program
    .command('models')
    .description(summaries.models)
    .addArgument(kindArgument('[kind]'))
    .action((kind) => listModels(readConfig(), output(), kind));
  models
    .command('compare')
    .description('two versions of a model: metrics, recipes, and how far what they say differs')
    .addArgument(kindArgument('<kind>'))
    .argument('<first>', 'number of a version', wholeNumber)
    .argument('<second>', 'number of the other', wholeNumber)
    .action((kind, first: number, second: number) => compareModels(readConfig(), output(), kind, [first, second]));

  program
    .command('publish')
    .description(summaries.publish)
    .addArgument(kindArgument('<kind>'))
    .argument('<version>', 'its number', wholeNumber)
    .action((kind, version: number) => publishModel(readConfig(), output(), kind, version));
}

const shown = 20;

async function listModels(config: Config, output: Output, kind: ModelKind | undefined): Promise<void> {
  const versions = await withStations(config, async ({ database }) => {
    const published = await readPublishedRelease(database);
    const lists = await Promise.all((kind ? [kind] : kinds).map((each) => listVersions(database, each, shown)));
    return lists.flat().map((each) => toVersionJson(each, published?.versions[each.kind] === each.version));
  });
  output.result({ versions }, () =>
    table(
      versions.map(({ kind, version, published, as_of, seed, row_count, created_at, checksum }) => ({
        kind,
        version,
        published: published ? 'yes' : '',
        as_of,
        seed,
        row_count,
        created_at,
        checksum: checksum.slice(0, 12),
      })),
    ),
  );
}

async function publishModel(config: Config, output: Output, kind: ModelKind, version: number): Promise<void> {
  const release = await withStations(config, ({ database }) => publishVersion(database, kind, version));
  output.result(
    { release_id: release.releaseId, versions: release.versions, reason: release.reason },
    () => `Release ${release.releaseId} is served (${release.reason}): ${JSON.stringify(release.versions)}`,
  );
}
