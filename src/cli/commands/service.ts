import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { summaries } from '../summaries.ts';
import { demoCustomers, demoDays, demoItems } from '../terminal/arguments.ts';
import type { Output } from '../terminal/output.ts';

/** `pannier demo` and `pannier serve` */
export function addServiceCommands(program: Command, output: () => Output): void {
  program
    .command('demo')
    .description(summaries.demo)
    .option('--customers <number>', 'size of the shop, at its first start (2000)', demoCustomers)
    .option('--items <number>', 'items that it sells (300)', demoItems)
    .option('--days <number>', 'days that it has been open (365)', demoDays)
    .addHelpText(
      'after',
      `
It serves at PANNIER_PORT (8080). The shop lies in PANNIER_DATA_DIR (.pannier) and is there again at the next start; another folder, and
another port, is another shop beside it: PANNIER_PORT=8081 PANNIER_DATA_DIR=other pannier demo`,
    )
    .action(async (size) => (await import('./demo.ts')).demo(readConfig(), output(), size));

  program
    .command('serve')
    .description(summaries.serve)
    .action(async () => (await import('./serve.ts')).serve(output()));
}
