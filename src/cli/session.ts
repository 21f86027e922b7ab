import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import type { OpenDatabase } from '../open-database.ts';
import { openConfiguredDatabase } from '../open-database.ts';
import { createStations, type Stations } from '../stations.ts';
import { onInterrupt, type Stopped } from './terminal/interrupt.ts';

const longestStop = 10_000;

export interface Session extends OpenDatabase {
  stations: Stations;
}

/** Opens the configured database for one command and closes it afterwards, whatever happens. */
export async function withStations<Result>(
  config: Config,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const log = createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel);
  const opened = await openConfiguredDatabase(config, log, { isUnhurried: true });
  // Not who types it: names of people are not in the audit's reach.
  opened.database.actAs({ kind: 'command' });
  const stations = createStations({ ...opened, log });
  let running: Promise<Result> | undefined;
  // A command that is interrupted stops its child and its database too. What asked for its commit before is awaited.
  onInterrupt(async (): Promise<Stopped> => {
    opened.database.abandon();
    await stations.training.stop();
    const ended = running?.then(
      (): Stopped => 'finished',
      () => undefined,
    );
    const stopped = await Promise.race([ended, delay(longestStop, undefined, { ref: false })]);
    if (stopped !== 'finished') await opened.close();
    return stopped;
  });
  try {
    running = work({ ...opened, stations });
    return await running;
  } finally {
    await stations.training.stop();
    await opened.close();
  }
}

/** The same with lists and rules read into memory, as the service answers from them. */
export function withServing<Result>(config: Config, work: (session: Session) => Promise<Result>): Promise<Result> {
  return withStations(config, async (session) => {
    const { recommendations } = session.stations;
    try {
      await recommendations.start();
      return await work(session);
    } finally {
      await recommendations.stop();
    }
  });
}
