import { useEffect, useState } from 'react';
import { type Answer, ask, useGet } from '../../api/index.ts';
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
  Table,
  useUrlState,
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
const usual: readonly Feature[] = ['recency', 'frequency', 'monetary'];
const numbers = ['2', '3', '4', '5', '6', '7', '8'] as const;

/** A clustering of one's own, to look at; what is liked can be learnt with. What was asked stands in the address, to be found again. */
export function Explore({ onTry }: { onTry: ((lines: string) => void) | undefined }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const [by, , setAll] = useUrlState<string>('by', '');
  const [into] = useUrlState<string>('into', '4');
  const asked = features.filter((one) => by.split('.').includes(one));
  const [chosen, setChosen] = useState<readonly Feature[]>(asked.length > 0 ? asked : usual);
  const [clusters, setClusters] = useState<string>(numbers.find((one) => one === into) ?? '4');
  const explore = () => {
    const next = features.filter((one) => chosen.includes(one)).join('.');
    setAll({ by: next, into: clusters });
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
            <Button kind="main" icon="play" type="submit" disabled={chosen.length === 0}>
              {t.exploreRun}
            </Button>
          </div>
        </Form>
      </Panel>
      {asked.length > 0 && numbers.some((one) => one === into) ? (
        <Exploring
          key={`${by} ${into}`}
          features={asked}
          clusters={Number(into)}
          onTry={onTry}
          onCancel={() => setAll({ by: '', into: '' })}
        />
      ) : (
        <Panel title={t.clusters} span={8}>
          <Empty icon="segments" title={t.exploreEmpty} text={t.exploreEmptyText} />
        </Panel>
      )}
    </div>
  );
}

/** Asked for once and kept; who goes away from it, or gives it up, ends the work. */
function Exploring({
  features: by,
  clusters,
  onTry,
  onCancel,
}: {
  features: readonly Feature[];
  clusters: number;
  onTry: ((lines: string) => void) | undefined;
  onCancel(): void;
}) {
  const t = useTexts(texts);
  const asked = useGet(ask('/v1/segment-explorations', { body: { features: [...by], clusters } }), { keep: false });
  const { data, error, isFetching } = asked;
  return (
    <Panel title={t.clusters} span={8} {...(data ? { source: asked.source } : {})} flush>
      {isFetching ? (
        <div className="row learning-working">
          <Working />
          <Button small icon="close" onClick={onCancel}>
            {t.exploreCancel}
          </Button>
        </div>
      ) : (
        error && <Problem error={error} title={t.exploreRefused} onRetry={asked.again} />
      )}
      {!isFetching && data && <Found exploration={data} onTry={onTry} />}
    </Panel>
  );
}

/** That it works, and for how long. */
function Working() {
  const t = useTexts(texts);
  const format = useFormat();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="row" role="status" aria-busy="true">
      <span className="spinner" />
      {t.exploring}
      {seconds > 0 && <span className="muted">{format.seconds(seconds)}</span>}
    </span>
  );
}

function Found({ exploration, onTry }: { exploration: Exploration; onTry: ((lines: string) => void) | undefined }) {
  const t = useTexts(texts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const clusterWords = useClusterWords();
  const { clusters, recipe, sampled, customers, silhouette, as_of: asOf } = exploration;
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
        <span className="muted">
          {t.exploreOf(format.count(sampled), format.count(customers))} · {format.moment(asOf)}
        </span>
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
