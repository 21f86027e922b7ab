import { sink, sortHeap } from './shared/heap';
import { multiplyAdd, sumLanes } from './shared/lanes';
import { tile, upperGram } from './shared/tile';

/** Rows that stay in the first cache while every tile of the Gram matrix passes over them: with 64 columns, 16 kB. */
const NEAR: i32 = 64;

/** gram = MᵀM in its upper triangle, M having `rows` rows of `width` (a multiple of 8). */
export function gramRows(matrix: usize, rows: i32, width: i32, gram: usize): void {
  for (let first = 0; first < rows; first += NEAR) {
    const block = matrix + ((<usize>first * width) << 2);
    upperGram(block, min(NEAR, rows - first), width, gram, first == 0 ? 0 : 1);
  }
}

/** Every row of the matrix times `rotation` (width × width), in place; scratch holds 8 × width numbers. */
export function rotateRows(matrix: usize, rows: i32, width: i32, rotation: usize, scratch: usize): void {
  const stride = <usize>width << 2;
  const result = scratch + 4 * stride;
  for (let first = 0; first < rows; first += 4) {
    const count = min(4, rows - first);
    const row = matrix + (<usize>first) * stride;
    const last = <usize>(count - 1);
    transposeFour(row, row + min(1, last) * stride, row + min(2, last) * stride, row + last * stride, width, scratch, 16);
    for (let column: usize = 0; column < stride; column += 32) {
      tile(scratch, 16, rotation + column, stride, width, result + column, stride, 0);
    }
    memory.copy(row, result, (<usize>count) * stride);
  }
}

/**
 * Rows [first, end) of implicit-feedback least squares over the cells (index j, value c) of each row:
 * (D + Σ c f fᵀ) w = Σ c f with f = fixed[j] and the diagonal D = spectrum + penalty. Conjugate gradients from 0 in the
 * coordinates x = D^1/2 w, where the matrix is the identity plus one rank a cell, until the residual is `tolerance` of
 * the right side's length or after `mostSteps`. Width is a multiple of 8; scratch holds 6 × width numbers.
 */
export function solveRows(
  offsets: usize,
  indices: usize,
  values: usize,
  first: i32,
  end: i32,
  fixed: usize,
  width: i32,
  spectrum: usize,
  penalties: usize,
  solved: usize,
  tolerance: f32,
  mostSteps: i32,
  scratch: usize,
): void {
  const stride = <usize>width << 2;
  const scales = scratch;
  const x = scales + stride;
  const residual = x + stride;
  const direction = residual + stride;
  const scaled = direction + stride;
  const sum = scaled + stride;
  for (let row = first; row < end; row++) {
    const start = load<u32>(offsets + (<usize>row << 2));
    const count = <i32>(load<u32>(offsets + (<usize>row << 2), 4) - start);
    const cells = indices + (<usize>start << 2);
    const weights = values + (<usize>start << 2);
    const target = solved + (<usize>row) * stride;
    if (count == 0) {
      memory.fill(target, 0, stride);
      continue;
    }
    const penalty = f32x4.splat(f32.load(penalties + (<usize>row << 2)));
    memory.fill(sum, 0, stride);
    addRows(cells, weights, count, fixed, stride, 0, sum);
    let squares = f32x4.splat(0);
    for (let at: usize = 0; at < stride; at += 16) {
      const scale = f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(penalty, v128.load(spectrum + at))));
      const right = f32x4.mul(scale, v128.load(sum + at));
      v128.store(scales + at, scale);
      v128.store(x + at, f32x4.splat(0));
      v128.store(residual + at, right);
      v128.store(direction + at, right);
      v128.store(scaled + at, f32x4.mul(scale, right));
      squares = multiplyAdd(right, right, squares);
    }
    let length = sumLanes(squares);
    const enough = length * tolerance * tolerance;
    for (let step = 0; step < mostSteps && length > enough; step++) {
      memory.fill(sum, 0, stride);
      addRows(cells, weights, count, fixed, stride, scaled, sum);
      let curve = f32x4.splat(0);
      for (let at: usize = 0; at < stride; at += 16) {
        const along = v128.load(direction + at);
        const image = multiplyAdd(v128.load(scales + at), v128.load(sum + at), along);
        v128.store(sum + at, image);
        curve = multiplyAdd(along, image, curve);
      }
      const stretch = length / sumLanes(curve);
      const forth = f32x4.splat(stretch), back = f32x4.splat(-stretch);
      squares = f32x4.splat(0);
      for (let at: usize = 0; at < stride; at += 16) {
        const left = multiplyAdd(back, v128.load(sum + at), v128.load(residual + at));
        v128.store(x + at, multiplyAdd(forth, v128.load(direction + at), v128.load(x + at)));
        v128.store(residual + at, left);
        squares = multiplyAdd(left, left, squares);
      }
      const shorter = sumLanes(squares);
      const turn = f32x4.splat(shorter / length);
      length = shorter;
      for (let at: usize = 0; at < stride; at += 16) {
        const along = multiplyAdd(turn, v128.load(direction + at), v128.load(residual + at));
        v128.store(direction + at, along);
        v128.store(scaled + at, f32x4.mul(v128.load(scales + at), along));
      }
    }
    for (let at: usize = 0; at < stride; at += 16) {
      v128.store(target + at, f32x4.mul(v128.load(scales + at), v128.load(x + at)));
    }
  }
}

/** sum += Σ over cells of c × f × (vector · f), or of c × f where there is no vector; four cells at a time. */
function addRows(
  cells: usize,
  weights: usize,
  count: i32,
  fixed: usize,
  stride: usize,
  vector: usize,
  sum: usize,
): void {
  const whole = count & ~3;
  for (let cell = 0; cell < whole; cell += 4) {
    addFour(
      fixed + (<usize>load<u32>(cells)) * stride,
      fixed + (<usize>load<u32>(cells, 4)) * stride,
      fixed + (<usize>load<u32>(cells, 8)) * stride,
      fixed + (<usize>load<u32>(cells, 12)) * stride,
      v128.load(weights),
      stride,
      vector,
      sum,
    );
    cells += 16;
    weights += 16;
  }
  const rest = count - whole;
  if (rest == 0) return;
  // The first row stands in for those that are not there, with weight 0.
  const row = fixed + (<usize>load<u32>(cells)) * stride;
  addFour(
    row,
    rest > 1 ? fixed + (<usize>load<u32>(cells, 4)) * stride : row,
    rest > 2 ? fixed + (<usize>load<u32>(cells, 8)) * stride : row,
    row,
    f32x4(
      f32.load(weights),
      rest > 1 ? f32.load(weights, 4) : 0,
      rest > 2 ? f32.load(weights, 8) : 0,
      0,
    ),
    stride,
    vector,
    sum,
  );
}

/** The dot products of four rows with the vector. */
// @ts-ignore: decorator
@inline
function dotFour(p0: usize, p1: usize, p2: usize, p3: usize, vector: usize, stride: usize): v128 {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let at: usize = 0; at < stride; at += 32) {
    const v = v128.load(vector + at), w = v128.load(vector + at, 16);
    s0 = multiplyAdd(v, v128.load(p0 + at), s0);
    s1 = multiplyAdd(v, v128.load(p1 + at), s1);
    s2 = multiplyAdd(v, v128.load(p2 + at), s2);
    s3 = multiplyAdd(v, v128.load(p3 + at), s3);
    s0 = multiplyAdd(w, v128.load(p0 + at, 16), s0);
    s1 = multiplyAdd(w, v128.load(p1 + at, 16), s1);
    s2 = multiplyAdd(w, v128.load(p2 + at, 16), s2);
    s3 = multiplyAdd(w, v128.load(p3 + at, 16), s3);
  }
  const ab = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 1, 5), v128.shuffle<f32>(s0, s1, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 1, 5), v128.shuffle<f32>(s2, s3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

function addFour(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  weights: v128,
  stride: usize,
  vector: usize,
  sum: usize,
): void {
  if (vector != 0) weights = f32x4.mul(weights, dotFour(p0, p1, p2, p3, vector, stride));
  const w0 = v128.shuffle<f32>(weights, weights, 0, 0, 0, 0), w1 = v128.shuffle<f32>(weights, weights, 1, 1, 1, 1);
  const w2 = v128.shuffle<f32>(weights, weights, 2, 2, 2, 2), w3 = v128.shuffle<f32>(weights, weights, 3, 3, 3, 3);
  for (let at: usize = 0; at < stride; at += 32) {
    let first = v128.load(sum + at), second = v128.load(sum + at, 16);
    first = multiplyAdd(w0, v128.load(p0 + at), first);
    second = multiplyAdd(w0, v128.load(p0 + at, 16), second);
    first = multiplyAdd(w1, v128.load(p1 + at), first);
    second = multiplyAdd(w1, v128.load(p1 + at, 16), second);
    first = multiplyAdd(w2, v128.load(p2 + at), first);
    second = multiplyAdd(w2, v128.load(p2 + at, 16), second);
    first = multiplyAdd(w3, v128.load(p3 + at), first);
    second = multiplyAdd(w3, v128.load(p3 + at, 16), second);
    v128.store(sum + at, first);
    v128.store(sum + at, second, 16);
  }
}

/** Four rows as four columns: target[k][0..4), `step` bytes apart. */
function transposeFour(p0: usize, p1: usize, p2: usize, p3: usize, width: i32, target: usize, step: usize): void {
  for (let at: usize = 0, stride = <usize>width << 2; at < stride; at += 16) {
    const a = v128.load(p0 + at), b = v128.load(p1 + at), c = v128.load(p2 + at), d = v128.load(p3 + at);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7), gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    target += step;
    v128.store(target, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    target += step;
    v128.store(target, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5));
    target += step;
    v128.store(target, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7));
    target += step;
  }
}

/** scores[r] = dot(matrix row r, vector), r in [0, rows); width is a multiple of 8. */
export function scoreRows(matrix: usize, rows: i32, width: i32, vector: usize, scores: usize): void {
  const stride = <usize>width << 2;
  const whole = rows & ~3;
  for (let row = 0; row < whole; row += 4) {
    v128.store(scores, dotFour(matrix, matrix + stride, matrix + 2 * stride, matrix + 3 * stride, vector, stride));
    matrix += 4 * stride;
    scores += 16;
  }
  for (let row = whole; row < rows; row++) {
    f32.store(scores, f32x4.extract_lane(dotFour(matrix, matrix, matrix, matrix, vector, stride), 0));
    matrix += stride;
    scores += 4;
  }
}

/** scores[k] = dot(matrix row items[k], vector), k in [0, count); width is a multiple of 8. */
export function scoreItems(matrix: usize, width: i32, items: usize, count: i32, vector: usize, scores: usize): void {
  const stride = <usize>width << 2;
  const whole = count & ~3;
  for (let at = 0; at < whole; at += 4) {
    const first = matrix + (<usize>load<u32>(items)) * stride;
    const second = matrix + (<usize>load<u32>(items, 4)) * stride;
    const third = matrix + (<usize>load<u32>(items, 8)) * stride;
    v128.store(scores, dotFour(first, second, third, matrix + (<usize>load<u32>(items, 12)) * stride, vector, stride));
    items += 16;
    scores += 16;
  }
  for (let at = whole; at < count; at++) {
    const row = matrix + (<usize>load<u32>(items)) * stride;
    f32.store(scores, f32x4.extract_lane(dotFour(row, row, row, row, vector, stride), 0));
    items += 4;
    scores += 4;
  }
}

/** Items that are scored for one customer after the other before the next ones are fetched. */
const BLOCK: i32 = 256;
const NO_ITEM: u32 = 0xffffffff;

/**
 * For each customer (a row of `width` factors, a multiple of 8) the `limit` items of the highest score, best first, ties by
 * ascending item, into `items` and `scores` (`limit` a customer; NO_ITEM and the least float32 where there are fewer). `packed`
 * holds the items' factors by panels of eight: width × 8 numbers each, zero beyond itemCount. A customer's items in
 * [excluded[c], excluded[c + 1]) of `excludedItems`, ascending, are left out; excluded = 0 leaves out nothing.
 * Scratch: BLOCK × 4 + (count + 3) × (width + 1) numbers.
 */
export function topItems(
  customers: usize,
  count: i32,
  width: i32,
  packed: usize,
  itemCount: i32,
  limit: i32,
  excluded: usize,
  excludedItems: usize,
  items: usize,
  scores: usize,
  scratch: usize,
): void {
  const stride = <usize>width << 2;
  const block = scratch;
  const cursors = block + 16 * BLOCK;
  const columns = cursors + (<usize>((count + 3) & ~3) << 2);
  for (let place = 0, last = count * limit; place < last; place++) {
    f32.store(scores + (<usize>place << 2), -f32.MAX_VALUE);
    store<u32>(items + (<usize>place << 2), NO_ITEM);
  }
  for (let customer = 0; customer < count; customer++) {
    const start = excluded == 0 ? 0 : load<u32>(excluded + (<usize>customer << 2));
    store<u32>(cursors + (<usize>customer << 2), start);
  }
  for (let first = 0; first < count; first += 4) {
    const row = customers + (<usize>first) * stride;
    const last = <usize>(min(4, count - first) - 1);
    const target = columns + (<usize>first) * stride;
    transposeFour(row, row + min(1, last) * stride, row + min(2, last) * stride, row + last * stride, width, target, 16);
  }
  for (let start = 0; start < itemCount; start += BLOCK) {
    const length = min(BLOCK, itemCount - start);
    for (let first = 0; first < count; first += 4) {
      const group = columns + (<usize>first) * stride;
      for (let panel = 0; panel < length; panel += 8) {
        const from = packed + (<usize>(start + panel)) * stride;
        tile(group, 16, from, 32, width, block + (<usize>panel << 2), <usize>BLOCK << 2, 0);
      }
      for (let lane = 0; lane < min(4, count - first); lane++) {
        const customer = first + lane;
        const mine = block + ((<usize>lane * BLOCK) << 2);
        for (let beyond = length; beyond & 3; beyond++) f32.store(mine + (<usize>beyond << 2), -f32.MAX_VALUE);
        if (excluded != 0) {
          const cursor = cursors + (<usize>customer << 2);
          const stop = load<u32>(excluded + (<usize>customer << 2), 4);
          let cell = load<u32>(cursor);
          for (; cell < stop; cell++) {
            const item = load<u32>(excludedItems + (<usize>cell << 2));
            if (item >= <u32>(start + length)) break;
            f32.store(mine + (<usize>(item - start) << 2), -f32.MAX_VALUE);
          }
          store<u32>(cursor, cell);
        }
        const place = (<usize>customer * limit) << 2;
        keepBest(mine, length, start, limit, scores + place, items + place);
      }
    }
  }
  for (let customer = 0; customer < count; customer++) {
    const place = (<usize>customer * limit) << 2;
    sortHeap(scores + place, items + place, limit);
  }
}

/** Offers a block of scores to a heap of the best, whose root is the worst of them. */
function keepBest(block: usize, length: i32, start: i32, limit: i32, scores: usize, items: usize): void {
  let worst = f32.load(scores);
  for (let at = 0; at < length; at += 4) {
    const four = block + (<usize>at << 2);
    if (!v128.any_true(f32x4.gt(v128.load(four), f32x4.splat(worst)))) continue;
    for (let lane = 0; lane < 4; lane++) {
      const score = f32.load(four + (<usize>lane << 2));
      if (score <= worst) continue;
      sink(scores, items, 0, limit, score, <u32>(start + at + lane));
      worst = f32.load(scores);
    }
  }
}
