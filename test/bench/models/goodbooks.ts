import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

/** Customers × items out of a gzip CSV of book_id, user_id, rating: a cell where somebody gave at least 4. */
export function readGoodbooks(file: string): SparseMatrix {
  const liked = new Map<string, Set<number>>();
  let columns = 0;
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split(/\r?\n/).slice(1)) {
    const [book, user, rating] = line.split(',');
    columns = Math.max(columns, Number(book));
    if (Number(rating) < 4) continue;
    if (!liked.has(user)) liked.set(user, new Set());
    liked.get(user)!.add(Number(book) - 1);
  }
  const rows = [...liked.values()].map((items) => Uint32Array.from(items).sort());
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, index) => {
    offsets[index + 1] = offsets[index] + row.length;
  });
  const indices = new Uint32Array(offsets[rows.length]);
  rows.forEach((row, index) => {
    indices.set(row, offsets[index]);
  });
  return { rows: rows.length, columns, offsets, indices };
}
