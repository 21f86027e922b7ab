import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { replayDecisions } from '../../coupons/index.ts';
import { PannierError } from '../../errors.ts';
import { writePrivately } from '../exports/files/private-file.ts';
import { withStations } from '../session.ts';
import { summaries } from '../summaries.ts';
import { positiveNumber } from '../terminal/arguments.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { type Output, table } from '../terminal/output.ts';
import { addOutcomeCommands } from './outcomes.ts';

/** `pannier coupons …` */
export function addCouponCommands(program: Command, output: () => Output): void {
  const coupons = program.command('coupons').description(summaries.coupons);
  coupons
    .command('check')
    .description('prove that every counter equals what the ledger adds up to')
    .action(() => checkCoupons(output()));
  coupons
    .command('replay')
    .description('make logged decisions again from what they were made from, and compare')
    .option('--last <decisions>', 'so many, newest first', positiveNumber, 10_000)
    .action(({ last }) => replayCoupons(output(), last));
  coupons
    .command('codes')
    .description('make unguessable codes of a campaign, each good once, and write them to a file')
    .requiredOption('--campaign <id>', 'whose codes')
    .requiredOption('--batch <id>', 'a name of your own for them; a batch is made once')
    .requiredOption('--count <codes>', 'how many, up to a million', positiveNumber)
    .requiredOption('--output <file>', 'one code a line')
    .action((options) => makeCodes(output(), options));
  coupons
    .command('give')
    .description('give a campaign to a segment now, and wait until all were decided about')
    .requiredOption('--campaign <id>', 'which campaign')
    .requiredOption('--giving <id>', 'a name of your own for it; the same name goes on where it was left')
    .option('--segment <id>', 'to whom; without it to everybody who may be profiled')
    .action((options) => giveCampaign(output(), options));
  coupons
    .command('stop')
    .description('stop the codes of a batch that are not used up, all at once and for ever')
    .requiredOption('--campaign <id>', 'whose codes')
    .requiredOption('--batch <id>', 'which of them')
    .action((options) => stopCodes(output(), options));
  coupons
    .command('replace')
    .description('stop a batch of codes that leaked, and make new codes for those who hold it')
    .requiredOption('--campaign <id>', 'whose codes')
    .requiredOption('--batch <id>', 'the batch that leaked')
    .requiredOption('--by <id>', 'a name of your own for the new batch')
    .requiredOption('--output <file>', 'CSV: each new code with the one that it replaces')
    .action((options) => replaceCodes(output(), options));
  addOutcomeCommands(coupons, output);
}

async function checkCoupons(output: Output): Promise<void> {
  const { entries, differences } = await withStations(readConfig(), ({ stations }) => stations.coupons.checkLedger());
  const rows = differences.map(({ campaignId, ...rest }) => ({ campaign_id: campaignId, ...rest }));
  output.result({ consistent: rows.length === 0, entries, differences: rows }, () =>
    rows.length === 0 ? `All counters equal the ledger's ${entries} entries.` : table(rows),
  );
  if (rows.length > 0) process.exitCode = exitCodes.failed;
}

async function replayCoupons(output: Output, last: number): Promise<void> {
  const report = await withStations(readConfig(), ({ database }) => replayDecisions(database, last));
  const { replayed, equal, otherRules, differing } = report;
  output.result({ replayed, equal, other_rules: otherRules, differing }, () => {
    const others = otherRules > 0 ? `, ${otherRules} by rules of another version` : '';
    const first = differing.length > 0 ? `, differing: ${differing.join(', ')}` : '';
    return `${replayed} decisions replayed: ${equal} equal${others}${first}.`;
  });
  if (equal + otherRules < replayed) process.exitCode = exitCodes.failed;
}

async function makeCodes(
  output: Output,
  { campaign, batch, count, output: file }: { campaign: string; batch: string; count: number; output: string },
): Promise<void> {
  const element = { batch_id: batch, count, kind: 'single' as const };
  const body = Buffer.from(JSON.stringify(element));
  const request = { operation: `createCodes ${campaign}`, keyId: 0, idempotencyKey: batch, body };
  const codes = await withStations(readConfig(), async ({ stations }) => {
    // A file that cannot be written is refused before codes are made.
    return writePrivately(file, async (unfinished) => {
      const made = await stations.coupons.createCodes(campaign, element, request);
      const parts = Readable.from(inParts(await stations.coupons.readCodes(campaign, batch)));
      await pipeline(parts, createWriteStream(unfinished));
      return made.codes;
    });
  });
  output.result({ campaign_id: campaign, batch_id: batch, codes, file }, () => `${codes} codes are in ${file}.`);
}

/** After so many in a row it is given up, half a second apart. */
const mostRefusals = 120;

async function giveCampaign(
  output: Output,
  { campaign, giving, segment }: { campaign: string; giving: string; segment?: string },
): Promise<void> {
  const { status, outcomes } = await withStations(readConfig(), async ({ stations: { coupons } }) => {
    for (let refusals = 0; ; ) {
      try {
        await coupons.createGiving(campaign, { giving_id: giving, segment_id: segment });
        await coupons.giveDue();
        const made = await coupons.readGiving(campaign, giving);
        if (made.finishedAt !== null) return made;
        refusals = 0;
      } catch (error) {
        // The database is busy: it goes on where it was left.
        const isBusy = error instanceof PannierError && error.code === 'unavailable';
        if (!isBusy || ++refusals > mostRefusals) throw error;
      }
      // Another process may be at it, or was killed a moment ago.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
  const rows = Object.entries(outcomes).map(([outcome, customers]) => ({ outcome, customers }));
  output.result({ campaign_id: campaign, giving_id: giving, status, outcomes }, () => table(rows));
}

async function stopCodes(output: Output, { campaign, batch }: { campaign: string; batch: string }): Promise<void> {
  const { stopped } = await withStations(readConfig(), ({ stations }) => stations.coupons.stopBatch(campaign, batch));
  output.result({ campaign_id: campaign, batch_id: batch, stopped }, () => `${stopped} codes of ${batch} are stopped.`);
}

async function replaceCodes(
  output: Output,
  { campaign, batch, by, output: file }: { campaign: string; batch: string; by: string; output: string },
): Promise<void> {
  const codes = await withStations(readConfig(), ({ stations: { coupons } }) =>
    writePrivately(file, async (unfinished) => {
      const replaced = await coupons.replaceBatch(campaign, batch, by);
      const pairs = (await coupons.readReplacements(campaign, by))!;
      await pipeline(Readable.from(inParts(asLines(pairs))), createWriteStream(unfinished));
      return replaced.codes;
    }),
  );
  output.result({ campaign_id: campaign, batch_id: by, replaces: batch, codes, file }, () => {
    return `${codes} codes of ${by} take the place of those of ${batch}; they are in ${file}.`;
  });
}

/** A code has letters, digits, pictures and dashes: nothing that CSV would need quoted. */
async function* asLines(pairs: AsyncIterable<{ code: string; replaces: string }>): AsyncGenerator<string> {
  yield 'code,replaces';
  for await (const { code, replaces } of pairs) yield `${code},${replaces}`;
}

async function* inParts(codes: AsyncIterable<string>): AsyncGenerator<string> {
  let part = '';
  for await (const code of codes) {
    part += `${code}\n`;
    if (part.length >= 65_536) {
      yield part;
      part = '';
    }
  }
  if (part !== '') yield part;
}
