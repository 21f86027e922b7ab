import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

/** Items by days, of their units. */
export function toDemand(rows: readonly ArrayLike<number>[], columns = rows[0].length): Required<SparseMatrix> {
  const offsets = new Uint32Array(rows.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  for (const [item, units] of rows.entries()) {
    for (let day = 0; day < columns; day++) {
      if (units[day] === 0) continue;
      indices.push(day);
      values.push(units[day]);
    }
    offsets[item + 1] = indices.length;
  }
  return { rows: rows.length, columns, offsets, indices: Uint32Array.from(indices), values: Float32Array.from(values) };
}
