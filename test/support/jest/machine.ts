import { availableParallelism, loadavg } from 'node:os';

/** Runs `work`, and gives the processor's time it took: other processes on the machine do not count. */
export function timed<Result>(work: () => Result): { result: Result; milliseconds: number } {
  const before = process.cpuUsage();
  const result = work();
  return { result, milliseconds: since(before) };
}

/** The processor's time of this process since then, in milliseconds. */
export function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/**
 * So many milliseconds by the clock, as they are where nothing else is at work: on a machine whose cores are waited for by four
 * times as many processes they are four times as many.
 */
export function atThisLoad(milliseconds: number): number {
  return onThisMachine(milliseconds) * Math.max(1, loadavg()[0] / availableParallelism());
}

let slowness: number | undefined;

/**
 * So many milliseconds of the processor's time, as they are on the machine that limits are written on: on one that is four
 * times slower they are four times as many, and so is what a fault costs there.
 */
export function onThisMachine(milliseconds: number): number {
  slowness ??= Math.max(1, yardstick() / usualYardstick);
  return milliseconds * slowness;
}

/** Where the limits were written it takes 10 to 15. */
const usualYardstick = 12;

/** The time that work which is always the same takes here: the middle one of five, after one to warm up. */
function yardstick(): number {
  const rows = Array.from({ length: 20_000 }, (_, number) => ({ id: `item ${number}`, price: number / 7 }));
  const took = Array.from({ length: 6 }, () => timed(() => readAndWrite(rows)).milliseconds);
  return took.slice(1).sort((one, other) => one - other)[2];
}

function readAndWrite(rows: object[]): number {
  const text = JSON.stringify(rows);
  const read: typeof rows = JSON.parse(text);
  return read.length + text.replace(/\d+\.\d+/g, (price) => price.slice(0, 4)).length;
}
