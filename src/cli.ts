#!/usr/bin/env node
import { CommanderError } from 'commander';
import { buildProgram } from './cli/program.ts';
import { exitCodes } from './cli/terminal/exit-codes.ts';
import { endWithReader, isInterrupted, onInterrupt } from './cli/terminal/interrupt.ts';
import { ConfigError } from './config.ts';
import { PannierError } from './errors.ts';

async function main(): Promise<number> {
  onInterrupt(() => {});
  endWithReader();
  const program = buildProgram();
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // The signal's own end is under way, and says how it ends.
    if (isInterrupted()) return new Promise<never>(() => {});
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const isUsage = error instanceof ConfigError;
    const message = error instanceof Error ? error.message : String(error);
    if (program.opts()['json']) {
      const faults = error instanceof PannierError ? error.faults : [];
      process.stdout.write(`${JSON.stringify({ error: message, errors: faults })}\n`);
    } else {
      process.stderr.write(`${message}\n`);
      if (error instanceof PannierError) {
        const unsaid = error.faults.filter((fault) => !message.includes(fault.message));
        for (const fault of unsaid) process.stderr.write(`  ${fault.field}: ${fault.message}\n`);
      }
    }
    return isUsage || (error instanceof PannierError && error.code === 'invalid_request')
      ? exitCodes.usage
      : exitCodes.failed;
  }
}

const exitCode = await main();
// At once when all is written: while Node takes itself down a late Ctrl-C would still kill what has finished.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(exitCode);
