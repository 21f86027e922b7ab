import type { Transaction } from '../db/index.ts';

/** Rows to load, with the number of each from 1. */
export function* mapRows<Row>(
  rows: Iterable<Row>,
  values: (row: Row, number: number) => unknown[],
): Generator<unknown[]> {
  let number = 0;
  for (const row of rows) yield values(row, ++number);
}

/** Rows of COPY's text format without escapes: numbers and arrays of numbers. */
export async function* copiedRows(tx: Transaction, query: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of tx.copyOut(query)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.split('\t');
  }
}

/** The numbers of an array in that format. */
export function numbersOf(array: string): number[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',').map(Number);
}
