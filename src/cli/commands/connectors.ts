import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import { type PlatformName, platformNames } from '../../connectors/index.ts';
import { invalidField } from '../../errors.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { type Output, table } from '../terminal/output.ts';

const platform = () => new Argument('<platform>', 'the shop platform').choices(platformNames);

/** `pannier connectors …` */
export function addConnectorCommands(program: Command, output: () => Output): void {
  const connectors = program.command('connectors').description(summaries.connectors);
  connectors
    .command('set')
    .description('let a platform send deliveries; without a secret one is made and shown once')
    .addArgument(platform())
    .option('--secret-file <file>', 'holds what the platform signs with; - reads it from stdin')
    .action((name: PlatformName, { secretFile }) => setConnector(output(), name, secretFile));
  connectors
    .command('list')
    .description('the platforms that may send deliveries')
    .action(() => listConnectors(output()));
  connectors
    .command('remove')
    .description('take no more deliveries of a platform')
    .addArgument(platform())
    .action((name: PlatformName) => removeConnector(output(), name));
}

async function setConnector(output: Output, platform: PlatformName, secretFile: string | undefined): Promise<void> {
  const told = secretFile === undefined ? undefined : readSecret(secretFile);
  const { secret } = await withStations(readConfig(), ({ stations }) => stations.connectors.set(platform, told));
  const path = `/v1/connectors/${platform}`;
  output.result({ platform, path, secret: told === undefined ? secret : null }, () =>
    [
      ...(told === undefined ? [secret, 'Deliveries are signed with it. It is not shown again.'] : []),
      `${platform} may send its deliveries to ${path}.`,
    ].join('\n'),
  );
}

/** Not an argument, which others on the machine could read. */
function readSecret(file: string): string {
  const secret = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  if (!/^[\x21-\x7e]{8,256}$/.test(secret)) throw invalidField('secret', 'must be 8 to 256 letters without blanks');
  return secret;
}

async function listConnectors(output: Output): Promise<void> {
  const connectors = await withStations(readConfig(), ({ stations }) => stations.connectors.list());
  const rows = connectors.map(({ platform, secretSince, lastDelivery }) => ({
    platform,
    secret_since: secretSince,
    last_topic: lastDelivery?.topic ?? '',
    last_at: lastDelivery?.receivedAt ?? '',
    last_outcome: lastDelivery?.outcome ?? '',
  }));
  output.result({ connectors: rows }, () => table(rows));
}

async function removeConnector(output: Output, platform: PlatformName): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.connectors.remove(platform));
  output.result({ platform, removed: true }, () => `No more deliveries of ${platform} are taken.`);
}
