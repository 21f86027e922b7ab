import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { createStations } from '../../../src/stations.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { fillShop } from './fill-shop.ts';

const [orders = 1_000_000, events = 5_000_000, folderGiven = ''] = process.argv.slice(2);
const size = {
  orders: Number(orders),
  events: Number(events),
  customers: Math.max(1_000, Number(orders) / 10),
  items: 5_000,
  last: '2026-11-27',
  timeZone: 'Europe/Berlin',
};
const folder = folderGiven || (await makeScratchFolder('indicators'));
const config = readConfig({ PANNIER_DATA_DIR: folder, PANNIER_NIGHT: 'off', PANNIER_TIME_ZONE: size.timeZone });
const log = createLogger('warn');
const opened = await openConfiguredDatabase(config, log);
const { database: db } = opened;
const clock = () => new Date(`${size.last}T23:00:00+01:00`);
const { indicators } = createStations({ ...opened, log, clock });
const say = (text: string) => console.log(text);

try {
  const [{ count }] = await db.query<{ count: number }>('select count(*)::int as count from items');
  if (count === 0) {
    const started = performance.now();
    await fillShop(db, size);
    say(`filled in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  }
  const started = performance.now();
  let lastSaid = 0;
  const days = await indicators.rollUp({
    atOnce: true,
    onProgress: (done, left) => {
      if (performance.now() - lastSaid < 10_000) return;
      lastSaid = performance.now();
      say(`${done} ${left}`);
    },
  });
  say(`rolled up ${days} days of families in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
} finally {
  await opened.close();
}
