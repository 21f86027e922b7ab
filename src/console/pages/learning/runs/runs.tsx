import { get, type Pages, usePages } from '../../../api/index.ts';
import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, type Column, Empty, Meter, Panel, Table, useUrlState } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval } from '../interval.tsx';
import { texts } from '../texts.ts';
import { countOf, evaluationOf, kinds, madeRow, type Run, secondsOf, verdictOf } from '../types.ts';
import { useRunState } from '../verdict.ts';
import { Gate } from './gate.tsx';
import { JudgedTable, judgedNote } from './judged.tsx';
import { RunDetail } from './run-detail.tsx';
import { Stages, useStageName } from './stages.tsx';

/** While one is under way it is looked at so often. */
const liveMs = 1_500;
const restMs = 30_000;

export const useRuns = (isLive: boolean): Pages<Run> =>
  usePages(get('/v1/training-runs', { query: { limit: 25 } }), { every: isLive ? liveMs : restMs });

/** All runs, with the one under way above them. */
export function Runs({ runs }: { runs: Pages<Run> }) {
  const t = useTexts(texts);
  const [open, setOpen] = useUrlState('run', '');
  const live = runs.rows?.find(({ status }) => status === 'running');
  return (
    <div className="grid">
      {live && <Live run={live} />}
      <Panel title={t.runsTitle} note={t.runsNote} flush>
        <RunTable runs={runs} onOpen={setOpen} />
      </Panel>
      <Latest runs={runs} />
      {open && <RunDetail id={open} onClose={() => setOpen('')} />}
    </div>
  );
}

/** What the latest run that judged lists has found: the gate's verdict, and how well each way to make lists foresees. */
function Latest({ runs }: { runs: Pages<Run> }) {
  const t = useTexts(texts);
  const format = useFormat();
  const run = runs.rows?.find((one) => evaluationOf(one)?.rows.length);
  const evaluation = run && evaluationOf(run);
  if (!run || !evaluation) return null;
  const of = t.runNumber(run.training_run_id);
  return (
    <>
      <Panel
        title={`${t.judgedTitle} · ${of}`}
        note={judgedNote(t, format, evaluation)}
        span={8}
        source={runs.source}
        flush
      >
        <JudgedTable evaluation={evaluation} />
      </Panel>
      <Panel title={`${t.gate} · ${of}`} note={t.gateAbout} span={4}>
        <Gate verdict={verdictOf(run)} winner={evaluation.winner} />
      </Panel>
    </>
  );
}

function Live({ run }: { run: Run }) {
  const t = useTexts(texts);
  const format = useFormat();
  const nameOf = useStageName();
  const { progress } = run;
  const left = progress.eta_seconds ? ` · ${t.left(format.seconds(progress.eta_seconds))}` : '';
  return (
    <Panel title={t.underWay(run.training_run_id)} note={`${format.ago(run.started_at)}${left}`}>
      <div className="stack" aria-live="polite">
        <Meter
          label={progress.stage ? nameOf(progress.stage) : nothing}
          value={progress.done / Math.max(progress.total, 1)}
          text={t.stagesOf(format.count(progress.done), format.count(progress.total))}
        />
        <Stages progress={progress} isLive />
      </div>
    </Panel>
  );
}

function RunTable({ runs, onOpen }: { runs: Pages<Run>; onOpen(id: string): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const stateOf = useRunState();
  const columns: Column<Run>[] = [
    {
      key: 'run',
      header: t.run,
      cell: ({ training_run_id: id }) => (
        <button type="button" className="learning-open" onClick={() => onOpen(id)}>
          {t.runNumber(id)}
        </button>
      ),
      value: ({ training_run_id }) => Number(training_run_id),
    },
    {
      key: 'state',
      header: t.state,
      cell: (run) => {
        const [tone, state] = stateOf(run);
        return <Badge tone={tone}>{state}</Badge>;
      },
      value: (run) => stateOf(run)[1],
    },
    {
      key: 'started',
      header: t.started,
      cell: ({ started_at }) => <span className="nowrap">{format.moment(started_at)}</span>,
      value: ({ started_at }) => started_at,
    },
    {
      key: 'took',
      header: t.took,
      align: 'end',
      cell: (run) => <span className="nowrap">{format.seconds(secondsOf(run))}</span>,
      value: secondsOf,
    },
    {
      key: 'quality',
      header: t.quality,
      help: t.qualityHelp,
      cell: (run) => <Quality run={run} />,
      value: (run) => madeRow(evaluationOf(run))?.ndcg_at_10 ?? null,
    },
    {
      key: 'orders',
      header: t.orders,
      align: 'end',
      wideOnly: true,
      cell: (run) => format.count(countOf(run, 'orders')),
      value: (run) => countOf(run, 'orders') ?? null,
    },
    {
      key: 'models',
      header: t.models,
      wideOnly: true,
      cell: ({ models }) =>
        models.length === kinds.length ? t.allModels : models.map((kind) => t.kinds[kind]).join(', '),
      value: ({ models }) => models.join(' '),
    },
    {
      key: 'release',
      header: t.release,
      align: 'end',
      wideOnly: true,
      cell: ({ release_id }) => release_id ?? nothing,
      value: ({ release_id }) => release_id,
    },
  ];
  return (
    <Table
      caption={t.runsTitle}
      rows={runs}
      columns={columns}
      rowKey={({ training_run_id }) => training_run_id}
      fileName="training-runs"
      empty={<Empty icon="learning" title={t.none} text={t.noneText} command="npx pannier train" />}
    />
  );
}

function Quality({ run }: { run: Run }) {
  const made = madeRow(evaluationOf(run));
  if (!made) return nothing;
  const [low, high] = made.interval;
  return <Interval value={made.ndcg_at_10} low={low} high={high} scale={[0, 1]} />;
}
