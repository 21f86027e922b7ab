import { rm } from 'node:fs/promises';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { createStations } from '../../../src/stations.ts';
import { importJourney, journeyFiles } from '../../support/data/complete-journey.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';

/**
 * The Complete Journey (its folder of gzip CSVs) by the public import, file by file, and a report over each of its campaigns,
 * in a Postgres of its own.
 *
 *     npm run bench:complete-journey -- complete-journey
 */
const source = process.argv[2];
if (!source) throw new Error('Name the folder: npm run bench:complete-journey -- complete-journey');
const folder = await makeScratchFolder('journey');
const config = readConfig({ PANNIER_DATA_DIR: folder, PANNIER_TIME_ZONE: 'America/New_York', PANNIER_CURRENCY: 'USD' });
const log = createLogger('warn');
const opened = await openConfiguredDatabase(config, log);
const stations = createStations({ ...opened, log });
try {
  for (const journey of journeyFiles) {
    const began = performance.now();
    const { status, report } = await importJourney(stations, source, journey);
    const seconds = (performance.now() - began) / 1_000;
    const { rows } = report;
    const isConserved = rows.in === rows.facts + rows.quarantined + rows.merged && rows.in === journey.rows;
    console.log(
      `${journey.kind.padEnd(11)} ${status}, ${rows.in} in = ${rows.facts} facts + ${rows.quarantined} quarantined + ${rows.merged} merged${isConserved ? '' : ' NOT CONSERVED'}, ${seconds.toFixed(1)} s, ${JSON.stringify(report.detected)}`,
    );
  }
  const began = performance.now();
  const totals = { issued: 0, redeemed: 0, orders: 0, withoutOrder: 0, revenueMinor: 0 };
  for (let campaign = 1; campaign <= 27; campaign++) {
    const { name, issued, redeemed, attributed } = await stations.outcomes.reportCampaign(String(campaign));
    const { orders, withoutOrder, revenueMinor } = attributed;
    totals.issued += issued;
    totals.redeemed += redeemed;
    totals.orders += orders;
    totals.withoutOrder += withoutOrder;
    totals.revenueMinor += revenueMinor;
    console.log(
      `campaign ${campaign} (${name}): sent to ${issued}, ${redeemed} redeemed, ${orders} of their orders in the sample, revenue ${(revenueMinor / 100).toFixed(2)}`,
    );
  }
  console.log(JSON.stringify(totals), `${((performance.now() - began) / 1_000).toFixed(1)} s`);
  console.log((await stations.outcomes.reportCampaign('18')).statement);
} finally {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
}
