import { Link } from 'wouter';
import type { Source } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Figure, Panel, Table } from '../../kit/index.ts';
import { useClusterWords } from '../../shared/people/cluster-words.ts';
import { segmentPath, useSegmentName, wordOf } from '../../shared/people/names.ts';
import { SeeThem } from '../../shared/people/see-them.tsx';
import { useSaid } from '../../shared/use-said.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { texts } from './texts.ts';
import type { AllSegments, Segment } from './types.ts';

type Tried = NonNullable<AllSegments['clustering']>['tried'][number];

/** A card for each cluster: its portrait, and the rule that comes nearest to it. */
export function Clusters({ all, source }: { all: AllSegments; source: Source }) {
  const t = useTexts(texts);
  const clusters = all.items.filter(({ kind }) => kind === 'cluster');
  return (
    <div className="grid">
      <p className="panel-note">{t.clustersNote}</p>
      {clusters.map((cluster) => (
        <Cluster key={cluster.segment_id} cluster={cluster} source={source} />
      ))}
      {all.clustering && <How clustering={all.clustering} source={source} />}
    </div>
  );
}

function Cluster({ cluster, source }: { cluster: Segment; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useSegmentName();
  const words = useClusterWords();
  const { segment_id: id, name, customers, share, revenue_share: revenue, rule, differences } = cluster;
  const figures: [string, string, string][] = [
    [t.customers, `${format.count(customers)} · ${format.percent(share, 0)}`, t.share],
    [t.revenueShare, format.percent(revenue, 0), t.revenueShareHelp],
    [t.recency, format.days(cluster.mean_recency_days), t.recencyHelp],
    [t.frequency, format.number(cluster.mean_frequency, 1), t.frequencyHelp],
    [t.monetary, format.money(cluster.mean_monetary), t.monetaryHelp],
  ];
  return (
    <section className="panel span-6 cluster" aria-labelledby={id}>
      <header className="cluster-head">
        <h2 id={id}>
          <Link href={segmentPath(id)}>{nameOf(id)}</Link>
        </h2>
        <p className="panel-note">
          {words.name(name)} <SeeThem segmentId={id} />
        </p>
      </header>
      <dl className="cluster-figures">
        {figures.map(([label, value, definition]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <Figure about={{ name: `${nameOf(id)}: ${label}`, definition, source }}>{value}</Figure>
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t.portrait}</h3>
      {differences.length === 0 ? <p className="muted">{t.average}</p> : <Portrait differences={differences} />}
      {rule && (
        <>
          <h3>{t.inWords}</h3>
          <p>{words.rule(rule.words)}</p>
          <p className="panel-note">
            {t.precision(format.percent(rule.precision, 0))}, {t.recall(format.percent(rule.recall, 0))}
          </p>
        </>
      )}
    </section>
  );
}

/** Bars to the right for more than everybody, to the left for less; two and a half standard deviations fill a side. */
function Portrait({ differences }: { differences: Segment['differences'] }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const clusterWords = useClusterWords();
  const format = useFormat();
  return (
    <ul className="portrait">
      {differences.map(({ feature, deviations, words: said }) => {
        const length = Math.min(Math.abs(deviations) / 2.5, 1) * 50;
        return (
          <li key={feature} className="portrait-row">
            <span>{wordOf(words.features, feature)}</span>
            <span className="portrait-track" title={t.deviations(format.number(deviations, 1))}>
              <span
                className={`portrait-bar ${deviations < 0 ? 'is-less' : 'is-more'}`}
                style={{ width: `${length}%` }}
              />
            </span>
            <span className="portrait-words muted">{clusterWords.difference(said)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function How({ clustering, source }: { clustering: NonNullable<AllSegments['clustering']>; source: Source }) {
  const t = useTexts(texts);
  const defined = useTexts(wordTexts);
  const say = useSaid();
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const number = (
    key: 'silhouette' | 'calinski_harabasz' | 'gap' | 'stability',
    header: string,
    help: string,
  ): Column<Tried> => ({
    key,
    header,
    help,
    align: 'end',
    cell: (row) => format.number(row[key], key === 'calinski_harabasz' ? 0 : 3),
    value: (row) => row[key],
  });
  const columns: Column<Tried>[] = [
    {
      key: 'clusters',
      header: t.tried,
      cell: ({ clusters, chosen }) => (
        <span className="person-cell">
          {format.count(clusters)}
          {chosen && (
            <Badge tone="accent" icon="check">
              {t.chosen}
            </Badge>
          )}
        </span>
      ),
      value: ({ clusters }) => clusters,
    },
    number('silhouette', t.silhouette, t.silhouetteHelp),
    number('calinski_harabasz', t.calinski, t.calinskiHelp),
    number('gap', t.gap, t.gapHelp),
    number('stability', t.stability, t.stabilityHelp),
    {
      key: 'smallest_share',
      header: t.smallest,
      help: t.smallestHelp,
      align: 'end',
      cell: ({ smallest_share }) => format.percent(smallest_share),
      value: ({ smallest_share }) => smallest_share,
    },
    { key: 'refusal', header: t.refusal, wideOnly: true, cell: ({ refusal }) => say(refusal) || nothing },
  ];
  return (
    <Panel title={t.how} note={t.howNote} about={defined.cluster} source={source} flush>
      <p className="cluster-features">
        {t.features}:{' '}
        {clustering.features.map(({ feature, weight, used, reason }) => (
          <Badge key={feature} tone={used ? 'accent' : 'neutral'}>
            {wordOf(words.features, feature)}
            {used ? ` × ${format.plain(weight)}` : ` (${t.notUsed(say(reason))})`}
          </Badge>
        ))}
      </p>
      {clustering.tried.length > 0 && (
        <Table
          caption={t.how}
          rows={{ rows: clustering.tried }}
          columns={columns}
          rowKey={({ clusters }) => clusters}
          fileName="clusters-tried"
        />
      )}
    </Panel>
  );
}
