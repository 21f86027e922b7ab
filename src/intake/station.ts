import type { Config } from '../config.ts';
import { type Database, daysBefore } from '../db/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { createLocalDates } from '../shop/time-zone.ts';
import type { Station } from '../station.ts';
import { createCustomerAttributes } from './attributes/customer-attributes.ts';
import { attributeRoutes } from './attributes/routes.ts';
import { expirePrices } from './catalogue/store.ts';
import { expireEvents } from './events/partitions.ts';
import { daysLookedAt, findMissingFacts } from './findings/findings.ts';
import { selectFactSigns } from './findings/store.ts';
import { deleteCorrectionsBefore } from './imports/store.ts';
import type { Intake } from './intake.ts';
import { createNewestBehavioursChore } from './newest-behaviours/renew.ts';
import { deleteRowsBefore } from './quarantine/store.ts';
import { intakeRoutes } from './routes.ts';
import { mostDaysCarried } from './stock/stock-days.ts';
import { carryOver, expireStockDays } from './stock/store.ts';
import { deleteDoubles } from './touches/store.ts';

/** What of the shop's facts is kept for a time only is tidied here; facts themselves stay. */
export function intakeStation(
  intake: Intake,
  {
    database,
    reports,
    keys,
    clock,
    config,
  }: {
    database: Database;
    /** for questions */
    reports: Database;
    keys: KeyRing;
    clock: () => Date;
    config: Pick<
      Config,
      | 'minorDigits'
      | 'timeZone'
      | 'eventRetentionDays'
      | 'eventArchiveFolder'
      | 'stockRetentionDays'
      | 'priceRetentionDays'
      | 'quarantineRetentionDays'
      | 'correctionRetentionDays'
    >;
  },
): Station {
  const localDate = createLocalDates(config.timeZone);
  const newestBehaviours = createNewestBehavioursChore(database);
  return {
    routes: {
      ...intakeRoutes(intake, { minorDigits: config.minorDigits, keys, clock }),
      ...attributeRoutes(createCustomerAttributes(database, reports, clock)),
    },
    examine: async (now) => findMissingFacts(await selectFactSigns(reports, daysBefore(now, daysLookedAt), now), now),
    chores: [
      {
        name: 'partitions of events',
        tidy: async (now, leave) =>
          (
            await expireEvents(database, daysBefore(now, config.eventRetentionDays), {
              archive: config.eventArchiveFolder,
              leave,
            })
          ).length,
      },
      { name: 'newest behaviours', tidy: (_, leave) => newestBehaviours(leave) },
      {
        name: 'stock by day',
        tidy: async (now, leave) => {
          await carryOver(database, now, config.timeZone, mostDaysCarried, leave);
          const kept = daysBefore(now, config.stockRetentionDays);
          return expireStockDays(database, localDate(kept.getTime()), leave);
        },
      },
      {
        name: 'prices asked',
        tidy: (now, leave) => expirePrices(database, daysBefore(now, config.priceRetentionDays), leave),
      },
      { name: 'touched days', tidy: (_, leave) => deleteDoubles(database, leave) },
      {
        name: 'quarantined rows',
        tidy: (now, leave) => deleteRowsBefore(database, daysBefore(now, config.quarantineRetentionDays), leave),
      },
      {
        name: 'corrected cells',
        tidy: (now, leave) => deleteCorrectionsBefore(database, daysBefore(now, config.correctionRetentionDays), leave),
      },
    ],
  };
}
