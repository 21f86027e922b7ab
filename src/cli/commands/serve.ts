import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { type OpenDatabase, openConfiguredDatabase } from '../../open-database.ts';
import { type Service, startService } from '../../service.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import type { Output } from '../terminal/output.ts';

/** Runs the service until it is stopped. */
export async function serve(config: Config, output: Output): Promise<void> {
  const log = createLogger(config.logLevel);
  const opened = await openConfiguredDatabase(config, log, { orSnapshot: true });
  onInterrupt(opened.close);
  if (opened.embeddedFolder) output.note(`Postgres runs here, its data lies in ${opened.embeddedFolder}`);
  const service = await startService({ ...opened, log }).catch(async (error) => {
    await opened.close();
    throw error;
  });
  output.note(`Listening on ${service.url} (the API is described at ${service.url}/docs)`);
  await serveUntilInterrupted(service, opened, log);
}

/** Never comes back: the process ends when service and database have stopped, or when that takes too long. */
export function serveUntilInterrupted(service: Service, database: OpenDatabase, log: Logger): Promise<never> {
  const stop = async (begin: (step: string) => void) => {
    await service.stop(begin);
    begin('the database');
    await database.close();
  };
  const onLate = (step: string) => log.fatal({ step }, 'ended before everything had stopped');
  onInterrupt(stop, { exitCode: exitCodes.done, onLate });
  return new Promise(() => {});
}
