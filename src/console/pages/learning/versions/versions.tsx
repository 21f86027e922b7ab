import { get, type Pages, usePages } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, type Column, Empty, Facts, Panel, Select, Table, useUrlState } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval, scaleOf } from '../interval.tsx';
import { Recipe } from '../runs/recipes.tsx';
import { texts } from '../texts.ts';
import { judgedOf, type Kind, kinds, type Release, type Version } from '../types.ts';
import { figureName } from './figure-name.ts';
import { figureTexts } from './figure-texts.ts';
import { PublishButton } from './publish.tsx';
import { SideBySide } from './side-by-side.tsx';

/** What is served, and the versions of one model: figures beside each other, compared, published. */
export function Versions() {
  const t = useTexts(texts);
  const [wanted, , setAll] = useUrlState<Kind>('kind', 'collaborative-filtering');
  const kind = kinds.includes(wanted) ? wanted : 'collaborative-filtering';
  const releases = usePages(get('/v1/releases', { query: { limit: 25 } }));
  const asked = usePages(get('/v1/models/{kind}/versions', { path: { kind }, query: { limit: 25 } }));
  // Until those of another model are there, the rows of the former one are kept: they are none of this one's.
  const versions = { ...asked, rows: asked.rows?.every((version) => version.kind === kind) ? asked.rows : undefined };
  const release = releases.rows?.[0];
  return (
    <div className="grid">
      <div className="learning-kind">
        <Select<Kind>
          label={t.model}
          value={kind}
          // Numbers of versions are those of one model: chosen ones are left behind.
          onChange={(value) => setAll({ kind: value, first: '', second: '' })}
          choices={kinds.map((value) => ({ value, label: t.kinds[value] }))}
        />
      </div>
      <Panel title={t.versionsTitle(t.kinds[kind])} note={t.versionsNote} span={8} flush>
        <VersionTable key={kind} kind={kind} versions={versions} release={release} />
      </Panel>
      <ServedPanel releases={releases} />
      <SideBySide key={`${kind} beside`} kind={kind} versions={versions.rows} served={release?.versions[kind]} />
      <Panel title={t.releases} note={t.releasesNote} flush>
        <ReleaseTable releases={releases} />
      </Panel>
    </div>
  );
}

function ServedPanel({ releases }: { releases: Pages<Release> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const release = releases.rows?.[0];
  const note = release && t.servedNote(String(release.release_id), format.moment(release.created_at));
  return (
    <Panel title={t.served} note={note} about={t.servedAbout} source={releases.source} span={4}>
      {release && (
        <Facts
          facts={kinds.map((kind) => [
            t.kinds[kind],
            release.versions[kind] === undefined ? nothing : t.versionNumber(String(release.versions[kind])),
          ])}
        />
      )}
    </Panel>
  );
}

function VersionTable({
  kind,
  versions,
  release,
}: {
  kind: Kind;
  versions: Pages<Version>;
  release: Release | undefined;
}) {
  const t = useTexts(texts);
  const names = useTexts(figureTexts);
  const format = useFormat();
  const may = useMay();
  const scale = scaleOf((versions.rows ?? []).flatMap((version) => judgedOf(version)?.interval ?? []));
  const isJudged = versions.rows?.some(judgedOf);
  const columns: Column<Version>[] = [
    {
      key: 'version',
      header: t.version,
      cell: ({ version, published }) => (
        <span className="row nowrap">
          {t.versionNumber(String(version))}
          {published && (
            <Badge tone="good" icon="check">
              {t.servedBadge}
            </Badge>
          )}
        </span>
      ),
      value: ({ version }) => version,
    },
    {
      key: 'made',
      header: t.made,
      cell: ({ created_at }) => <span className="nowrap">{format.moment(created_at)}</span>,
      value: ({ created_at }) => created_at,
    },
    ...(isJudged
      ? [
          {
            key: 'quality',
            header: figureName(names, kind, 'evaluation.ndcg_at_10') ?? t.quality,
            help: kind === 'collaborative-filtering' ? `${names.wholeListHelp} ${t.qualityHelp}` : t.qualityHelp,
            cell: (version: Version) => <Quality version={version} scale={scale} />,
            value: (version: Version) => judgedOf(version)?.ndcg_at_10 ?? null,
          },
        ]
      : []),
    {
      key: 'rows',
      header: t.rows,
      help: t.rowsHelp,
      align: 'end',
      cell: ({ row_count }) => format.count(row_count),
      value: ({ row_count }) => row_count,
    },
    {
      key: 'recipe',
      header: t.recipe,
      wideOnly: true,
      cell: ({ recipe }) => <Recipe name={t.recipe} recipe={recipe} />,
    },
    ...(may('train')
      ? [
          {
            key: 'act',
            header: t.publish,
            align: 'end' as const,
            cell: (version: Version) =>
              version.published ? nothing : <PublishButton version={version} release={release} />,
          },
        ]
      : []),
  ];
  return (
    <Table
      caption={t.versions}
      rows={versions}
      columns={columns}
      rowKey={({ version }) => version}
      fileName="versions"
      empty={<Empty icon="learning" title={t.noVersions} text={t.noVersionsText} command="npx pannier train" />}
    />
  );
}

function Quality({ version, scale }: { version: Version; scale: readonly [number, number] }) {
  const judged = judgedOf(version);
  if (!judged) return nothing;
  const [low, high] = judged.interval;
  return <Interval value={judged.ndcg_at_10} low={low} high={high} scale={scale} />;
}

function ReleaseTable({ releases }: { releases: Pages<Release> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const rows = releases.rows ?? [];
  const isNew = (release: Release, kind: Kind) => {
    const before = rows[rows.indexOf(release) + 1];
    return before !== undefined && release.versions[kind] !== before.versions[kind];
  };
  const columns: Column<Release>[] = [
    {
      key: 'release',
      header: t.releaseNumber,
      cell: ({ release_id }) => release_id,
      value: ({ release_id }) => release_id,
    },
    {
      key: 'since',
      header: t.since,
      cell: ({ created_at }) => <span className="nowrap">{format.moment(created_at)}</span>,
      value: ({ created_at }) => created_at,
    },
    {
      key: 'why',
      header: t.why,
      cell: ({ reason }) => <span className="nowrap">{t.reasons[reason]}</span>,
      value: ({ reason }) => reason,
    },
    ...kinds.map(
      (kind): Column<Release> => ({
        key: kind,
        header: t.kinds[kind],
        align: 'end',
        wideOnly: true,
        cell: (release) => (
          <span className={isNew(release, kind) ? 'learning-changed' : undefined}>
            {release.versions[kind] ?? nothing}
          </span>
        ),
        value: ({ versions }) => versions[kind] ?? null,
      }),
    ),
  ];
  return (
    <Table
      caption={t.releases}
      rows={releases}
      columns={columns}
      rowKey={({ release_id }) => release_id}
      fileName="releases"
    />
  );
}
