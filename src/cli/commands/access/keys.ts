import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../../config.ts';
import { notFound } from '../../../errors.ts';
import { createKey, listKeys, revokeKey, type Scope, scopes } from '../../../keys/index.ts';
import { withStations } from '../../session.ts';
import { wholeNumber } from '../../terminal/arguments.ts';
import { type Output, table } from '../../terminal/output.ts';

/** `pannier keys …` */
export function addKeyCommands(program: Command, output: () => Output): void {
  const keys = program.command('keys').description('API keys');
  keys
    .command('create')
    .description('make a key; it is shown once')
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
}

async function createKeyCommand(config: Config, output: Output, name: string, scopes: Scope[]): Promise<void> {
  const { keyId, token } = await withStations(config, ({ database }) => createKey(database, name, scopes));
  output.result(
    { key_id: keyId, name, scopes, token },
    () => `${token}\nKey ${keyId} "${name}" may: ${scopes.join(', ')}. It is not shown again.`,
  );
}

async function listKeysCommand(config: Config, output: Output): Promise<void> {
  const keys = await withStations(config, ({ database }) => listKeys(database));
  const rows = keys.map((key) => ({
    key_id: key.keyId,
    name: key.name,
    scopes: key.scopes,
    created_at: key.createdAt,
  }));
  output.result({ keys: rows }, () => table(rows.map((row) => ({ ...row, scopes: row.scopes.join(' ') }))));
}

async function revokeKeyCommand(config: Config, output: Output, keyId: number): Promise<void> {
  if (!(await withStations(config, ({ database }) => revokeKey(database, keyId)))) throw notFound('live key');
  output.result({ key_id: keyId, revoked: true }, () => `Key ${keyId} is revoked.`);
}
