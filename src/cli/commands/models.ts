import type { Config } from '../../config.ts';
import { toVersionJson } from '../../training/index.ts';
import { kinds, listVersions, type ModelKind, publishVersion, readPublishedRelease } from '../../versions/index.ts';
import { withStations } from '../session.ts';
import { type Output, table } from '../terminal/output.ts';

const shown = 20;

export async function listModels(config: Config, output: Output, kind: ModelKind | undefined): Promise<void> {
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

export async function publishModel(config: Config, output: Output, kind: ModelKind, version: number): Promise<void> {
  const release = await withStations(config, ({ database }) => publishVersion(database, kind, version));
  output.result(
    { release_id: release.releaseId, versions: release.versions, reason: release.reason },
    () => `Release ${release.releaseId} is served (${release.reason}): ${JSON.stringify(release.versions)}`,
  );
}
