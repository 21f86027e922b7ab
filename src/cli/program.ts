import { Command } from 'commander';
import { codeVersion } from '../project.ts';
import { summaries } from './summaries.ts';
import type { Output } from './terminal/output.ts';

type AddCommands = (program: Command, output: () => Output) => void;
type CommandName = keyof typeof summaries;

/** Commands of one file: each with how it is called, and what tells the rest of them. */
interface CommandGroup {
  calls: Partial<Record<CommandName, string>>;
  load: () => Promise<AddCommands>;
}

const groups: readonly CommandGroup[] = [
  {
    calls: { demo: '[options]', serve: '' },
    load: async () => (await import('./commands/service.ts')).addServiceCommands,
  },
  {
    calls: { import: '[options] <file> [columns]', redrive: '[options]' },
    load: async () => (await import('./commands/imports/import.ts')).addImportCommands,
  },
  { calls: { train: '[options]' }, load: async () => (await import('./commands/train.ts')).addTrainCommand },
  {
    calls: { models: '[kind]', publish: '<kind> <version>' },
    load: async () => (await import('./commands/models.ts')).addModelCommands,
  },
  {
    calls: { evaluate: '[options] [models...]' },
    load: async () => (await import('./commands/evaluate.ts')).addEvaluateCommand,
  },
  { calls: { explain: '[options]' }, load: async () => (await import('./commands/explain.ts')).addExplainCommand },
  { calls: { explore: '[options]' }, load: async () => (await import('./commands/explore.ts')).addExploreCommand },
  {
    calls: { labels: '[options] <attribute>' },
    load: async () => (await import('./commands/labels.ts')).addLabelsCommand,
  },
  { calls: { keys: '' }, load: async () => (await import('./commands/access/keys.ts')).addKeyCommands },
  { calls: { users: '' }, load: async () => (await import('./commands/access/users.ts')).addUserCommands },
  { calls: { audit: '' }, load: async () => (await import('./commands/access/audit.ts')).addAuditCommands },
  { calls: { connectors: '' }, load: async () => (await import('./commands/connectors.ts')).addConnectorCommands },
  { calls: { feeds: '' }, load: async () => (await import('./commands/feeds.ts')).addFeedCommands },
  { calls: { coupons: '' }, load: async () => (await import('./commands/coupons.ts')).addCouponCommands },
  { calls: { policies: '' }, load: async () => (await import('./commands/policies.ts')).addPolicyCommands },
  { calls: { indicators: '' }, load: async () => (await import('./commands/indicators.ts')).addIndicatorCommands },
  { calls: { export: '' }, load: async () => (await import('./commands/export.ts')).addExportCommands },
  { calls: { doctor: '' }, load: async () => (await import('./commands/doctor.ts')).addDoctorCommand },
];

/**
 * Every command; those that the arguments name with their options, of which what they need is loaded. Of the others it is known
 * how they are called and what they do.
 * @param args what follows `pannier`; absent: all commands have their options
 */
export async function buildProgram(args?: readonly string[]): Promise<Command> {
  const program = new Command('pannier')
    .description('Recommendations, customer groups and targeted coupons for an online shop.')
    .version(codeVersion)
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
    .option('--json', 'answer with one JSON document on stdout')
    .option('--shop <name>', 'which of the shops that PANNIER_SHOPS names')
    .hook('preAction', async () => {
      const shop: string | undefined = program.opts()['shop'];
      if (shop !== undefined) (await import('../config.ts')).chooseShop(shop);
    })
    .addHelpText(
      'after',
      `
Settings come from the environment: DATABASE_URL, PANNIER_PORT, PANNIER_TIME_ZONE, PANNIER_CURRENCY and others (docs/operations.md has them all).
Without DATABASE_URL pannier runs its own Postgres in PANNIER_DATA_DIR (.pannier).
Exit codes: 0 done, 1 failed, 2 called wrongly, 3 refused by a gate.`,
    );

  for (const { calls, load } of groups) {
    const isNamed = args === undefined || Object.keys(calls).some((name) => args.includes(name));
    if (isNamed) await addNamed(program, load);
    else
      for (const [name, form] of Object.entries(calls))
        program.command(`${name} ${form}`).description(summaries[name as CommandName]);
  }

  for (const command of allCommands(program)) command.exitOverride();
  return program;
}

async function addNamed(program: Command, load: CommandGroup['load']): Promise<void> {
  const [addCommands, { createOutput }] = await Promise.all([load(), import('./terminal/output.ts')]);
  addCommands(program, () => createOutput(program.opts()['json'] === true));
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}
