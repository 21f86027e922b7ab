import { Argument, type Command, Option } from 'commander';
import { readConfig } from '../../config.ts';
import type { Stations } from '../../stations.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { type Output, table } from '../terminal/output.ts';

const feedName = () => new Argument('<name>', 'the name of the feed, such as main');

/** `pannier feeds …` */
export function addFeedCommands(program: Command, output: () => Output): void {
  const feeds = program.command('feeds').description(summaries.feeds);
  feeds
    .command('set')
    .description('have a catalogue pulled every hour, and pull it now')
    .addArgument(feedName())
    .argument('<url>', 'where it is; http or https')
    .addOption(
      new Option('--missing <what>', 'what becomes of items that vanish from it')
        .choices(['keep', 'hide'])
        .default('keep'),
    )
    .action((name: string, url: string, { missing }) =>
      showPulled(output(), name, (stations) => stations.feeds.set({ name, url, missing })),
    );
  feeds
    .command('pull')
    .description('pull a feed now')
    .addArgument(feedName())
    .option('--accept-fewer', 'hide what has vanished, though it is more than half of the items')
    .action((name: string, { acceptFewer = false }) =>
      showPulled(output(), name, (stations) => stations.feeds.ask(name, acceptFewer)),
    );
  feeds
    .command('list')
    .description('the feeds, and what became of their last pull')
    .action(() => listFeeds(output()));
  feeds
    .command('remove')
    .description('pull a feed no more; its items stay')
    .addArgument(feedName())
    .action((name: string) => removeFeed(output(), name));
}

async function showPulled(output: Output, name: string, ask: (stations: Stations) => Promise<unknown>): Promise<void> {
  const feed = await withStations(readConfig(), async ({ stations }) => {
    await ask(stations);
    // Where the service is at it, the service pulls this one too.
    await stations.feeds.pullDue();
    return stations.feeds.read(name);
  });
  const row = rowOf(feed);
  output.result(row, () => table([row]));
}

async function listFeeds(output: Output): Promise<void> {
  const feeds = await withStations(readConfig(), ({ stations }) => stations.feeds.list());
  const rows = feeds.map(rowOf);
  output.result({ feeds: rows }, () => table(rows));
}

function rowOf({ name, shownUrl, missing, lastPull, dueAt }: Awaited<ReturnType<Stations['feeds']['read']>>) {
  return {
    name,
    url: shownUrl,
    missing,
    last_pull: lastPull?.startedAt ?? '',
    outcome: lastPull?.outcome ?? '',
    items: lastPull?.items ?? '',
    problem: lastPull?.problem ?? '',
    next_pull: dueAt,
  };
}

async function removeFeed(output: Output, name: string): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.feeds.remove(name));
  output.result({ name, removed: true }, () => `The feed ${name} is pulled no more.`);
}
