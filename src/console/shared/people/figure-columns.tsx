import { nothing, useFormat } from '../../format/index.ts';
import type { Column } from '../../kit/index.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';

export interface RfmFigures {
  recency_days: number | null;
  frequency: number | null;
  monetary: string | null;
}

/**
 * What the segmentation counts of a customer: last order, orders, money.
 * @param sortedByService the list can be asked for by each of them
 */
export function useFigureColumns<Row extends RfmFigures>(sortedByService = false): Column<Row>[] {
  const t = useTexts(peopleTexts);
  const format = useFormat();
  return [
    {
      key: 'recency_days',
      header: t.recency,
      help: t.recencyHelp,
      align: 'end',
      cell: ({ recency_days: days }) => (days === null ? nothing : days === 0 ? t.today : t.daysAgo(format.days(days))),
      value: ({ recency_days }) => recency_days,
      sortedByService,
    },
    {
      key: 'frequency',
      header: t.frequency,
      align: 'end',
      cell: ({ frequency }) => format.count(frequency),
      value: ({ frequency }) => frequency,
      sortedByService,
    },
    {
      key: 'monetary',
      header: t.monetary,
      help: t.monetaryHelp,
      align: 'end',
      cell: ({ monetary }) => format.money(monetary),
      value: ({ monetary }) => (monetary === null ? null : Number(monetary)),
      sortedByService,
    },
  ];
}
