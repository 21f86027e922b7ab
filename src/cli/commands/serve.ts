import type { Config } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { openConfiguredDatabase } from '../../open-database.ts';
import { startService } from '../../service.ts';
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
  await untilInterrupted(async () => {
    await service.stop();
    await opened.close();
  });
}

/** Never comes back: the process ends after `stop`. */
export function untilInterrupted(stop: () => Promise<void>): Promise<never> {
  onInterrupt(stop, exitCodes.done);
  return new Promise(() => {});
}
