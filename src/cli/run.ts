import { CommanderError } from 'commander';
import { ConfigError, PannierError } from '../errors.ts';
import { buildProgram } from './program.ts';
import { exitCodes } from './terminal/exit-codes.ts';
import { isInterrupted } from './terminal/interrupt.ts';

/** Runs one command to its end, reports what went wrong, and answers with its exit code. @param args what follows `pannier` */
export async function runCommand(args: readonly string[]): Promise<number> {
  const program = await buildProgram(args);
  try {
    await program.parseAsync(args, { from: 'user' });
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
