import { type Command, InvalidArgumentError, Option } from 'commander';
import { checkJson } from '../../../audit/index.ts';
import { readConfig } from '../../../config.ts';
import { withStations } from '../../session.ts';
import { summaries } from '../../summaries.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { type Output, table } from '../../terminal/output.ts';

interface Noted {
  entryId: number;
  hash: string;
}

/** `pannier audit …` */
export function addAuditCommands(program: Command, output: () => Output): void {
  const audit = program.command('audit').description(summaries.audit);
  audit
    .command('check')
    .description('verify that every audit entry is as it was written; what is broken is named, and ends it with 1')
    .addOption(new Option('--noted <head>', 'a head that it told earlier, as 12:9f86…').argParser(readNoted))
    .action((options: { noted?: Noted }) => checkCommand(output(), options.noted));
}

function readNoted(text: string): Noted {
  const [, entryId, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (entryId === undefined) throw new InvalidArgumentError('It is the number of an entry, a colon and its hash.');
  return { entryId: Number(entryId), hash };
}

async function checkCommand(output: Output, noted: Noted | undefined): Promise<void> {
  const found = checkJson(await withStations(readConfig(), ({ stations }) => stations.audit.check(noted)));
  const head = `${found.head.entry_id}:${found.head.hash}`;
  output.result(found, () =>
    found.is_whole
      ? `${found.entries} entries, all as they were written. The head is ${head}: note it where nobody who may write to the database may write.`
      : `${found.broken_count} of ${found.entries} entries are not as they were written:\n${table(found.broken)}`,
  );
  if (!found.is_whole) process.exitCode = exitCodes.failed;
}
