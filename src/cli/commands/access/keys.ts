import { type Command, Option } from 'commander';
import { type Config, readConfig } from '../../../config.ts';
import { notFound } from '../../../errors.ts';
import { allowOrigins, createKey, listKeys, revokeKey, type Scope, scopes } from '../../../keys/index.ts';
import { withStations } from '../../session.ts';
import { summaries } from '../../summaries.ts';
import { wholeNumber } from '../../terminal/arguments.ts';
import { type Output, table } from '../../terminal/output.ts';

/** `pannier keys …` */
export function addKeyCommands(program: Command, output: () => Output): void {
  const keys = program.command('keys').description(summaries.keys);
  keys
    .command('create')
    .description('make a key; it is shown once')
    .argument('<name>', 'whose key it is')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(scopes).makeOptionMandatory())
    .option('--origin <origin...>', 'of a publishable key (scopes events, lists): whose pages may ask with it')
    .action((name: string, { scope, origin = [] }) => createKeyCommand(readConfig(), output(), name, scope, origin));
  keys
    .command('origins')
    .description('say whose pages may ask with a publishable key')
    .argument('<id>', 'its id', wholeNumber)
    .argument('[origin...]', 'such as https://shop.example; none: no page may')
    .action((id: number, origins: string[]) => allowOriginsCommand(readConfig(), output(), id, origins));
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

async function createKeyCommand(
  config: Config,
  output: Output,
  name: string,
  scopes: Scope[],
  origins: string[],
): Promise<void> {
  const { keyId, token, customerSecret } = await withStations(config, ({ database }) =>
    createKey(database, name, scopes, origins),
  );
  const secret = customerSecret === null ? [] : [`${customerSecret} signs tokens of customers, on your server alone.`];
  output.result({ key_id: keyId, name, scopes, allowed_origins: origins, token, customer_secret: customerSecret }, () =>
    [token, ...secret, `Key ${keyId} "${name}" may: ${scopes.join(', ')}. It is not shown again.`].join('\n'),
  );
}

async function allowOriginsCommand(config: Config, output: Output, keyId: number, origins: string[]): Promise<void> {
  if (!(await withStations(config, ({ database }) => allowOrigins(database, keyId, origins)))) {
    throw notFound('live key');
  }
  const pages = origins.length === 0 ? 'No page' : `Pages of ${origins.join(', ')}`;
  output.result({ key_id: keyId, allowed_origins: origins }, () => `${pages} may ask with key ${keyId}.`);
}

async function listKeysCommand(config: Config, output: Output): Promise<void> {
  const keys = await withStations(config, ({ database }) => listKeys(database));
  const rows = keys.map((key) => ({
    key_id: key.keyId,
    name: key.name,
    scopes: key.scopes,
    allowed_origins: key.allowedOrigins,
    created_at: key.createdAt,
  }));
  output.result({ keys: rows }, () =>
    table(
      rows.map((row) => ({ ...row, scopes: row.scopes.join(' '), allowed_origins: row.allowed_origins.join(' ') })),
    ),
  );
}

async function revokeKeyCommand(config: Config, output: Output, keyId: number): Promise<void> {
  if (!(await withStations(config, ({ database }) => revokeKey(database, keyId)))) throw notFound('live key');
  output.result({ key_id: keyId, revoked: true }, () => `Key ${keyId} is revoked.`);
}
