#!/usr/bin/env node
import { Argument, Command, CommanderError, Option } from 'commander';
import { compareModels } from './cli/commands/compare.ts';
import { addCouponCommands } from './cli/commands/coupons.ts';
import { evaluate } from './cli/commands/evaluate.ts';
import { explainCustomer } from './cli/commands/explain.ts';
import { arrayExports, exportArrays, exportRows, rowExports } from './cli/commands/export.ts';
import { importFile, importKinds, redriveQuarantine } from './cli/commands/import.ts';
import { createKeyCommand, listKeysCommand, revokeKeyCommand } from './cli/commands/keys.ts';
import { listModels, publishModel } from './cli/commands/models.ts';
import { addOutcomeCommands } from './cli/commands/outcomes.ts';
import { train } from './cli/commands/train.ts';
import { rowFormats } from './cli/exports/files/rows.ts';
import {
  collect,
  demoCustomers,
  evaluationDays,
  kindArgument,
  moment,
  positiveNumber,
  wholeNumber,
} from './cli/terminal/arguments.ts';
import { exitCodes } from './cli/terminal/exit-codes.ts';
import { endWithReader, isInterrupted, onInterrupt } from './cli/terminal/interrupt.ts';
import { createOutput, type Output } from './cli/terminal/output.ts';
import { ConfigError, readConfig } from './config.ts';
import { PannierError } from './errors.ts';
import { scopes } from './keys/index.ts';
import { codeVersion } from './project.ts';
import { contenderNames } from './training/index.ts';
import { kinds } from './versions/index.ts';

function buildProgram(): Command {
  const program = new Command('pannier')
    .description('Recommendations, customer groups and targeted coupons for an online shop.')
    .version(codeVersion)
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'answer with one JSON document on stdout')
    .addHelpText(
      'after',
      `
Settings come from the environment: DATABASE_URL, PANNIER_PORT, PANNIER_TIME_ZONE, PANNIER_CURRENCY and others (docs/operations.md has them all).
Without DATABASE_URL pannier runs its own Postgres in PANNIER_DATA_DIR (.pannier).
Exit codes: 0 done, 1 failed, 2 called wrongly, 3 refused by a gate.`,
    );
  const isJson = (): boolean => program.opts()['json'] === true;
  const output = (): Output => createOutput(isJson());

  program
    .command('demo')
    .description('make a sample shop, train once, serve, and print the first questions to ask')
    .option('--customers <number>', 'size of the shop, at its first start (2000)', demoCustomers)
    .action(async ({ customers }) => (await import('./cli/commands/demo.ts')).demo(readConfig(), output(), customers));

  program
    .command('serve')
    .description('run the service: HTTP by day, training by night')
    .action(async () => (await import('./cli/commands/serve.ts')).serve(readConfig(), output()));

  program
    .command('import')
    .description('read a file of orders, items, customers, events or past campaigns, clean it and keep the facts')
    .addArgument(new Argument('<kind>', 'facts, or what is known of campaigns run elsewhere').choices(importKinds))
    .argument('<file>', 'CSV or NDJSON, plain or gzip')
    .option('--preset <name>', 'a ready mapping, such as online-retail or complete-journey')
    .option(
      '--mapping <file>',
      'JSON: columns, delimiter, decimals, time_format and more (docs/bring-your-own-shop.md)',
    )
    .option('--map <field=column>', 'where a field comes from; repeatable', collect, [])
    .addOption(
      new Option('--format <format>', 'default: by what the file holds, and its name').choices(['csv', 'ndjson']),
    )
    .option('--force', 'keep the facts although the assessment fails')
    .action((kind: string, file: string, options) => importFile(readConfig(), output(), { ...options, kind, file }));

  program
    .command('redrive')
    .description('send quarantined rows through cleaning again')
    .option('--rule <rule>', 'only rows that this rule refused')
    .option('--import <id>', 'only rows of this import', wholeNumber)
    .action((options) => redriveQuarantine(readConfig(), output(), { rule: options.rule, importId: options.import }));

  program
    .command('train')
    .description('train now: all models or some, as the night does')
    .addOption(new Option('--model <kind...>', 'only these models').choices(kinds))
    .option('--as-of <time>', "the run's only clock; give the end of the data for an old data set", moment)
    .option('--seed <number>', 'seed of everything random', wholeNumber)
    .option(
      '--set <path=value>',
      'a recipe value for this run, with the kind first unless one --model is given',
      collect,
      [],
    )
    .option('--evaluation-days <days>', 'length of the window that the evaluation judges', evaluationDays)
    .option('--no-publish', 'keep the versions unpublished')
    .addHelpText(
      'after',
      `
Examples:
  pannier train --model association-rules --set minimumSupport=0.01
  pannier train --no-publish --set collaborative-filtering.methods.item-knn.shrinkage=[10,30] --set popularity.halfLifeDays=30`,
    )
    .action((options) => train(readConfig(), output(), options));

  const models = program
    .command('models')
    .description('versions of the models, newest first')
    .addArgument(kindArgument('[kind]'))
    .action((kind) => listModels(readConfig(), output(), kind));
  models
    .command('compare')
    .description('two versions of a model: metrics, recipes, and how far what they say differs')
    .addArgument(kindArgument('<kind>'))
    .argument('<first>', 'number of a version', wholeNumber)
    .argument('<second>', 'number of the other', wholeNumber)
    .action((kind, first: number, second: number) => compareModels(readConfig(), output(), kind, [first, second]));

  program
    .command('publish')
    .description('publish a version, or roll back to it')
    .addArgument(kindArgument('<kind>'))
    .argument('<version>', 'its number', wholeNumber)
    .action((kind, version: number) => publishModel(readConfig(), output(), kind, version));

  program
    .command('evaluate')
    .description("judge models, or files of lists, on a hold-out of the shop's own facts; nothing is stored")
    .addArgument(
      new Argument('[models...]', `${contenderNames.join(', ')}; default: night and popularity`).choices(
        contenderNames,
      ),
    )
    .option(
      '--lists <file>',
      'lists made elsewhere: CSV or NDJSON of customer_id, item_id, rank; repeatable',
      collect,
      [],
    )
    .option('--as-of <time>', 'nothing from then on is looked at; give the end of the data for an old data set', moment)
    .option('--window-days <days>', 'length of the judged window before it (28)', evaluationDays)
    .addOption(
      new Option('--holdout <file>', 'judge by these pairs instead: CSV or NDJSON of customer_id, item_id').conflicts(
        'windowDays',
      ),
    )
    .option('--k <places>', 'first places that are judged (10)', positiveNumber)
    .option('--seed <number>', 'seed of everything random', wholeNumber)
    .option(
      '--set <path=value>',
      'a recipe value, of collaborative filtering unless the kind comes first; repeatable',
      collect,
      [],
    )
    .addHelpText(
      'after',
      `
Every model is learnt from what is before the window alone, and ranks everything that was sold before it. Figures are means over
the customers with 95 % bootstrap intervals; differences are paired, against the first one named.

Examples:
  pannier evaluate night published popularity --window-days 14 --k 20
  pannier evaluate item-knn ease --set methods.item-knn.shrinkage=30 --lists mine.csv`,
    )
    .action((names, options) => evaluate(readConfig(), output(), names, options));

  program
    .command('explain')
    .description("how a customer's list comes about: candidates, what each rule dropped, and the final order")
    .requiredOption('--customer <id>', 'whose list')
    .option('--limit <places>', 'length of the list', positiveNumber, 10)
    .action((options) => explainCustomer(readConfig(), output(), options));

  const keys = program.command('keys').description('API keys');
  keys
    .command('create')
    .description('make a key; it is told once')
    .argument('<name>', 'whose key it is')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(scopes).makeOptionMandatory())
    .action((name: string, options) => createKeyCommand(readConfig(), output(), name, options.scope));
  keys
    .command('list')
    .description('the live keys')
    .action(() => listKeysCommand(readConfig(), output()));
  keys
    .command('revoke')
    .description('make a key worthless')
    .argument('<id>', 'its id', wholeNumber)
    .action((id: number) => revokeKeyCommand(readConfig(), output(), id));

  const ofVersion = () => new Option('--of-version <number>', 'default: the published one').argParser(wholeNumber);
  addCouponCommands(program, output);
  addOutcomeCommands(program.commands.find((command) => command.name() === 'coupons')!, output);

  const exporting = program.command('export').description('what was learnt, as files');
  for (const what of Object.keys(rowExports) as (keyof typeof rowExports)[]) {
    const command = exporting
      .command(what)
      .description(rowExports[what])
      .addOption(new Option('--format <format>', 'default: csv, with --json json').choices(rowFormats))
      .option('--output <file>', 'default: stdout');
    if (what === 'rules') command.option('--context <context>', 'of what orders the rules were learnt; default: all');
    else command.addOption(ofVersion());
    command.action(({ format = isJson() ? 'json' : 'csv', ...options }) =>
      exportRows(readConfig(), output(), what, { format, ...options }),
    );
  }
  for (const what of Object.keys(arrayExports) as (keyof typeof arrayExports)[]) {
    const command = exporting
      .command(what)
      .description(`${arrayExports[what]}: .npy files, beside them the ids of the rows as JSON`)
      .requiredOption('--output <folder>', 'made where it is missing')
      .action((options) => exportArrays(readConfig(), output(), what, options));
    if (what === 'neighbours') command.addOption(ofVersion());
  }

  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

async function main(): Promise<number> {
  onInterrupt(() => {});
  endWithReader();
  const program = buildProgram();
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // The signal's own end is under way, and says how it ends.
    if (isInterrupted()) return new Promise<never>(() => {});
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const isUsage = error instanceof ConfigError;
    const message = error instanceof Error ? error.message : String(error);
    if (program.opts()['json']) {
      const faults = error instanceof PannierError ? error.faults : [];
      process.stdout.write(`${JSON.stringify({ error: message, errors: faults })}\n`);
    } else {
      process.stderr.write(`${message}\n`);
      if (error instanceof PannierError) {
        const untold = error.faults.filter((fault) => !message.includes(fault.message));
        for (const fault of untold) process.stderr.write(`  ${fault.field}: ${fault.message}\n`);
      }
    }
    return isUsage || (error instanceof PannierError && error.code === 'invalid_request')
      ? exitCodes.usage
      : exitCodes.failed;
  }
}

const exitCode = await main();
// At once when all is written: while Node takes itself down a late Ctrl-C would still kill what has finished.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(exitCode);
