import type { Station } from '../station.ts';
import { listReportRoutes } from './attribution/routes.ts';
import type { Indicators } from './indicators.ts';
import { indicatorRoutes } from './routes.ts';

const everyMs = 2_000;

/** What has changed is counted anew all day long, by whichever instance looks first. */
export function indicatorsStation(
  indicators: Indicators,
  { config }: { config: { timeZone: string; minorDigits: number; currency: string } },
): Station {
  let isAtWork = false;
  return {
    routes: { ...indicatorRoutes(indicators, config), ...listReportRoutes(indicators, config) },
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
