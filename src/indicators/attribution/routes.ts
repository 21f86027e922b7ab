import type { Handlers } from '../../http/index.ts';
import { toListReport } from './report/report-json.ts';
import { type ListReportDependencies, reportLists } from './report/report-lists.ts';

/** What lists earned and added. */
export function listReportRoutes(
  deps: ListReportDependencies & { config: { currency: string } },
): Pick<Handlers, 'reportRecommendations'> {
  return {
    async reportRecommendations({ parameters }) {
      const { from, to, placement, window_days, touch } = parameters;
      const report = await reportLists(deps, { from, to, placement, windowDays: window_days, touch });
      return { json: toListReport(report, deps.config) };
    },
  };
}
