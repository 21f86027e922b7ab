import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { makeShop, settingsOf, shopSize } from '../console/shop.ts';
import { postmasterOf } from '../process-usage.ts';
import { endServers, startService } from './processes.ts';
import { soak } from './soak.ts';
import { tellTable } from './table.ts';

/**
 * What each hot operation takes over HTTP in the service as it is started, over a shop of 100,000 customers and 20,000 items:
 * milliseconds, requests a second, and the processor's time a request in the service and in Postgres; beside bare node:http that
 * answers as many bytes as a list, and pgbench's prepared select of one row, in each of the rounds.
 *
 *     npm run bench:load [-- rounds seconds connections folder]       (3 4 16; a folder that stays keeps the shop)
 *     npm run bench:load -- soak [minutes perSecond folder instances] (30 200, 1 instance: the usual traffic, with a night inside)
 */
const [first = '3', ...more] = process.argv.slice(2);
const givenFolder = more[2] ?? '';

const folder = givenFolder || (await makeScratchFolder('load'));
try {
  const key = await makeShop(folder, (step) => console.log(step));
  const opened = await openConfiguredDatabase(readConfig(settingsOf(folder)), createLogger('warn'));
  try {
    const { connectionString } = opened;
    const postmaster = postmasterOf(folder);
    const service = await startService(folder, connectionString);
    console.log(
      `${cpus().length} cores, Node ${process.version}, ${JSON.stringify(shopSize)}, load ${loadavg()[0].toFixed(1)}`,
    );
    if (first === 'soak') {
      const services = [service];
      while (services.length < Number(more[3] ?? 1)) services.push(await startService(folder, connectionString));
      await soak(services, opened.database, key, Number(more[0] ?? 30), Number(more[1] ?? 200));
    } else {
      const extent = { rounds: Number(first), seconds: Number(more[0] ?? 4), connections: Number(more[1] ?? 16) };
      await tellTable(service, postmaster, key, connectionString, extent);
    }
  } finally {
    await endServers();
    await opened.close();
  }
} finally {
  if (!givenFolder) await rm(folder, { recursive: true, force: true });
}
