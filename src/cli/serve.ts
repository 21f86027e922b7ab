import type { Config } from '../config.ts';
import { createLogger, openConfiguredDatabase, startService } from '../main.ts';
import type { Output } from './output.ts';

/** Runs the service until it is told to stop. */
export async function serve(config: Config, output: Output): Promise<void> {
  const log = createLogger(config.logLevel);
  const opened = await openConfiguredDatabase(config, log);
  if (opened.embeddedFolder) output.note(`Postgres runs here, its data lies in ${opened.embeddedFolder}`);
  try {
    const service = await startService({ ...opened, config, log });
    output.note(`Listening on ${service.url} (the API is described at ${service.url}/docs)`);
    await untilStopped();
    await service.stop();
  } finally {
    await opened.close();
  }
}

/** Waits for Ctrl-C or SIGTERM. A second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}
