import { useState } from 'react';
import { type Answer, curlOf, post, type Source, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Button,
  Checkbox,
  type Column,
  Empty,
  Form,
  Panel,
  Problem,
  Select,
  Skeleton,
  Table,
} from '../../kit/index.ts';
import { useClusterWords } from '../../shared/people/cluster-words.ts';
import { wordOf } from '../../shared/people/names.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Exploration = Answer<'/v1/segment-explorations', 'post'>;
type Cluster = Exploration['clusters'][number];
type Feature = Exploration['features'][number]['feature'];

const features: readonly Feature[] = [
  'recency',
  'frequency',
  'monetary',
  'basketSize',
  'breadth',
  'discountShare',
  'eveningShare',
  'weekendShare',
];
const numbers = ['2', '3', '4', '5', '6', '7', '8'] as const;

/** A clustering of one's own, to look at; what is liked can be learnt with. */
export function Explore({ onTry }: { onTry: ((lines: string) => void) | undefined }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const [chosen, setChosen] = useState<readonly Feature[]>(['recency', 'frequency', 'monetary']);
  const [clusters, setClusters] = useState<string>('4');
  const [found, setFound] = useState<{ exploration: Exploration; source: Source }>();
  const { run, isRunning, error } = useChange<Exploration>([]);
  const explore = async () => {
    const request = post('/v1/segment-explorations', {
      body: { features: features.filter((one) => chosen.includes(one)), clusters: Number(clusters) },
    });
    const exploration = await run(request);
    if (exploration) setFound({ exploration, source: { curl: curlOf(request), asOf: exploration.as_of } });
  };
  return (
    <div className="grid">
      <Panel title={t.exploreTitle} note={t.exploreNote} span={4}>
        <Form className="learning-form" onSubmit={explore}>
          <fieldset className="learning-line">
            <legend className="field-label">{t.features}</legend>
            {features.map((feature) => (
              <Checkbox
                key={feature}
                label={wordOf(words.features, feature)}
                checked={chosen.includes(feature)}
                onChange={(checked) =>
                  setChosen(checked ? [...chosen, feature] : chosen.filter((one) => one !== feature))
                }
              />
            ))}
          </fieldset>
          <Select
            label={t.clusters}
            value={clusters}
            onChange={setClusters}
            choices={numbers.map((value) => ({ value, label: value }))}
          />
          <div>
            <Button kind="main" icon="play" type="submit" working={isRunning} disabled={chosen.length === 0}>
              {t.exploreRun}
            </Button>
          </div>
          {error && <Problem error={error} title={t.exploreRefused} />}
        </Form>
      </Panel>
      <Panel title={t.clusters} span={8} {...(found ? { source: found.source } : {})} flush>
        {isRunning && <Skeleton lines={6} />}
        {!isRunning && found && <Found exploration={found.exploration} onTry={onTry} />}
        {!isRunning && !found && <Empty icon="segments" title={t.exploreEmpty} text={t.exploreEmptyText} />}
      </Panel>
    </div>
  );
}

function Found({ exploration, onTry }: { exploration: Exploration; onTry: ((lines: string) => void) | undefined }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const clusterWords = useClusterWords();
  const { clusters, recipe, sampled, customers, silhouette } = exploration;
  const columns: Column<Cluster>[] = [
    { key: 'cluster', header: t.cluster, cell: ({ cluster }) => cluster, value: ({ cluster }) => cluster },
    {
      key: 'share',
      header: t.share,
      align: 'end',
      cell: ({ share, customers: count }) => `${format.percent(share, 0)} · ${format.count(count)}`,
      value: ({ share }) => share,
    },
    {
      key: 'revenue',
      header: t.revenue,
      align: 'end',
      cell: ({ revenue_share }) => format.percent(revenue_share, 0),
      value: ({ revenue_share }) => revenue_share,
    },
    {
      key: 'words',
      header: t.inWords,
      cell: ({ rule, differences }) => (
        <span className="learning-line">
          <span>{clusterWords.rule(rule.words)}</span>
          <span className="muted">
            {t.hit(format.percent(rule.precision, 0), format.percent(rule.recall, 0))}
            {differences.slice(0, 2).map(({ feature, words: said }) => (
              <span key={feature}>
                {' · '}
                {wordOf(words.features, feature)}: {clusterWords.difference(said)}
              </span>
            ))}
          </span>
        </span>
      ),
      value: ({ rule }) => rule.words,
    },
  ];
  const lines = [
    `segmentation.clusters = ${recipe.clusters}`,
    ...Object.entries(recipe.features).map(([feature, weight]) => `segmentation.features.${feature} = ${weight}`),
  ].join('\n');
  return (
    <>
      <div className="row">
        <span title={t.silhouetteHelp}>
          {t.silhouette} <strong>{format.number(silhouette, 3)}</strong>
        </span>
        <span className="muted">{t.exploreOf(format.count(sampled), format.count(customers))}</span>
        <span className="learning-space" />
        {onTry && (
          <Button small icon="play" onClick={() => onTry(lines)}>
            {t.useRecipe}
          </Button>
        )}
      </div>
      <Table
        caption={t.clusters}
        rows={{ rows: clusters }}
        columns={columns}
        rowKey={({ cluster }) => cluster}
        fileName="clusters"
      />
    </>
  );
}
