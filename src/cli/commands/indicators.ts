import type { Command } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { withStations } from '../session.ts';
import type { Output } from '../terminal/output.ts';

/** `pannier indicators …` */
export function addIndicatorCommands(program: Command, output: () => Output): void {
  const indicators = program.command('indicators').description("the shop's figures");
  indicators
    .command('roll-up')
    .description('count all days anew whose facts have changed, and end')
    .action(() => rollUp(readConfig(), output()));
}

async function rollUp(config: Config, output: Output): Promise<void> {
  const bar = output.bar('Counting');
  const days = await withStations(config, ({ stations }) =>
    stations.indicators.rollUp({
      atOnce: true,
      onProgress: (counted, left) => bar.update(counted, counted + left, '', 1),
    }),
  );
  bar.stop();
  output.result({ days }, () =>
    days === 0 ? 'Nothing has changed.' : `Counted ${days} days of families of measures.`,
  );
}
