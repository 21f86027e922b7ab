import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { readConfig } from '../../config.ts';
import { type ProposedVersion, policyElement, requirePolicyForm } from '../../coupons/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { presentValue, type Reward, rewards } from '../../outcomes/index.ts';
import { dayMs } from '../../shop/days.ts';
import { fromMinor } from '../../shop/money.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { evaluationDays, positiveNumber, timestamp } from '../terminal/arguments.ts';
import { figure, type Output, section, table } from '../terminal/output.ts';

const usualDays = 365;
const policyNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `pannier policies …` */
export function addPolicyCommands(program: Command, output: () => Output): void {
  const policies = program.command('policies').description(summaries.policies);
  policies
    .command('list')
    .description('the policies, with the version that decides')
    .action(() => listPolicies(output()));
  policies
    .command('show')
    .description('the versions of a policy, newest first, and what each says')
    .argument('<policy>', 'its name')
    .action((policy: string) => showPolicy(output(), policy));
  policies
    .command('propose')
    .description('propose the next version of a policy, or the first of one of your own; it decides nothing yet')
    .argument('<policy>', 'its name')
    .requiredOption('--file <file>', 'what it says (JSON, as the API takes it)')
    .option('--note <text>', 'what it is for')
    .action((policy: string, options) => proposePolicy(output(), policy, options));
  policies
    .command('value')
    .description('what a version would have been worth, out of the log of decisions and its probabilities')
    .argument('<policy>', 'its name')
    .argument('<version>', 'its number', positiveNumber)
    .addOption(new Option('--reward <reward>', 'what counts').choices(rewards).default('profit'))
    .option('--days <days>', 'after each decision, in which its reward is counted', evaluationDays, 28)
    .option('--from <time>', 'decisions from then on; default: a year ago', timestamp)
    .action((policy: string, version: number, options) => valuePolicy(output(), policy, version, options));
  policies
    .command('publish')
    .description('let a version decide from the next decision on')
    .argument('<policy>', 'its name')
    .argument('<version>', 'its number', positiveNumber)
    .action((policy: string, version: number) => publishPolicy(output(), policy, version));
  policies
    .command('roll-back')
    .description('let the version decide again that did before')
    .argument('<policy>', 'its name')
    .action((policy: string) => rollBackPolicy(output(), policy));
  policies
    .command('default')
    .description('let a policy decide for the campaigns that name none')
    .argument('<policy>', 'its name')
    .action((policy: string) => makeDefault(output(), policy));
}

async function listPolicies(output: Output): Promise<void> {
  const policies = await withStations(readConfig(), ({ stations }) => stations.coupons.listPolicies());
  const rows = policies.map(({ policyId, isDefault, campaigns, publishedVersion, newestVersion }) => {
    return {
      policy_id: policyId,
      is_default: isDefault,
      campaigns,
      published: publishedVersion,
      newest: newestVersion,
    };
  });
  output.result({ policies: rows }, () => table(rows));
}

async function showPolicy(output: Output, policyId: string): Promise<void> {
  const { versions, publications } = await withStations(readConfig(), async ({ stations: { coupons }, config }) => {
    const listed = await coupons.listPolicyVersions(policyId, 100);
    const money = (minor: number) => fromMinor(minor, config.minorDigits);
    return {
      versions: listed.map((version) => describe(version, money)),
      publications: await coupons.listPublications(policyId),
    };
  });
  const published = publications.map(({ version, reason, publishedAt }) => {
    return { version, reason, published_at: publishedAt.toISOString() };
  });
  output.result({ policy_id: policyId, versions, publications: published }, () =>
    [
      ...versions.map(
        ({ version, policy, note }) => `Version ${version}${note ? `, ${note}` : ''}\n${JSON.stringify(policy)}`,
      ),
      section('Published', published),
    ].join('\n\n'),
  );
}

const describe = ({ version, policy, note, proposedAt }: ProposedVersion, money: (minor: number) => string) => ({
  version,
  policy: policyElement(policy, money),
  note,
  proposed_at: proposedAt.toISOString(),
});

async function proposePolicy(
  output: Output,
  policyId: string,
  { file, note }: { file: string; note?: string },
): Promise<void> {
  if (!policyNamePattern.test(policyId))
    throw invalidField('policy', `must match pattern "${policyNamePattern.source}"`);
  const element = await readPolicyFile(file);
  const { version } = await withStations(readConfig(), ({ stations }) =>
    stations.coupons.proposePolicy(policyId, element, note ?? null),
  );
  output.result(
    { policy_id: policyId, version },
    () => `${policyId} has version ${version}; it decides once it is published.`,
  );
}

async function readPolicyFile(file: string) {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw invalidField('--file', `${file} cannot be read: ${(error as Error).message}`);
  }
  return requirePolicyForm(written);
}

async function valuePolicy(
  output: Output,
  policyId: string,
  version: number,
  { reward, days, from }: { reward: Reward; days: number; from?: Date },
): Promise<void> {
  const since = from ?? new Date(Date.now() - usualDays * dayMs);
  const value = await withStations(readConfig(), ({ stations }) =>
    stations.outcomes.valuePolicy({ policyId, version, reward, days, from: since }),
  );
  const told = presentValue(value);
  output.result({ policy_id: policyId, version, reward, days, ...told }, () => {
    const { ips, snips, doubly_robust, chosen } = told;
    const named = { ips, snips, doubly_robust, [`least reckoned error: ${chosen.estimator}`]: chosen.estimate };
    const rows = Object.entries(named).map(([estimator, { value: mean, low, high, effective_decisions }]) => {
      return { estimator, value: mean, '95 %': interval(low, high), effective_decisions };
    });
    const { difference } = told;
    return [
      `${told.decisions} decisions by chance, one a customer; in ${told.agreeing} the policy agrees with what was done.`,
      told.not_open > 0
        ? `In ${told.not_open} the campaign that it wants could not be given: there it gives none.`
        : '',
      told.not_logged > 0 ? `With ${told.not_logged} more it was not logged what the policy asks for.` : '',
      section(`Mean ${reward} of a decision, had the policy decided`, rows),
      `As it was decided: ${figure(told.logged)}.`,
      difference
        ? `More than version ${difference.version}, which is published: ${figure(difference.value)}, 95 % interval ${interval(difference.low, difference.high)}.`
        : '',
    ]
      .filter(Boolean)
      .join('\n\n');
  });
}

const interval = (low: number, high: number) => `${figure(low)} to ${figure(high)}`;

async function publishPolicy(output: Output, policyId: string, version: number): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.coupons.publishPolicy(policyId, version));
  output.result({ policy_id: policyId, published: version }, () => `Version ${version} of ${policyId} decides now.`);
}

async function rollBackPolicy(output: Output, policyId: string): Promise<void> {
  const version = await withStations(readConfig(), async ({ stations: { coupons } }) => {
    const [, before] = await coupons.listPublications(policyId);
    if (!before) throw new PannierError('conflict', 'No other version of this policy was published before.');
    await coupons.publishPolicy(policyId, before.version);
    return before.version;
  });
  output.result({ policy_id: policyId, published: version }, () => `Version ${version} of ${policyId} decides again.`);
}

async function makeDefault(output: Output, policyId: string): Promise<void> {
  await withStations(readConfig(), ({ stations }) => stations.coupons.makeDefaultPolicy(policyId));
  output.result(
    { policy_id: policyId, is_default: true },
    () => `${policyId} decides for campaigns that name no policy.`,
  );
}
