import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { readConfig } from '../../config.ts';
import { invalidField } from '../../errors.ts';
import { estimateJson, type PolicyEvaluation, presenter, type Reward, rewards } from '../../outcomes/index.ts';
import { dayMs } from '../../shop/days.ts';
import { withStations } from '../session.ts';
import { evaluationDays, timestamp } from '../terminal/arguments.ts';
import { figure, type Output, section, table } from '../terminal/output.ts';

const usualDays = 365;

/** What coupons brought: further commands of `pannier coupons`. */
export function addOutcomeCommands(coupons: Command, output: () => Output): void {
  coupons
    .command('report')
    .description('what a campaign gave, brought, and added against its control; of imported campaigns too')
    .argument('<campaign>', 'its id')
    .action((campaign: string) => reportCampaign(output(), campaign));
  coupons
    .command('holdout-report')
    .description('what all campaigns together added, against the customers held out of all of them')
    .action(() => reportHoldout(output()));
  coupons
    .command('discounts')
    .description('what each group of customers was given on average')
    .option('--from <time>', 'decisions from then on; default: a year before --until', timestamp)
    .option('--until <time>', 'and before then; default: now', timestamp)
    .action((options) => reportDiscounts(output(), options));
  coupons
    .command('evaluate-policy')
    .description('what decisions by a proposed rule would have been worth, out of the log and its probabilities')
    .requiredOption('--rule <file>', 'the rule (JSON)')
    .addOption(new Option('--reward <reward>', 'what counts').choices(rewards).default('profit'))
    .option('--days <days>', 'after each decision, in which its reward is counted', evaluationDays, 28)
    .option('--from <time>', 'decisions from then on; default: a year ago', timestamp)
    .addHelpText(
      'after',
      `
The rule's first part that fits a customer says what they get; where none fits, no coupon:
  {"rules": [{"groups": ["ordinary"], "causes": ["weak-discount"], "campaign_id": "spring"}, {"campaign_id": null}]}`,
    )
    .action((options) => evaluatePolicy(output(), options));
}

async function reportCampaign(output: Output, campaign: string): Promise<void> {
  const report = await withStations(readConfig(), async ({ stations, config }) =>
    presenter(config.minorDigits).campaign(await stations.outcomes.reportCampaign(campaign)),
  );
  const { attributed, statement, issued, redeemed, reversed, cost, other_costs } = report;
  output.result(report, () =>
    [
      `Campaign ${report.campaign_id}, ${report.name}`,
      section('Given', [{ issued, redeemed, reversed, cost, 'other costs': other_costs }]),
      section('Attributed: orders that used a coupon', [attributed]),
      ...describeMeasured(report),
      statement,
      ...(report.comparison ? [report.comparison.text] : []),
      ...(report.response ? [report.response.verdict, report.response.use] : []),
    ].join('\n\n'),
  );
}

async function reportHoldout(output: Output): Promise<void> {
  const report = await withStations(readConfig(), async ({ stations, config }) =>
    presenter(config.minorDigits).holdout(await stations.outcomes.reportHoldout()),
  );
  output.result(report, () => [...describeMeasured(report), report.statement].join('\n\n'));
}

function describeMeasured({
  sample_ratio: ratio,
  incremental,
}: Pick<ReturnType<ReturnType<typeof presenter>['campaign']>, 'sample_ratio' | 'incremental'>): string[] {
  const arms = ratio ? [section('Arms', [{ ...ratio, alarm: ratio.alarm ? 'yes' : 'no' }])] : [];
  if (!incremental) return arms;
  const withInterval = (estimate: { value: number; low: number; high: number } | null) =>
    estimate && `${figure(estimate.value)} [${figure(estimate.low)}, ${figure(estimate.high)}]`;
  const rows = (['orders', 'revenue', 'margin'] as const).map((name) => {
    const effect = incremental[name];
    return {
      figure: name,
      treated: effect?.treated_mean,
      control: effect?.control_mean,
      'added a customer': effect && withInterval(effect.per_customer),
      'added in all': effect && withInterval(effect.total),
    };
  });
  const { profit, return_on_investment: roi, cost, verdict } = incremental;
  return [
    ...arms,
    section('Incremental, with 95 % intervals', rows),
    table([{ cost, profit: withInterval(profit), 'return on investment': withInterval(roi), verdict }]),
  ];
}

async function reportDiscounts(output: Output, options: { from?: Date; until?: Date }): Promise<void> {
  const until = options.until ?? new Date();
  const from = options.from ?? new Date(until.getTime() - usualDays * dayMs);
  const report = await withStations(readConfig(), async ({ stations, config }) =>
    presenter(config.minorDigits).discounts(await stations.outcomes.reportDiscounts(from, until)),
  );
  output.result(report, () => table(report.groups));
}

async function evaluatePolicy(
  output: Output,
  { rule, reward, days, from }: { rule: string; reward: Reward; days: number; from?: Date },
): Promise<void> {
  const policy = await readRule(rule);
  const since = from ?? new Date(Date.now() - usualDays * dayMs);
  const evaluation = await withStations(readConfig(), ({ stations }) =>
    stations.outcomes.evaluatePolicy({ policy, reward, days, from: since }),
  );
  output.result(present(evaluation, reward), () => describePolicy(evaluation, reward));
}

async function readRule(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw invalidField('--rule', `${file} cannot be read: ${(error as Error).message}`);
  }
}

const estimators = [
  ['ips', 'inverse propensity'],
  ['snips', 'self-normalised'],
  ['doublyRobust', 'doubly robust'],
] as const;

function present(evaluation: PolicyEvaluation, reward: Reward) {
  const { decisions, agreeing, notOpen, logged, naive } = evaluation;
  const { ips, snips, doublyRobust, chosen } = evaluation;
  const estimates = {
    ips: estimateJson(ips),
    snips: estimateJson(snips),
    doubly_robust: estimateJson(doublyRobust),
    chosen: { estimator: chosen.estimator, ...estimateJson(chosen) },
  };
  return { reward, decisions, agreeing, not_open: notOpen, logged, naive, ...estimates };
}

function describePolicy(evaluation: PolicyEvaluation, reward: Reward): string {
  const { decisions, agreeing, notOpen, logged, naive } = evaluation;
  const named = [...estimators, ['chosen', `least reckoned error: ${evaluation.chosen.estimator}`]] as const;
  const rows = named.map(([name, estimator]) => {
    const { value, low, high, standardError, effectiveDecisions, largestWeight } = evaluation[name];
    const interval = `${figure(low)} to ${figure(high)}`;
    return { estimator, value, '95 %': interval, standardError, effectiveDecisions, largestWeight };
  });
  return [
    `${decisions} decisions by chance, one a customer; in ${agreeing} the rule agrees with what was done.`,
    notOpen > 0 ? `In ${notOpen} the campaign of the rule could not be given: there it gives none.` : '',
    section(`Mean ${reward} of a decision, had the rule decided`, rows),
    `As it was decided: ${figure(logged)}. Of the agreeing ones as they are, which is no fair sample: ${figure(naive)}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}
