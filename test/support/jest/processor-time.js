import { readFileSync } from 'node:fs';

/** The kernel's ticks, which Linux tells in hundredths of a second on every machine. */
const ticksASecond = 100;

/**
 * The processor's time, in seconds, that this process and all it has started and seen end have taken so far; undefined: this system
 * does not tell.
 */
export function processorSeconds() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name of the process, which stands in brackets, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).map(Number);
    return ticks.reduce((sum, part) => sum + part) / ticksASecond;
  } catch {
    return undefined;
  }
}
