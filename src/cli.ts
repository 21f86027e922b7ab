#!/usr/bin/env node
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { demo } from './cli/demo.ts';
import { exportRules, exportSegments } from './cli/export.ts';
import { importFile, redriveQuarantine } from './cli/import.ts';
import { onInterrupt } from './cli/interrupt.ts';
import { createKeyCommand, listKeysCommand, revokeKeyCommand } from './cli/keys.ts';
import { listModels, publishModel } from './cli/models.ts';
import { createOutput, type Output } from './cli/output.ts';
import { serve } from './cli/serve.ts';
import { train } from './cli/train.ts';
import { ConfigError, readConfig } from './config.ts';
import { PannierError } from './errors.ts';
import { readMoment } from './intake/index.ts';
import { scopes } from './keys/index.ts';
import { codeVersion } from './project.ts';
import { kinds } from './versions/index.ts';

/** 0 done, 1 failed, 2 called wrongly (arguments or configuration), 3 refused by a gate. */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3 } as const;

const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
};

/** A time without a zone is in the shop's. */
const moment = (text: string): Date => {
  const date = readMoment(text, readConfig().timeZone);
  if (!date) throw new InvalidArgumentError('a time such as 2026-03-01 or 2026-03-01T00:00:00Z is needed');
  return date;
};

const collect = (value: string, before: string[]): string[] => [...before, value];

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
Settings come from the environment: DATABASE_URL, PANNIER_PORT, PANNIER_TIME_ZONE, PANNIER_CURRENCY and others (see the README).
Without DATABASE_URL pannier runs its own Postgres in PANNIER_DATA_DIR (.pannier).
Exit codes: 0 done, 1 failed, 2 called wrongly, 3 refused by a gate.`,
    );
  const output = (): Output => createOutput(program.opts()['json'] === true);

  program
    .command('demo')
    .description('make a sample shop, train once, serve, and print the first questions to ask')
    .action(() => demo(readConfig(), output()));

  program
    .command('serve')
    .description('run the service: HTTP by day, training by night')
    .action(() => serve(readConfig(), output()));

  program
    .command('import')
    .description('read a file of orders, items, customers or events, clean it and keep the facts')
    .argument('<kind>', 'orders, items, customers or events')
    .argument('<file>', 'CSV or NDJSON, plain or gzip')
    .option('--preset <name>', 'a ready mapping, such as online-retail')
    .option('--mapping <file>', 'a mapping file (JSON)')
    .option('--map <field=column>', 'where a field comes from; repeatable', collect, [])
    .addOption(new Option('--format <format>', 'default: by the name of the file').choices(['csv', 'ndjson']))
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
    .option('--set <kind.field=value>', 'a recipe value for this run; repeatable', collect, [])
    .option('--evaluation-days <days>', 'length of the window that the evaluation judges', wholeNumber)
    .option('--no-publish', 'keep the versions unpublished')
    .action((options) => train(readConfig(), output(), options));

  program
    .command('models')
    .description('versions of the models, newest first')
    .addArgument(kindArgument('[kind]'))
    .action((kind) => listModels(readConfig(), output(), kind));

  program
    .command('publish')
    .description('publish a version, or roll back to it')
    .addArgument(kindArgument('<kind>'))
    .argument('<version>', 'its number', wholeNumber)
    .action((kind, version: number) => publishModel(readConfig(), output(), kind, version));

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

  const exporting = program.command('export').description('what was learnt, as files');
  const exports = { rules: exportRules, segments: exportSegments };
  const descriptions = {
    rules: 'association rules of the published release',
    segments: 'every customer with RFM, group and cluster of the published release',
  };
  for (const what of ['rules', 'segments'] as const) {
    exporting
      .command(what)
      .description(descriptions[what])
      .addOption(new Option('--format <format>').choices(['csv', 'ndjson']).default('csv'))
      .option('--output <file>', 'default: stdout')
      .action(async ({ format, output: file }) => {
        const target = file === undefined ? process.stdout : createWriteStream(file);
        await exports[what](readConfig(), format, async (text) => {
          if (!target.write(text)) await once(target, 'drain');
        });
        if (file === undefined) return;
        target.end();
        await once(target, 'close');
        output().result({ exported: what, file }, () => `The ${what} are in ${file}.`);
      });
  }

  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

function kindArgument(name: string) {
  return new Command().createArgument(name, kinds.join(', ')).choices(kinds);
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

async function main(): Promise<number> {
  onInterrupt(() => {});
  const program = buildProgram();
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const isUsage = error instanceof ConfigError;
    const message = error instanceof Error ? error.message : String(error);
    if (program.opts()['json']) {
      const faults = error instanceof PannierError ? error.faults : [];
      process.stdout.write(`${JSON.stringify({ error: message, errors: faults })}\n`);
    } else {
      process.stderr.write(`${message}\n`);
      if (error instanceof PannierError) {
        for (const fault of error.faults) process.stderr.write(`  ${fault.field}: ${fault.message}\n`);
      }
    }
    return isUsage || (error instanceof PannierError && error.code === 'invalid_request')
      ? exitCodes.usage
      : exitCodes.failed;
  }
}

process.exitCode = await main();
