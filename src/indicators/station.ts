import { type Database, daysBefore } from '../db/index.ts';
import { createLocalDates } from '../shop/time-zone.ts';
import type { Station } from '../station.ts';
import { alarmRoutes } from './alarms/routes.ts';
import { listReportRoutes } from './attribution/routes.ts';
import { expireAttribution } from './attribution/touches/store.ts';
import type { Indicators } from './indicators.ts';
import { measures } from './roll-ups/families.ts';
import { forgetSubjects } from './roll-ups/forget-subjects.ts';
import { expireCells } from './roll-ups/kept-cells/store.ts';
import { indicatorRoutes } from './routes.ts';
import { salesChangeRoutes } from './sales-changes/routes.ts';
import { salesEffectRoutes } from './sales-effects/routes.ts';
import { stockRoutes } from './stock/routes.ts';
import { trendRoutes } from './trends/routes.ts';

const everyMs = 2_000;
const alarmsEveryMs = 20_000;
/** So often it is asked whether a night has begun. */
const nightEveryMs = 60_000;

/** What has changed is counted anew all day long, by whichever instance looks first. */
export function indicatorsStation(
  indicators: Indicators,
  {
    config,
    database,
    reports,
    clock,
  }: {
    config: {
      timeZone: string;
      minorDigits: number;
      currency: string;
      nightEnabled: boolean;
      attributionRetentionDays: number;
      hourRetentionDays: number;
      memberRetentionDays: number;
    };
    database: Database;
    /** for questions */
    reports: Database;
    clock: () => Date;
  },
): Station {
  const localDate = createLocalDates(config.timeZone);
  return {
    routes: {
      ...indicatorRoutes(indicators, config),
      ...listReportRoutes(indicators, config),
      ...alarmRoutes({ db: reports, config, clock }),
      ...trendRoutes({ db: reports }),
      ...salesEffectRoutes({ db: reports }),
      ...salesChangeRoutes({ db: reports, config, clock }),
      ...stockRoutes({ db: reports, config, clock }),
    },
    chores: [
      {
        name: 'who was counted from dropped events',
        tidy: (_, leave) => forgetSubjects(database, config.timeZone, leave),
      },
      {
        name: 'what came from which list',
        tidy(now, leave) {
          const kept = daysBefore(now, config.attributionRetentionDays);
          return expireAttribution(database, localDate(kept.getTime()), leave);
        },
      },
      {
        name: 'figures by hour, item and campaign',
        tidy(now, leave) {
          const before = (days: number) => localDate(daysBefore(now, days).getTime());
          const kept = { hours: before(config.hourRetentionDays), members: before(config.memberRetentionDays) };
          return expireCells(database, [...measures.keys()], kept, config.timeZone, leave);
        },
      },
    ],
    timers: [
      {
        failure: 'indicators not rolled up',
        everyMs,
        run: async () => void (await indicators.rollUp()),
      },
      {
        failure: 'alarms not looked at',
        everyMs: alarmsEveryMs,
        run: async () => void (await indicators.raiseAlarms()),
      },
      {
        failure: 'forecasts not made',
        everyMs: nightEveryMs,
        async run() {
          if (config.nightEnabled) await indicators.nights.workDueNight();
        },
      },
    ],
    stop: indicators.stop,
  };
}
