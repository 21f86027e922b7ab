import { Command } from 'commander';
import { chooseShop, readConfig } from '../config.ts';
import { codeVersion } from '../project.ts';
import { addAuditCommands } from './commands/access/audit.ts';
import { addKeyCommands } from './commands/access/keys.ts';
import { addUserCommands } from './commands/access/users.ts';
import { addConnectorCommands } from './commands/connectors.ts';
import { addCouponCommands } from './commands/coupons.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addExploreCommand } from './commands/explore.ts';
import { addExportCommands } from './commands/export.ts';
import { addFeedCommands } from './commands/feeds.ts';
import { addImportCommands } from './commands/imports/import.ts';
import { addIndicatorCommands } from './commands/indicators.ts';
import { addLabelsCommand } from './commands/labels.ts';
import { addModelCommands } from './commands/models.ts';
import { addOutcomeCommands } from './commands/outcomes.ts';
import { addPolicyCommands } from './commands/policies.ts';
import { addTrainCommand } from './commands/train.ts';
import { demoCustomers, demoDays, demoItems } from './terminal/arguments.ts';
import { createOutput, type Output } from './terminal/output.ts';

/** Every command and its options. What is slow to load is loaded when its command runs. */
export function buildProgram(): Command {
  const program = new Command('pannier')
    .description('Recommendations, customer groups and targeted coupons for an online shop.')
    .version(codeVersion)
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'answer with one JSON document on stdout')
    .option('--shop <name>', 'which of the shops that PANNIER_SHOPS names')
    .hook('preAction', () => {
      const shop: string | undefined = program.opts()['shop'];
      if (shop !== undefined) chooseShop(shop);
    })
    .addHelpText(
      'after',
      `
Settings come from the environment: DATABASE_URL, PANNIER_PORT, PANNIER_TIME_ZONE, PANNIER_CURRENCY and others (docs/operations.md has them all).
Without DATABASE_URL pannier runs its own Postgres in PANNIER_DATA_DIR (.pannier).
Exit codes: 0 done, 1 failed, 2 called wrongly, 3 refused by a gate.`,
    );
  const output = (): Output => createOutput(program.opts()['json'] === true);

  program
    .command('demo')
    .description('make a sample shop, train once, serve, and print the first questions to ask')
    .option('--customers <number>', 'size of the shop, at its first start (2000)', demoCustomers)
    .option('--items <number>', 'items that it sells (300)', demoItems)
    .option('--days <number>', 'days that it has been open (365)', demoDays)
    .addHelpText(
      'after',
      `
It serves at PANNIER_PORT (8080). The shop lies in PANNIER_DATA_DIR (.pannier) and is there again at the next start; another folder, and
another port, is another shop beside it: PANNIER_PORT=8081 PANNIER_DATA_DIR=other pannier demo`,
    )
    .action(async (size) => (await import('./commands/demo.ts')).demo(readConfig(), output(), size));

  program
    .command('serve')
    .description('run the service: HTTP by day, training by night')
    .action(async () => (await import('./commands/serve.ts')).serve(output()));

  addImportCommands(program, output);
  addTrainCommand(program, output);
  addModelCommands(program, output);
  addEvaluateCommand(program, output);
  addExplainCommand(program, output);
  addExploreCommand(program, output);
  addLabelsCommand(program, output);
  addKeyCommands(program, output);
  addUserCommands(program, output);
  addAuditCommands(program, output);
  addConnectorCommands(program, output);
  addFeedCommands(program, output);
  addCouponCommands(program, output);
  addOutcomeCommands(program.commands.find((command) => command.name() === 'coupons')!, output);
  addPolicyCommands(program, output);
  addIndicatorCommands(program, output);
  addExportCommands(program, output);
  addDoctorCommand(program, output);

  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
