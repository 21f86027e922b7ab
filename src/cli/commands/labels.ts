import type { Command } from 'commander';
import { type Config, readConfig } from '../../config.ts';
import { type AttributePrediction, predictAttribute } from '../../segments/index.ts';
import { readPublishedRelease } from '../../versions/index.ts';
import { withCustomerIds } from '../exports/choose-version.ts';
import { type RowSource, writeRows } from '../exports/files/rows.ts';
import { type Session, withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { wholeNumber } from '../terminal/arguments.ts';
import { type Output, section, share } from '../terminal/output.ts';

const refusals = {
  'too-few-declared': 'too few customers have declared it',
  'too-few-labels': 'fewer than two of its values are declared by enough customers',
  'no-better-than-shares': 'behaviour tells no more of it than how common each value is',
  'badly-calibrated': 'the probabilities are not what they say',
};

/** `pannier labels` */
export function addLabelsCommand(program: Command, output: () => Output): void {
  program
    .command('labels')
    .description(summaries.labels)
    .argument('<attribute>', 'such as `profession`; enough customers must have declared it, or nothing is said')
    .option('--output <file>', 'everybody who has not declared it, with probabilities and what speaks for them, as CSV')
    .option('--seed <number>', 'of who is held out (1)', wholeNumber)
    .action((attribute, options) => predict(readConfig(), output(), attribute, options));
}

async function predict(
  config: Config,
  output: Output,
  attribute: string,
  { output: file, seed }: { output?: string; seed?: number },
): Promise<void> {
  await withStations(config, async (session) => {
    const {
      database,
      config: { minorDigits },
    } = session;
    const release = await readPublishedRelease(database);
    const prediction = await predictAttribute(database, {
      attribute,
      release,
      minorDigits,
      ...(seed !== undefined && { seed }),
    });
    const { learnt } = prediction;
    const rows =
      file === undefined || 'refusal' in learnt ? null : await writeRows(rowsOf(session, prediction), 'csv', file);
    output.result(toJson(attribute, learnt, file ?? null, rows), () =>
      [describe(attribute, learnt), ...(rows === null ? [] : [`${rows} customers are in ${file}.`])].join('\n\n'),
    );
  });
}

function rowsOf({ database }: Session, { learnt, predicted }: AttributePrediction): RowSource {
  const labels = 'refusal' in learnt ? [] : learnt.model.labels;
  async function* rows() {
    for await (const [customer_id, { probabilities, likeliest, reasons }] of withCustomerIds(database, predicted())) {
      yield {
        customer_id,
        likeliest,
        probability: Math.max(...probabilities),
        reasons: reasons.map(({ feature, weight }) => `${feature} ${weight < 0 ? '−' : '+'}`).join('; '),
        ...Object.fromEntries(labels.map((label, place) => [`probability of ${label}`, probabilities[place]])),
      };
    }
  }
  return {
    columns: [
      { name: 'customer_id', type: 'STRING' },
      { name: 'likeliest', type: 'STRING' },
      { name: 'probability', type: 'DOUBLE' },
      { name: 'reasons', type: 'STRING' },
      ...labels.map((label) => ({ name: `probability of ${label}`, type: 'DOUBLE' as const })),
    ],
    rows: rows(),
  };
}

type Learnt = AttributePrediction['learnt'];

function toJson(attribute: string, learnt: Learnt, file: string | null, rows: number | null) {
  const { judgement } = learnt;
  return {
    attribute,
    refusal: 'refusal' in learnt ? learnt.refusal : null,
    labels: 'refusal' in learnt ? [] : learnt.model.labels,
    declared: learnt.declared,
    held_out: judgement?.heldOut ?? null,
    log_loss: judgement?.logLoss ?? null,
    log_loss_of_shares: judgement?.logLossOfShares ?? null,
    gain: judgement?.gain ?? null,
    hits: judgement?.hits ?? null,
    commonest: judgement?.commonest ?? null,
    expected_calibration_error: judgement?.calibration.expectedError ?? null,
    calibration: judgement?.calibration.curve ?? [],
    file,
    rows,
  };
}

function describe(attribute: string, learnt: Learnt): string {
  const { judgement } = learnt;
  const judged = judgement
    ? [
        `Of ${judgement.heldOut} customers held out ${share(judgement.hits)} have the likeliest value, ${share(judgement.commonest)} the commonest; log loss ${judgement.logLoss.toFixed(3)}, of the shares alone ${judgement.logLossOfShares.toFixed(3)}; expected calibration error ${judgement.calibration.expectedError.toFixed(3)}.`,
        section(
          'Calibration, by probability',
          judgement.calibration.curve
            .filter(({ predictions }) => predictions > 0)
            .map(({ from, until, predictions, predicted, observed }) => ({
              said: `${share(from)} to ${share(until)}`,
              predictions,
              mean: share(predicted!),
              'was so': share(observed!),
            })),
        ),
      ]
    : [];
  if ('refusal' in learnt)
    return [`Nothing is said of ${attribute}: ${refusals[learnt.refusal]} (${learnt.declared} have).`, ...judged].join(
      '\n\n',
    );
  const { labels, features, weights } = learnt.model;
  return [
    `${attribute}, learnt from what ${learnt.declared.reduce((sum, one) => sum + one, 0)} customers have declared.`,
    ...judged,
    section(
      'What speaks most for or against',
      labels.flatMap((label, place) =>
        [...features.keys()]
          .sort((one, other) => Math.abs(weights[place][other]) - Math.abs(weights[place][one]))
          .slice(0, 3)
          .map((feature) => ({
            label,
            feature: features[feature],
            weight: Number(weights[place][feature].toFixed(2)),
          })),
      ),
    ),
  ].join('\n\n');
}
