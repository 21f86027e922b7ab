import type { Station } from '../station.ts';
import type { ListReportDependencies } from './attribution/report/report-lists.ts';
import { listReportRoutes } from './attribution/routes.ts';
import type { Indicators } from './indicators.ts';
import { indicatorRoutes } from './routes.ts';

const everyMs = 2_000;

/** What has changed is counted anew all day long, by whichever instance looks first. */
export function indicatorsStation(
  indicators: Indicators,
  {
    config,
    reports,
    clock,
  }: {
    config: ListReportDependencies['config'] & { currency: string };
    reports: ListReportDependencies['db'];
    clock: () => Date;
  },
): Station {
  let isAtWork = false;
  return {
    routes: { ...indicatorRoutes(indicators, config), ...listReportRoutes({ db: reports, config, clock }) },
    timers: [
      {
        failure: 'indicators not rolled up',
        everyMs,
        async run() {
          if (isAtWork) return;
          isAtWork = true;
          try {
            await indicators.rollUp();
          } finally {
            isAtWork = false;
          }
        },
      },
    ],
    stop: indicators.stop,
  };
}
