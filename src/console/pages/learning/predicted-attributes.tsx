import { get, useGet } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Badge, type Column, Empty, Panel, Table, useUrlState } from '../../kit/index.ts';
import { wordOf } from '../../shared/people/names.ts';
import type { PredictedAttribute } from '../../shared/people/use-predicted-attributes.ts';
import { peopleTexts } from '../../texts/people.ts';
import { predictionTexts } from '../../texts/predictions.ts';
import { useTexts } from '../../texts/texts.ts';

/** The declared attributes that nights learn from behaviour, and how far that is to be believed. */
export function PredictedAttributes() {
  const t = useTexts(predictionTexts);
  const words = useTexts(peopleTexts);
  const format = useFormat();
  const asked = useGet(get('/v1/predicted-attributes'));
  const [wanted, setAttribute] = useUrlState<string>('attribute', '');
  const rows = asked.data?.items;
  const shown = rows?.find(({ name }) => name === wanted) ?? rows?.find(({ judgement }) => judgement !== null);
  const columns: Column<PredictedAttribute>[] = [
    {
      key: 'name',
      header: t.attribute,
      cell: ({ name }) => (
        <button
          type="button"
          className="learning-open"
          aria-current={name === shown?.name || undefined}
          onClick={() => setAttribute(name)}
        >
          {wordOf(words.attributes, name)}
        </button>
      ),
      value: ({ name }) => wordOf(words.attributes, name),
    },
    {
      key: 'outcome',
      header: t.outcome,
      cell: ({ refusal }) => (refusal ? t.refusals[refusal] : <Badge tone="good">{t.learnt}</Badge>),
      value: ({ refusal }) => (refusal ? t.refusals[refusal] : t.learnt),
    },
    {
      key: 'declared',
      header: t.declared,
      align: 'end',
      cell: ({ declared }) => format.count(declared),
      value: ({ declared }) => declared,
    },
    {
      key: 'hits',
      header: t.hits,
      help: t.hitsAbout,
      align: 'end',
      cell: ({ judgement }) =>
        judgement
          ? `${format.percent(judgement.hits, 0)} (${t.ofCommonest(format.percent(judgement.commonest, 0))})`
          : nothing,
      value: ({ judgement }) => judgement?.hits ?? null,
    },
    {
      key: 'error',
      header: t.error,
      help: t.errorAbout,
      align: 'end',
      cell: ({ judgement }) => (judgement ? format.percent(judgement.expected_calibration_error, 1) : nothing),
      value: ({ judgement }) => judgement?.expected_calibration_error ?? null,
    },
    {
      key: 'run',
      header: t.run,
      align: 'end',
      cell: (row) => row.training_run_id,
      value: (row) => row.training_run_id,
    },
  ];
  return (
    <div className="grid">
      <Panel title={t.listTitle} note={t.listNote} source={asked.source} flush>
        <Table
          caption={t.listTitle}
          rows={{ ...asked, rows }}
          columns={columns}
          rowKey={({ name }) => name}
          empty={<Empty icon="learning" title={t.none} text={t.noneText} />}
        />
      </Panel>
      {shown?.judgement && (
        <Calibration attribute={wordOf(words.attributes, shown.name)} bins={shown.judgement.calibration} />
      )}
    </div>
  );
}

type Bin = NonNullable<PredictedAttribute['judgement']>['calibration'][number];

function Calibration({ attribute, bins }: { attribute: string; bins: readonly Bin[] }) {
  const t = useTexts(predictionTexts);
  const format = useFormat();
  const share = (value: number | null) => (value === null ? nothing : format.percent(value, 0));
  const columns: Column<Bin>[] = [
    {
      key: 'said',
      header: t.said,
      cell: ({ from, until }) => `${format.percent(from, 0)} – ${format.percent(until, 0)}`,
      value: ({ from }) => from,
    },
    {
      key: 'predictions',
      header: t.predictions,
      align: 'end',
      cell: ({ predictions }) => format.count(predictions),
      value: ({ predictions }) => predictions,
    },
    {
      key: 'mean',
      header: t.mean,
      align: 'end',
      cell: ({ predicted }) => share(predicted),
      value: ({ predicted }) => predicted,
    },
    {
      key: 'so',
      header: t.wasSo,
      align: 'end',
      cell: ({ observed }) => share(observed),
      value: ({ observed }) => observed,
    },
  ];
  return (
    <Panel title={t.calibrationOf(attribute)} note={t.calibrationAbout} flush>
      <Table
        caption={t.calibrationOf(attribute)}
        rows={{ rows: bins.filter(({ predictions }) => predictions > 0) }}
        columns={columns}
        rowKey={({ from }) => String(from)}
        fileName="calibration"
      />
    </Panel>
  );
}
