import { nothing, useFormat } from '../../format/index.ts';
import type { Column } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Segment } from './types.ts';

/** Customers, revenue, and the means of R, F and M. */
export function useFigureColumns(): Column<Segment>[] {
  const t = useTexts(texts);
  const format = useFormat();
  return [
    {
      key: 'customers',
      header: t.customers,
      align: 'end',
      cell: ({ customers }) => format.count(customers),
      value: ({ customers }) => customers,
    },
    {
      key: 'share',
      header: t.share,
      align: 'end',
      cell: ({ share }) => format.percent(share),
      value: ({ share }) => share,
    },
    {
      key: 'revenue_share',
      header: t.revenueShare,
      help: t.revenueShareHelp,
      align: 'end',
      cell: ({ revenue_share }) => format.percent(revenue_share),
      value: ({ revenue_share }) => revenue_share,
    },
    {
      key: 'recency',
      header: t.recency,
      help: t.recencyHelp,
      align: 'end',
      cell: ({ mean_recency_days: days }) => (days === null ? nothing : format.days(days, 1)),
      value: ({ mean_recency_days }) => mean_recency_days,
    },
    {
      key: 'frequency',
      header: t.frequency,
      help: t.frequencyHelp,
      align: 'end',
      cell: ({ mean_frequency }) => format.number(mean_frequency, 1),
      value: ({ mean_frequency }) => mean_frequency,
    },
    {
      key: 'monetary',
      header: t.monetary,
      help: t.monetaryHelp,
      align: 'end',
      cell: ({ mean_monetary }) => format.money(mean_monetary),
      value: ({ mean_monetary }) => (mean_monetary === null ? null : Number(mean_monetary)),
    },
  ];
}
