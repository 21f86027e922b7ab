import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/log.ts';
import { openConfiguredDatabase } from '../../../src/open-database.ts';
import { createStations } from '../../../src/stations.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { fillShop } from '../indicators/fill-shop.ts';

/**
 * The night of indicators of a shop with a year of sales and of stock by day: what it takes in all, in its own thread, and what of it is
 * reading facts.
 *
 *     npm run bench:stock-night -- [items orders events]      (3,000 200,000 500,000)
 */
const [items = '3000', orders = '200000', events = '500000'] = process.argv.slice(2);
const size = {
  ...{ orders: Number(orders), events: Number(events), customers: Number(orders) / 10, items: Number(items) },
  ...{ last: '2026-11-27', timeZone: 'Europe/Berlin' },
};
const config = readConfig({
  ...{
    PANNIER_DATA_DIR: await makeScratchFolder('stock-night'),
    PANNIER_NIGHT: 'off',
    PANNIER_TIME_ZONE: size.timeZone,
  },
});
const log = createLogger('warn');
const opened = await openConfiguredDatabase(config, log);
const { database: db } = opened;
const say = (name: string, figure: string) => console.log(`${name.padEnd(52)} ${figure}`);

/** Every item stands at some stock each day, and is sold out on one of thirty. */
async function fillStock(): Promise<void> {
  await db.query(
    `insert into item_stock_days (item_key, day, opening, lowest, closing, sold_out_seconds, changed_at)
     select item_key, day, stock.units, stock.units, stock.units, 0, day::date::timestamp at time zone $2
     from items cross join generate_series($1::date - 364, $1::date, interval '1 day') as day
       cross join lateral (select case when (item_key + extract(doy from day)::int) % 30 = 0 then 0 else 40 end as units) as stock`,
    [size.last, size.timeZone],
  );
  await db.query(`insert into stock_carried (until) values ($1)`, [size.last]);
  await db.query('analyze item_stock_days');
}

try {
  await fillShop(db, size);
  await fillStock();
  const clock = () => new Date(`${size.last}T23:30:00Z`);
  const { indicators } = createStations({ ...opened, log, clock });
  for (let night = 1; night <= 2; night++) {
    const [started, used] = [performance.now(), process.cpuUsage()];
    const made = await indicators.nights.workNow();
    const seconds = (performance.now() - started) / 1_000;
    say(
      `night ${night}: ${made.items} items, ${made.categories} categories, ${made.historyDays} days`,
      `${seconds.toFixed(1)} s, of the service's own CPU ${(process.cpuUsage(used).user / 1e6).toFixed(1)} s`,
    );
  }
  const steps = await db.query<{ name: string; at: Date }>(
    `select 'forecasts' as name, made_at as at from demand_forecast_progress union all select 'effects', max(made_at) from sales_effects`,
  );
  for (const { name, at } of steps) say(`${name} written at`, at.toISOString());
} finally {
  await opened.close();
}
