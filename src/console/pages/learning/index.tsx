import './learning.css';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useRenew } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { Button, Page, Tabs, useUrlState } from '../../kit/index.ts';
import { predictionTexts } from '../../texts/predictions.ts';
import { useTexts } from '../../texts/texts.ts';
import { Explore } from './explore.tsx';
import { PredictedAttributes } from './predicted-attributes.tsx';
import { Responses } from './responses.tsx';
import { Runs, useRuns } from './runs/runs.tsx';
import { StartRun } from './runs/start-run.tsx';
import { texts } from './texts.ts';
import { Versions } from './versions/versions.tsx';

const allViews = ['runs', 'versions', 'responses', 'predicted', 'explore'] as const;
type View = (typeof allViews)[number];

/** What is learnt, how good it is, and what of it is served. */
export default function Learning() {
  const t = useTexts(texts);
  const may = useMay();
  const labels = { ...t, predicted: useTexts(predictionTexts).tab };
  const [view, setView] = useUrlState<View>('view', 'runs');
  const [isLive, setLive] = useState(false);
  /** recipe lines to begin with; undefined: nobody is starting a run */
  const [starting, setStarting] = useState<string>();
  const runs = useRuns(isLive);
  const running = runs.rows?.some(({ status }) => status === 'running') ?? false;
  if (running !== isLive) setLive(running);
  const renew = useRenew();
  const wasLive = useRef(false);
  useEffect(() => {
    // A run that has ended has made versions, and perhaps a release.
    if (wasLive.current && !isLive) void renew(['/v1/models', '/v1/releases', '/v1/campaigns']);
    wasLive.current = isLive;
  }, [isLive, renew]);
  const views = allViews.filter((one) =>
    one === 'explore' ? may('train') : one !== 'responses' || may('view', 'coupons'),
  );
  const contents: Record<View, () => ReactNode> = {
    runs: () => <Runs runs={runs} />,
    versions: () => <Versions />,
    responses: () => <Responses runs={runs.rows} />,
    predicted: () => <PredictedAttributes />,
    explore: () => <Explore onTry={running ? undefined : setStarting} />,
  };
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      actions={
        may('train') && (
          <Button
            kind="main"
            icon="play"
            disabled={running}
            title={running ? t.running : undefined}
            onClick={() => setStarting('')}
          >
            {t.start}
          </Button>
        )
      }
    >
      <Tabs<View>
        label={t.views}
        value={views.includes(view) ? view : 'runs'}
        onChange={setView}
        tabs={views.map((value) => ({ value, label: labels[value], content: contents[value] }))}
      />
      {starting !== undefined && (
        <StartRun
          last={runs.rows?.[0]}
          recipes={Object.assign({}, ...(runs.rows ?? []).toReversed().map((one) => one.recipes))}
          lines={starting}
          onClose={() => setStarting(undefined)}
          onStarted={() => {
            setStarting(undefined);
            setView('runs');
          }}
        />
      )}
    </Page>
  );
}
