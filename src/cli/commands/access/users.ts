import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Role, roles, signInPath } from '../../../accounts/index.ts';
import { readConfig } from '../../../config.ts';
import { withStations } from '../../session.ts';
import { summaries } from '../../summaries.ts';
import { type Output, table } from '../../terminal/output.ts';

/** `pannier users …` */
export function addUserCommands(program: Command, output: () => Output): void {
  const users = program.command('users').description(summaries.users);
  users
    .command('set')
    .description('make a user, or give one another role')
    .argument('<name>', 'what they sign in as', userName)
    .addOption(new Option('--role <role>', 'what they are to the shop').choices(roles).makeOptionMandatory())
    .action((name: string, options) => setUserCommand(output(), name, options.role));
  users
    .command('invite')
    .description('make the address by which a user sets a password and signs in; it is good once and shown once')
    .argument('<name>', 'whom', userName)
    .action((name: string) => inviteCommand(output(), name));
  users
    .command('list')
    .description('the users')
    .action(() => listUsersCommand(output()));
  users
    .command('remove')
    .description('remove a user; their sessions end')
    .argument('<name>', 'whom', userName)
    .action((name: string) => removeUserCommand(output(), name));
}

function userName(value: string): string {
  if (/^[a-z0-9][a-z0-9._@-]{0,63}$/.test(value)) return value;
  throw new InvalidArgumentError('It has small letters, digits and . _ @ - only, up to 64.');
}

async function setUserCommand(output: Output, name: string, role: Role): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.accounts.users.set(name, role));
  output.result({ user_name: name, role }, () => `${name} is ${role}.`);
}

async function inviteCommand(output: Output, name: string): Promise<void> {
  const { ticket, expiresAt } = await withStations(readConfig(), ({ stations }) =>
    stations.accounts.users.makeTicket(name, 'invitation'),
  );
  const path = signInPath(ticket);
  output.result(
    { user_name: name, ticket, path, expires_at: expiresAt },
    () => `${path}\nTo be appended to the address of the service; good once, until ${expiresAt.toISOString()}.`,
  );
}

async function listUsersCommand(output: Output): Promise<void> {
  const users = await withStations(readConfig(), ({ stations }) => stations.accounts.users.list());
  const rows = users.map((user) => ({
    user_name: user.userName,
    role: user.role,
    has_password: user.passwordHash !== null,
    has_second_factor: user.totpSecret !== null,
    created_at: user.createdAt,
  }));
  output.result({ users: rows }, () => table(rows));
}

async function removeUserCommand(output: Output, name: string): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.accounts.users.remove(name));
  output.result({ user_name: name, removed: true }, () => `${name} is removed.`);
}
