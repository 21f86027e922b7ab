import type { Logger } from 'pino';
import { type Config, type ConfiguredShop, readConfig, readShops } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { type OpenDatabase, openConfiguredDatabase, openServer } from '../../open-database.ts';
import { type Service, startService } from '../../service.ts';
import { serveShops } from '../../shops/serve-shops.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { onInterrupt } from '../terminal/interrupt.ts';
import type { Output } from '../terminal/output.ts';

/** Runs the service until it is stopped: of one shop, or of several. */
export async function serve(output: Output): Promise<void> {
  const shops = readShops();
  await (shops ? serveSeveral(shops, output) : serveOne(readConfig(), output));
}

async function serveSeveral(shops: readonly ConfiguredShop[], output: Output): Promise<void> {
  const [{ config }] = shops;
  const log = createLogger(config.logLevel);
  const server = await openServer(config, log);
  onInterrupt(server.stop);
  if (server.folder) output.note(`Postgres runs here, its data lies in ${server.folder}`);
  const served = await serveShops({ shops, server, log }).catch(async (error) => {
    await server.stop();
    throw error;
  });
  output.note(`Listening on ${served.url}`);
  for (const { hosts, config } of shops) output.note(`  ${config.shop} as ${hosts.join(', ')}`);
  await serveUntilInterrupted(served, { close: server.stop }, log);
}

async function serveOne(config: Config, output: Output): Promise<void> {
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
export function serveUntilInterrupted(
  service: Pick<Service, 'stop'>,
  database: Pick<OpenDatabase, 'close'>,
  log: Logger,
): Promise<never> {
  const stop = async (begin: (step: string) => void) => {
    await service.stop(begin);
    begin('the database');
    await database.close();
  };
  const onLate = (step: string) => log.fatal({ step }, 'ended before everything had stopped');
  onInterrupt(stop, { exitCode: exitCodes.done, onLate });
  return new Promise(() => {});
}
