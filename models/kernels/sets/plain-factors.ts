import type { PlainKernel } from '../kernel-set.ts';

/** gram = MᵀM in its upper triangle, M having `rows` rows of `width`. */
export const gramRows: PlainKernel = ({ f32 }, matrix, rows, width, gram) => {
  const out = gram >>> 2;
  f32.fill(0, out, out + width * width);
  addGram(f32, matrix >>> 2, rows, width, out);
};

/** Every row of the matrix times `rotation` (width × width, a multiple of 4), in place. */
export const rotateRows: PlainKernel = ({ f32 }, matrix, rows, width, rotation, scratch) => {
  const result = scratch >>> 2;
  for (let row = 0, start = matrix >>> 2; row < rows; row++, start += width) {
    f32.fill(0, result, result + width);
    for (let k = 0; k < width; k += 4) {
      const from = (rotation >>> 2) + k * width;
      addFour(
        f32,
        from,
        from + width,
        from + 2 * width,
        from + 3 * width,
        f32[start + k],
        f32[start + k + 1],
        f32[start + k + 2],
        f32[start + k + 3],
        result,
        width,
      );
    }
    f32.copyWithin(start, result, result + width);
  }
};

/** Rows [first, end) of implicit-feedback least squares; `assembly/factors.ts` says how. */
export const solveRows: PlainKernel = (
  { f32, u32 },
  offsets,
  indices,
  values,
  first,
  end,
  fixed,
  width,
  spectrum,
  penalties,
  solved,
  tolerance,
  mostSteps,
  scratch,
) => {
  const scales = scratch >>> 2;
  const x = scales + width;
  const residual = x + width;
  const direction = residual + width;
  const scaled = direction + width;
  const sum = scaled + width;
  for (let row = first; row < end; row++) {
    const start = u32[(offsets >>> 2) + row];
    const count = u32[(offsets >>> 2) + row + 1] - start;
    const cells = { f32, u32, indices: (indices >>> 2) + start, values: (values >>> 2) + start, count };
    const target = (solved >>> 2) + row * width;
    if (count === 0) {
      f32.fill(0, target, target + width);
      continue;
    }
    const penalty = f32[(penalties >>> 2) + row];
    f32.fill(0, x, x + width);
    f32.fill(0, sum, sum + width);
    addRows(cells, fixed >>> 2, width, undefined, sum);
    let length = 0;
    for (let at = 0; at < width; at++) {
      const scale = 1 / Math.sqrt(penalty + f32[(spectrum >>> 2) + at]);
      const right = scale * f32[sum + at];
      f32[scales + at] = scale;
      f32[residual + at] = right;
      f32[direction + at] = right;
      f32[scaled + at] = scale * right;
      length += right * right;
    }
    const enough = length * tolerance * tolerance;
    for (let step = 0; step < mostSteps && length > enough; step++) {
      f32.fill(0, sum, sum + width);
      addRows(cells, fixed >>> 2, width, scaled, sum);
      let curve = 0;
      for (let at = 0; at < width; at++) {
        const image = f32[direction + at] + f32[scales + at] * f32[sum + at];
        f32[sum + at] = image;
        curve += f32[direction + at] * image;
      }
      const stretch = length / curve;
      let shorter = 0;
      for (let at = 0; at < width; at++) {
        const left = f32[residual + at] - stretch * f32[sum + at];
        f32[x + at] += stretch * f32[direction + at];
        f32[residual + at] = left;
        shorter += left * left;
      }
      const turn = shorter / length;
      length = shorter;
      for (let at = 0; at < width; at++) {
        const along = f32[residual + at] + turn * f32[direction + at];
        f32[direction + at] = along;
        f32[scaled + at] = f32[scales + at] * along;
      }
    }
    for (let at = 0; at < width; at++) f32[target + at] = f32[scales + at] * f32[x + at];
  }
};

/** scores[r] = dot(matrix row r, vector). */
export const scoreRows: PlainKernel = ({ f32 }, matrix, rows, width, vector, scores) => {
  for (let row = 0, start = matrix >>> 2; row < rows; row++, start += width) {
    let sum = 0;
    for (let at = 0; at < width; at++) sum += f32[start + at] * f32[(vector >>> 2) + at];
    f32[(scores >>> 2) + row] = sum;
  }
};

/** scores[k] = dot(matrix row items[k], vector). */
export const scoreItems: PlainKernel = ({ f32, u32 }, matrix, width, items, count, vector, scores) => {
  for (let at = 0; at < count; at++) {
    const start = (matrix >>> 2) + u32[(items >>> 2) + at] * width;
    let sum = 0;
    for (let column = 0; column < width; column++) sum += f32[start + column] * f32[(vector >>> 2) + column];
    f32[(scores >>> 2) + at] = sum;
  }
};

/** The best items of each customer, best first; `assembly/factors.ts` says how. */
export const topItems: PlainKernel = (
  { f32, u32 },
  customers,
  count,
  width,
  packed,
  itemCount,
  limit,
  excluded,
  excludedItems,
  items,
  scores,
) => {
  const all = new Float32Array(itemCount);
  for (let customer = 0; customer < count; customer++) {
    const mine = (customers >>> 2) + customer * width;
    const ranked: number[] = [];
    let cell = excluded === 0 ? 0 : u32[(excluded >>> 2) + customer];
    const stop = excluded === 0 ? 0 : u32[(excluded >>> 2) + customer + 1];
    for (let item = 0; item < itemCount; item++) {
      const panel = (packed >>> 2) + (item & ~7) * width + (item & 7);
      let sum = 0;
      for (let at = 0; at < width; at++) sum += f32[mine + at] * f32[panel + 8 * at];
      all[item] = sum;
      if (cell < stop && u32[(excludedItems >>> 2) + cell] === item) cell++;
      else ranked.push(item);
    }
    ranked.sort((a, b) => all[b] - all[a] || a - b);
    for (let rank = 0; rank < limit; rank++) {
      const place = customer * limit + rank;
      const item = ranked[rank];
      u32[(items >>> 2) + place] = item ?? 0xffffffff;
      f32[(scores >>> 2) + place] = item === undefined ? -largestFloat : all[item];
    }
  }
};

/** The largest float32. */
const largestFloat = (2 - 2 ** -23) * 2 ** 127;

interface Cells {
  readonly f32: Float32Array;
  readonly u32: Uint32Array;
  readonly indices: number;
  readonly values: number;
  readonly count: number;
}

/** sum += Σ over cells of c × f × (vector · f), or of c × f where there is no vector; four cells at a time. */
function addRows(
  { f32, u32, indices, values, count }: Cells,
  fixed: number,
  width: number,
  vector: number | undefined,
  sum: number,
): void {
  for (let cell = 0; cell < count; cell += 4) {
    // The first row stands in for those that are not there, with weight 0.
    const p = fixed + u32[indices + cell] * width;
    const q = cell + 1 < count ? fixed + u32[indices + cell + 1] * width : p;
    const r = cell + 2 < count ? fixed + u32[indices + cell + 2] * width : p;
    const s = cell + 3 < count ? fixed + u32[indices + cell + 3] * width : p;
    let a = f32[values + cell];
    let b = cell + 1 < count ? f32[values + cell + 1] : 0;
    let c = cell + 2 < count ? f32[values + cell + 2] : 0;
    let d = cell + 3 < count ? f32[values + cell + 3] : 0;
    if (vector !== undefined) {
      let [dotP, dotQ, dotR, dotS] = [0, 0, 0, 0];
      for (let at = 0; at < width; at++) {
        const v = f32[vector + at];
        dotP += v * f32[p + at];
        dotQ += v * f32[q + at];
        dotR += v * f32[r + at];
        dotS += v * f32[s + at];
      }
      a *= dotP;
      b *= dotQ;
      c *= dotR;
      d *= dotS;
    }
    addFour(f32, p, q, r, s, a, b, c, d, sum, width);
  }
}

/** sum += a p + b q + c r + d s, rows given by where they begin. */
function addFour(
  f32: Float32Array,
  p: number,
  q: number,
  r: number,
  s: number,
  a: number,
  b: number,
  c: number,
  d: number,
  sum: number,
  width: number,
): void {
  for (let at = 0; at < width; at++) {
    f32[sum + at] += a * f32[p + at] + b * f32[q + at] + c * f32[r + at] + d * f32[s + at];
  }
}

/** Adds the upper triangle of MᵀM, four rows at a time. */
function addGram(f32: Float32Array, matrix: number, rows: number, width: number, gram: number): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const p = matrix + row * width;
    const q = p + width;
    const r = q + width;
    const s = r + width;
    for (let a = 0; a < width; a++) {
      const pa = f32[p + a];
      const qa = f32[q + a];
      const ra = f32[r + a];
      const sa = f32[s + a];
      const out = gram + a * width;
      for (let b = a; b < width; b++) {
        f32[out + b] += pa * f32[p + b] + qa * f32[q + b] + ra * f32[r + b] + sa * f32[s + b];
      }
    }
  }
  for (; row < rows; row++) {
    const p = matrix + row * width;
    for (let a = 0; a < width; a++) {
      const weight = f32[p + a];
      for (let b = a; b < width; b++) f32[gram + a * width + b] += weight * f32[p + b];
    }
  }
}
