import type { Source } from '../../../api/index.ts';
import { nothing, useFormat } from '../../../format/index.ts';
import { Badge, type Column, Panel, Table } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { CampaignReport } from './answers.ts';
import { EffectInterval } from './effect-interval.tsx';

type Incremental = NonNullable<CampaignReport['incremental']>;
type Metric = 'orders' | 'revenue' | 'margin';
interface Row {
  metric: Metric;
  effect: Incremental['orders'];
}

/** What customers of both arms did, and the difference with its interval. */
export function Effects({ effects, source }: { effects: Incremental; source: Source }) {
  const t = useTexts(texts);
  const columns = useEffectColumns();
  const rows = (['orders', 'revenue', 'margin'] as const).flatMap((metric): Row[] => {
    const effect = effects[metric];
    return effect ? [{ metric, effect }] : [];
  });
  return (
    <Panel title={t.effects} note={t.effectsNote} about={t.effectsAbout} source={source} flush>
      <Table caption={t.effects} rows={{ rows }} columns={columns} rowKey={({ metric }) => metric} fileName="effects" />
    </Panel>
  );
}

function useEffectColumns(): Column<Row>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const write =
    (metric: Metric, digits = 2) =>
    (value: number) =>
      metric === 'orders' ? format.number(value, digits) : format.money(value);
  return [
    {
      key: 'metric',
      header: t.metric,
      cell: ({ metric }) => t.metrics[metric],
      value: ({ metric }) => t.metrics[metric],
    },
    {
      key: 'treated',
      header: t.treatedMean,
      help: t.meanHelp,
      align: 'end',
      cell: ({ metric, effect }) => write(metric, 3)(effect.treated_mean),
      value: ({ effect }) => effect.treated_mean,
    },
    {
      key: 'control',
      header: t.controlMean,
      help: t.meanHelp,
      align: 'end',
      cell: ({ metric, effect }) => write(metric, 3)(effect.control_mean),
      value: ({ effect }) => effect.control_mean,
    },
    {
      key: 'total',
      header: t.addedInAll,
      align: 'end',
      cell: ({ metric, effect }) => <strong>{write(metric, 1)(effect.total.value)}</strong>,
      value: ({ effect }) => effect.total.value,
    },
    {
      key: 'interval',
      header: t.interval95,
      cell: ({ metric, effect }) => <EffectInterval estimate={effect.total} write={write(metric, 1)} />,
      value: ({ effect }) => `${effect.total.low} – ${effect.total.high}`,
    },
    {
      key: 'lift',
      header: t.lift,
      help: t.liftHelp,
      align: 'end',
      cell: ({ effect }) => (effect.lift ? format.change(effect.lift.value) : nothing),
      value: ({ effect }) => effect.lift?.value ?? null,
    },
    {
      key: 'chance',
      header: t.chance,
      help: t.chanceHelp,
      align: 'end',
      cell: ({ effect }) => (
        <span className="row campaign-chance">
          {effect.p_value < 0.0001 ? t.below(format.number(0.0001, 4)) : format.number(effect.p_value, 4)}
          {effect.is_beyond_chance ? <Badge tone="good">{t.beyondChance}</Badge> : <Badge>{t.withinChance}</Badge>}
        </span>
      ),
      value: ({ effect }) => effect.p_value,
    },
  ];
}
