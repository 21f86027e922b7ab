/**
 * Compressed sparse rows: row `r` holds the columns `indices[offsets[r] .. offsets[r + 1])`, ascending and distinct,
 * with `values` beside them. `values` is absent where only presence matters (baskets of items).
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** length rows + 1 */
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values?: Float32Array;
}
