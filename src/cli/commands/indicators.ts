import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { creditWindowDays, type ListReportQuestion, toListReport, touchRules } from '../../indicators/index.ts';
import type { Stations } from '../../stations.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { creditDays, localDay } from '../terminal/arguments.ts';
import { figure, type Output, section, share } from '../terminal/output.ts';

/** `pannier indicators …` */
export function addIndicatorCommands(program: Command, output: () => Output): void {
  const indicators = program.command('indicators').description(summaries.indicators);
  indicators
    .command('roll-up')
    .description('count all days anew whose facts have changed, and end')
    .action(() => rollUp(readConfig(), output()));
  indicators
    .command('lists')
    .description(
      'what lists earned, by where they were shown and what they were made by, and what personal lists added',
    )
    .option('--from <day>', 'first day; default: 29 days before --to', localDay)
    .option('--to <day>', 'last day; default: today', localDay)
    .option('--placement <place>', 'only lists shown there')
    .option('--window-days <days>', 'before an order in which a list counts for it', creditDays, creditWindowDays)
    .addOption(new Option('--touch <touch>', 'which of several lists earns').choices(touchRules).default('last'))
    .action((options) => reportLists(readConfig(), output(), options));
  indicators
    .command('forecast')
    .description('foresee now what will be asked for, as it is done every night')
    .option('--as-of <day>', 'as if this were the day (2011-11-11), for old data', localDay)
    .action(({ asOf }) => forecast(readConfig(), output(), asOf));
}

async function reportLists(config: Config, output: Output, options: ListReportQuestion): Promise<void> {
  const report = await withStations(config, async (session) =>
    toListReport(await session.stations.indicators.reportLists(options), session.config),
  );
  const rows = (parts: (typeof report)['placements']) =>
    parts.map(({ member, impressions, clicks, orders, revenue, margin, click_rate, is_small, assisted }) => ({
      member: member || '–',
      impressions,
      clicks,
      'click rate': `${share(click_rate.value)}${click_rate.is_small ? ' (few)' : ''}`,
      orders: `${figure(orders)}${is_small ? ' (few)' : ''}`,
      revenue,
      margin: margin ?? '–',
      'assisted revenue': assisted.revenue,
    }));
  output.result(report, () =>
    [
      `${report.from} to ${report.to}, net sales of the shop ${report.shop_revenue}`,
      section('Lists', rows([report.all])),
      section('By placement', rows(report.placements)),
      section('By model', rows(report.models)),
      section('By source', rows(report.sources)),
      report.personal_lists.statement,
    ].join('\n\n'),
  );
}

async function rollUp(config: Config, output: Output): Promise<void> {
  const days = await withStations(config, (session) => rollUpWithProgress(session, output));
  output.result({ days }, () =>
    days === 0 ? 'Nothing has changed.' : `Counted ${days} days of families of measures.`,
  );
}

/** Counts what is due anew, and shows how far it is. @returns how many days of a family were counted */
export async function rollUpWithProgress({ stations }: { stations: Stations }, output: Output): Promise<number> {
  const bar = output.bar('Counting');
  const days = await stations.indicators.rollUp({
    atOnce: true,
    onProgress: (counted, left) => bar.update(counted, counted + left, '', 1),
  });
  bar.stop();
  return days;
}

async function forecast(config: Config, output: Output, asOf: string | undefined): Promise<void> {
  const made = await withStations(config, ({ stations }) => stations.indicators.nights.workNow({ asOf }));
  const { items, categories, historyDays, tookMs } = made;
  output.result({ items, categories, history_days: historyDays, took_ms: tookMs }, () =>
    items === 0
      ? 'There is nothing that was sold in the two years before.'
      : `Foreseen for ${items} items and ${categories} categories, from ${historyDays} days, in ${(tookMs / 1_000).toFixed(1)} s.`,
  );
}
