import type { Handlers } from '../../http/index.ts';
import { toListReport } from './report/report-json.ts';
import type { ListReport, ListReportQuestion } from './report/report-lists.ts';

/** What lists earned and added. */
export function listReportRoutes(
  indicators: { reportLists(question: ListReportQuestion): Promise<ListReport> },
  config: { minorDigits: number; currency: string },
): Pick<Handlers, 'reportRecommendations'> {
  return {
    async reportRecommendations({ parameters: { from, to, placement, window_days: windowDays, touch } }) {
      return { json: toListReport(await indicators.reportLists({ from, to, placement, windowDays, touch }), config) };
    },
  };
}
