#!/usr/bin/env node
import { runCommand } from './cli/run.ts';
import { endWithReader, onInterrupt } from './cli/terminal/interrupt.ts';

onInterrupt(() => {});
endWithReader();
const exitCode = await runCommand(process.argv.slice(2));
// At once when all is written: while Node takes itself down a late Ctrl-C would still kill what has finished.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
process.exit(exitCode);
