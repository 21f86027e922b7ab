/** Values of every feature as small numbers: a row of feature f has the bin of how many cut points are below its value. */
export interface Binned {
  /** by feature: ascending; a value up to cuts[b] is in one of the bins 0 to b, a missing one (NaN) in bin 0 */
  readonly cuts: readonly Float32Array[];
  /** by feature: a bin a row */
  readonly bins: readonly Uint8Array[];
}

/** Rows that cut points are looked for among. */
const sampled = 50_000;

/**
 * Cuts every column into at most `most` bins of much the same number of rows; a column of few different values has a bin for each.
 *
 * @param columns by feature: a value a row, NaN where there is none
 * @param most 2 to 256
 * @throws RangeError naming the field
 */
export function binColumns(columns: readonly Float32Array[], most: number): Binned {
  if (!(most >= 2 && most <= 256)) throw new RangeError(`bins must be from 2 to 256, not ${most}`);
  const cuts = columns.map((column) => cutPoints(column, most));
  return { cuts, bins: columns.map((column, feature) => binOf(column, cuts[feature])) };
}

function cutPoints(column: Float32Array, most: number): Float32Array {
  const step = Math.max(1, Math.floor(column.length / sampled));
  const sample = new Float32Array(Math.ceil(column.length / step));
  let count = 0;
  for (let row = 0; row < column.length; row += step) if (!Number.isNaN(column[row])) sample[count++] = column[row];
  const sorted = sample.subarray(0, count).sort();
  const distinct = distinctOf(sorted);
  // What is missing lies below all that is known, and its bin ends where they begin.
  const first = hasMissing(column) && distinct.length > 0 ? [below(distinct[0])] : [];
  const room = most - 1 - first.length;
  const ends: number[] = [];
  if (distinct.length <= room + 1) {
    for (let place = 0; place + 1 < distinct.length; place++) ends.push(distinct[place]);
  } else {
    for (let bin = 1; bin <= room; bin++) {
      const end = sorted[Math.floor((bin * count) / (room + 1)) - 1];
      if (end !== ends.at(-1) && end !== distinct.at(-1)) ends.push(end);
    }
  }
  return Float32Array.from([...first, ...ends]);
}

function distinctOf(sorted: Float32Array): Float32Array {
  const distinct = new Float32Array(sorted.length);
  let count = 0;
  for (let place = 0; place < sorted.length; place++) {
    if (place === 0 || sorted[place] !== sorted[place - 1]) distinct[count++] = sorted[place];
  }
  return distinct.subarray(0, count);
}

function hasMissing(column: Float32Array): boolean {
  for (let row = 0; row < column.length; row++) if (Number.isNaN(column[row])) return true;
  return false;
}

/** A single-precision number below this one. */
function below(value: number): number {
  return Math.fround(value - Math.max(1e-6, Math.abs(value) * 1e-6));
}

function binOf(column: Float32Array, cuts: Float32Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  let [former, low] = [Number.NaN, 0];
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    // Of one customer's rows many say the same.
    if (value !== former) {
      let high = cuts.length;
      low = 0;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (value > cuts[middle]) low = middle + 1;
        else high = middle;
      }
      former = value;
    }
    bins[row] = low;
  }
  return bins;
}
