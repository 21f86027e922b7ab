// What processes of this machine have taken of its processors and its memory, by Linux' own books.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Seconds of processor time that a process has taken so far, and, if asked for, those of its children that have ended; 0: it has ended. */
export function processorSeconds(processId: number, withEnded = false): number {
  const stat = read(processId, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime, stime, cutime, cstime.
  const ticks = fields.slice(11, withEnded ? 15 : 13).reduce((sum, each) => sum + Number(each), 0);
  return ticks / ticksASecond;
}

/** Those of a Postgres, and of all connections that it has or had, by its first process. */
export function postgresSeconds(postmaster: number): number {
  return childrenOf(postmaster).reduce((sum, each) => sum + processorSeconds(each), processorSeconds(postmaster, true));
}

/** The first process of the Postgres in a data folder. */
export function postmasterOf(folder: string): number {
  return Number(readFileSync(`${folder}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
}

/** Those of the Postgres in a data folder. */
export function databaseSeconds(folder: string): number {
  return postgresSeconds(postmasterOf(folder));
}

/** Seconds of processor time that this process and the database in a folder have taken so far; a busy machine does not change them. */
export function secondsWithDatabase(folder: string): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + databaseSeconds(folder);
}

/** What a process holds of memory now; 0: there is none. */
export function residentMegabytes(processId: number | undefined): number {
  return megabytes(processId, /VmRSS:\s+(\d+)/);
}

/** The most that a process has held of memory so far; 0: there is none. */
export function peakMegabytes(processId: number | undefined): number {
  return megabytes(processId, /VmHWM:\s+(\d+)/);
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(processId: number): number[] {
  return (read(processId, `task/${processId}/children`).match(/\d+/g) ?? []).map(Number);
}

/** How a process was called; empty: there is none. */
export function commandOf(processId: number): string {
  return read(processId, 'cmdline');
}

function megabytes(processId: number | undefined, line: RegExp): number {
  return processId === undefined ? 0 : Number(line.exec(read(processId, 'status'))?.[1] ?? 0) / 1_024;
}

/** @returns nothing where there is no such process */
function read(processId: number, file: string): string {
  try {
    return readFileSync(`/proc/${processId}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const ticksASecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
