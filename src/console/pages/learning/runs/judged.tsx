import { type Format, useFormat } from '../../../format/index.ts';
import { Badge, type Column, Table } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Interval, scaleOf } from '../interval.tsx';
import { texts } from '../texts.ts';
import { type Evaluation, type Judged, madeRow } from '../types.ts';

/** By whom and by what they were judged, in a sentence. */
export const judgedNote = (
  t: typeof texts.en,
  format: Format,
  { customers, window_days, sellable_items }: Evaluation,
) => t.judgedNote(format.count(customers), format.days(window_days), format.count(sellable_items));

/** Each way to make lists, judged on the same customers: figures with their intervals beside each other. */
export function JudgedTable({ evaluation }: { evaluation: Evaluation }) {
  const t = useTexts(texts);
  const format = useFormat();
  const scaleBy = (interval: 'interval' | 'recall_interval') =>
    scaleOf(evaluation.rows.flatMap((row) => row[interval]));
  const [ndcg, recall] = [scaleBy('interval'), scaleBy('recall_interval')];
  const made = madeRow(evaluation);
  const nameOf = ({ name }: Judged) => (name in t.contenders ? t.contenders[name as keyof typeof t.contenders] : name);
  const columns: Column<Judged>[] = [
    {
      key: 'name',
      header: t.contender,
      cell: (row) => (
        <span className="row">
          {nameOf(row)}
          {row === made && <Badge tone="accent">{t.madeBadge}</Badge>}
        </span>
      ),
      value: nameOf,
    },
    {
      key: 'ndcg',
      header: t.quality,
      help: t.qualityHelp,
      cell: ({ ndcg_at_10: value, interval: [low, high] }) => (
        <Interval value={value} low={low} high={high} scale={ndcg} />
      ),
      value: (row) => row.ndcg_at_10,
    },
    {
      key: 'recall',
      header: t.recall,
      help: t.recallHelp,
      cell: ({ recall_at_10: value, recall_interval: [low, high] }) => (
        <Interval value={value} low={low} high={high} scale={recall} />
      ),
      value: (row) => row.recall_at_10,
    },
    {
      key: 'coverage',
      header: t.coverage,
      help: t.coverageHelp,
      align: 'end',
      wideOnly: true,
      cell: ({ coverage }) => format.percent(coverage, 0),
      value: ({ coverage }) => coverage,
    },
  ];
  return (
    <Table
      caption={t.judgedTitle}
      rows={{ rows: evaluation.rows }}
      columns={columns}
      rowKey={({ name }) => name}
      fileName="evaluation"
    />
  );
}
