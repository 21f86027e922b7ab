import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { examinationJson } from '../../doctor/index.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import type { Output } from '../terminal/output.ts';

/** `pannier doctor` */
export function addDoctorCommand(program: Command, output: () => Output): void {
  program
    .command('doctor')
    .description(summaries.doctor)
    .action(() => examine(output()));
}

async function examine(output: Output): Promise<void> {
  const { asOf, examinations } = await withStations(readConfig(), ({ stations }) => stations.doctor.examine());
  const found = { items: examinations.map(examinationJson), as_of: asOf };
  output.result(found, () => found.items.map(describe).join('\n\n'));
  if (!found.items.every(({ is_ready }) => is_ready)) process.exitCode = exitCodes.failed;
}

function describe({ purpose, is_ready, findings }: ReturnType<typeof examinationJson>): string {
  const state = !is_ready ? 'cannot be served yet' : findings.length > 0 ? 'served, and could be better' : 'complete';
  const told = findings.map(
    ({ text, is_blocking, remedy }) =>
      `  ${is_blocking ? '✗' : '·'} ${text}\n      ${remedy.text}\n      ${remedy.document}`,
  );
  return [`${purpose}: ${state}`, ...told].join('\n');
}
