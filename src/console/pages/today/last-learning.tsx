import { type Answer, get, useGet } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, Empty, Facts, LinkButton, Loaded, Meter, Notice, Panel, type Tone } from '../../kit/index.ts';
import { useSaid } from '../../shared/use-said.ts';
import { shellTexts } from '../../texts/shell.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Run = Answer<'/v1/training-runs'>['items'][number];

/** The latest learning: whether the gate let it pass, from what it was learnt, and how good it is. */
export function LastLearning() {
  const t = useTexts(texts);
  const { pages } = useTexts(shellTexts);
  const asked = useGet(get('/v1/training-runs', { query: { limit: 1 } }), { every: 15_000 });
  const run = asked.data?.items[0];
  if (asked.error?.problem.code === 'forbidden') return null;
  return (
    <Panel
      title={t.nightTitle}
      source={asked.source}
      actions={
        run && (
          <LinkButton href="/learning" kind="quiet" small>
            {pages.learning}
          </LinkButton>
        )
      }
    >
      <Loaded asked={asked}>
        {({ items: [latest] }) =>
          latest ? (
            <Told run={latest} />
          ) : (
            <Empty icon="learning" title={t.noRun} text={t.noRunText} command="npx pannier train" />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Told({ run }: { run: Run }) {
  const t = useTexts(texts);
  const say = useSaid();
  const format = useFormat();
  const [tone, state] = useVerdict(run);
  const { counts, progress } = run;
  const [orders, rules] = [numberIn(counts, 'orders'), numberIn(counts, 'rules')];
  const buyers = numberIn(counts, 'customers_with_orders');
  const made = quality(run, (value) => format.number(value, 3));
  const seconds = run.finished_at && (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1_000;
  return (
    <div className="stack">
      <div className="row">
        <Badge tone={tone}>{state}</Badge>
        <span className="muted">{format.ago(run.finished_at ?? run.started_at)}</span>
      </div>
      {run.status === 'running' && progress && (
        <Meter
          label={`${t.stage}: ${progress.stage ?? nothing}`}
          value={progress.done / Math.max(progress.total, 1)}
          text={`${format.count(progress.done)} / ${format.count(progress.total)}`}
        />
      )}
      {run.error && (
        <Notice tone="bad">
          {say(run.error)} {t.stays}
        </Notice>
      )}
      <Facts
        facts={[
          [t.learntAt, run.finished_at ? format.moment(run.finished_at) : nothing],
          [t.took, typeof seconds === 'number' ? format.seconds(seconds) : nothing],
          ...(orders === undefined
            ? []
            : [
                [
                  t.from,
                  buyers === undefined
                    ? t.ofOrders(format.count(orders))
                    : t.ofFacts(format.count(orders), format.count(buyers)),
                ] as const,
              ]),
          ...(rules === undefined ? [] : [[t.rules, format.count(rules)] as const]),
          ...(made ? [[t.quality, made] as const] : []),
          ...(run.verdict
            ? ([
                [
                  t.gate,
                  !run.verdict.passed ? say(String(run.verdict.reason)) : keepsRecipe(run) ? t.gateKept : t.gatePassed,
                ],
              ] as [string, string][])
            : []),
        ]}
      />
    </div>
  );
}

function useVerdict(run: Run): [Tone, string] {
  const t = useTexts(texts);
  if (run.status === 'running') return ['accent', t.running];
  if (run.status === 'failed') return ['bad', t.failed];
  return run.release_id === null ? ['warn', t.kept] : ['good', t.published];
}

const numberIn = (counts: unknown, name: string): number | undefined => {
  const value = (counts as Record<string, unknown> | null)?.[name];
  return typeof value === 'number' ? value : undefined;
};

interface Evaluation {
  rows?: { name: string; ndcg_at_10: number; interval: [number, number] }[];
  winner?: string;
}

const keepsRecipe = ({ metrics }: Run) =>
  (metrics as { evaluation?: Evaluation } | null)?.evaluation?.winner === 'published-recipe';

/** How well what the run has made foresees, with the 95 % interval. */
function quality({ metrics }: Run, write: (value: number) => string): string | undefined {
  const evaluation = (metrics as { evaluation?: Evaluation } | null)?.evaluation;
  const made = evaluation?.rows?.find(({ name }) => name === (evaluation.winner ?? 'served-list'));
  return made ? `${write(made.ndcg_at_10)} (${made.interval.map(write).join(' – ')})` : undefined;
}
