import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time that this process and the database in a folder have taken so far; a busy machine does not change them. */
export function processorSeconds(folder: string): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + databaseSeconds(folder);
}

/** Of the database in a folder alone: of its first process and that one's children, those that ended with it. */
export function databaseSeconds(folder: string): number {
  const [first] = readFileSync(`${folder}/postgres/postmaster.pid`, 'utf8').split('\n');
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(pid);
    if (fields === undefined || (pid !== first && fields[1] !== first)) continue;
    // utime, stime; of the first one also cutime, cstime.
    ticks += Number(fields[11]) + Number(fields[12]) + (pid === first ? Number(fields[13]) + Number(fields[14]) : 0);
  }
  return ticks / ticksASecond();
}

/** Seconds of processor time that a process has taken so far. */
export function secondsOf(pid: number): number {
  const fields = statOf(String(pid));
  return fields ? (Number(fields[11]) + Number(fields[12])) / ticksASecond() : 0;
}

function ticksASecond(): number {
  return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
}

/** Fields of /proc/<pid>/stat after the name. undefined: it has ended. */
function statOf(pid: string): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
