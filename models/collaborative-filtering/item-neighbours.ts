import type { SparseMatrix } from '../sparse-matrix.ts';
import { createTopSelector } from './top-selector.ts';

/**
 * What having item i says about other items: `neighbours[offsets[i] .. offsets[i + 1])`, best first (ties by ascending
 * index), never i itself, with `weights` > 0 beside them.
 */
export interface ItemNeighbours {
  readonly itemCount: number;
  /** length itemCount + 1 */
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
  readonly weights: Float32Array;
}

export type NeighbourRecipe = Rp3betaRecipe | ItemKnnRecipe;

export interface Rp3betaRecipe {
  readonly method: 'rp3beta';
  readonly alpha: number;
  readonly beta: number;
  readonly neighbours: number;
  readonly keep: 'source' | 'candidate';
}
export interface ItemKnnRecipe {
  readonly method: 'item-knn';
  readonly shrinkage: number;
  readonly neighbours: number;
  readonly keep: 'source' | 'candidate';
}

export function trainItemNeighbours(matrix: SparseMatrix, recipe: NeighbourRecipe): ItemNeighbours {
  const rated = selectTop(matrix, recipe);
  return recipe.keep === 'source' ? rated : transpose(rated);
}
export const values = (m: SparseMatrix) => m.values ?? new Float32Array(m.indices.length).fill(1);

export function transposeMatrix(m: SparseMatrix): SparseMatrix {
  const v = values(m);
  const offsets = new Uint32Array(m.columns + 1);
  for (const j of m.indices) offsets[j + 1]++;
  for (let j = 0; j < m.columns; j++) offsets[j + 1] += offsets[j];
  const next = offsets.slice();
  const indices = new Uint32Array(m.indices.length), out = new Float32Array(m.indices.length);
  for (let r = 0; r < m.rows; r++) for (let p = m.offsets[r]; p < m.offsets[r + 1]; p++) { const q = next[m.indices[p]]++; indices[q] = r; out[q] = v[p]; }
  return { rows: m.columns, columns: m.rows, offsets, indices, values: out };
}

function selectTop(m: SparseMatrix, recipe: NeighbourRecipe): ItemNeighbours {
  const n = m.columns;
  const t = transposeMatrix(m);
  const mv = values(m), tv = values(t);
  const left = new Float64Array(tv.length), right = new Float64Array(mv.length);
  const scale = new Float64Array(n).fill(1);
  const norms = new Float64Array(n);
  if (recipe.method === 'rp3beta') {
    for (let u = 0; u < m.rows; u++) { let s = 0; for (let p = m.offsets[u]; p < m.offsets[u + 1]; p++) s += mv[p]; for (let p = m.offsets[u]; p < m.offsets[u + 1]; p++) right[p] = (mv[p] / s) ** recipe.alpha; }
    for (let i = 0; i < n; i++) { let s = 0; for (let p = t.offsets[i]; p < t.offsets[i + 1]; p++) s += tv[p]; for (let p = t.offsets[i]; p < t.offsets[i + 1]; p++) left[p] = (tv[p] / s) ** recipe.alpha; scale[i] = s > 0 ? s ** -recipe.beta : 0; }
  } else {
    left.set(tv); right.set(mv);
    for (let i = 0; i < n; i++) { let s = 0; for (let p = t.offsets[i]; p < t.offsets[i + 1]; p++) s += tv[p] ** 2; norms[i] = Math.sqrt(s); }
  }
  const acc = new Float64Array(n);
  const touched = new Uint32Array(n);
  const sel = createTopSelector(recipe.neighbours);
  const offsets = new Uint32Array(n + 1);
  const nb: number[] = [], w: number[] = [];
  for (let i = 0; i < n; i++) {
    let count = 0;
    for (let p = t.offsets[i]; p < t.offsets[i + 1]; p++) {
      const u = t.indices[p], l = left[p];
      for (let q = m.offsets[u]; q < m.offsets[u + 1]; q++) { const j = m.indices[q]; if (acc[j] === 0) touched[count++] = j; acc[j] += l * right[q]; }
    }
    for (let k = 0; k < count; k++) {
      const j = touched[k];
      const s = recipe.method === 'rp3beta' ? acc[j] * scale[j] : acc[j] / (norms[i] * norms[j] + recipe.shrinkage);
      acc[j] = 0;
      if (j !== i) sel.offer(j, Math.fround(s));
    }
    const top = sel.take();
    for (let k = 0; k < top.count; k++) { nb.push(top.items[k]); w.push(top.scores[k]); }
    offsets[i + 1] = nb.length;
  }
  return { itemCount: n, offsets, neighbours: Uint32Array.from(nb), weights: Float32Array.from(w) };
}

function transpose(a: ItemNeighbours): ItemNeighbours {
  const t = transposeMatrix({ rows: a.itemCount, columns: a.itemCount, offsets: a.offsets, indices: a.neighbours, values: a.weights });
  for (let i = 0; i < a.itemCount; i++) {
    const from = t.offsets[i], to = t.offsets[i + 1];
    const order = Array.from({ length: to - from }, (_, k) => k + from).sort((x, y) => t.values![y] - t.values![x] || t.indices[x] - t.indices[y]);
    const ii = order.map((k) => t.indices[k]), vv = order.map((k) => t.values![k]);
    t.indices.set(ii, from); t.values!.set(vv, from);
  }
  return { itemCount: a.itemCount, offsets: t.offsets, neighbours: t.indices, weights: t.values! };
}
