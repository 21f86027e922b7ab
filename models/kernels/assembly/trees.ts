// Kernels of boosted trees; the plain twins in ../sets/trees.ts say what they do. Without fused operations, so that every build
// gives the same bytes.

export function sumRows(
  rows: usize,
  count: usize,
  bins: usize,
  width: usize,
  features: usize,
  derivatives: usize,
  histogram: usize,
  stride: usize,
): void {
  for (const end = rows + (count << 2); rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const derivative = v128.load(derivatives + (row << 4));
    let cells = histogram;
    for (let bin = bins + row * width, last = bin + features; bin < last; bin++) {
      const cell = cells + <usize>load<u8>(bin) * 24;
      v128.store(cell, f64x2.add(v128.load(cell), derivative));
      store<f64>(cell, load<f64>(cell, 16) + 1, 16);
      cells += stride;
    }
  }
}

/** Adds the leaves that four rows come to, of those left to each the first, and keeps their numbers. */
// @ts-ignore: decorator
@inline
function addLeaves(left: v128, leaves: usize, scores: usize, reached: usize): void {
  const a = <usize>ctz(i32x4.extract_lane(left, 0));
  const b = <usize>ctz(i32x4.extract_lane(left, 1));
  const c = <usize>ctz(i32x4.extract_lane(left, 2));
  const d = <usize>ctz(i32x4.extract_lane(left, 3));
  store<u32>(reached, <u32>(a | (b << 8) | (c << 16) | (d << 24)));
  store<f64>(scores, load<f64>(scores) + <f64>load<f32>(leaves + (a << 2)));
  store<f64>(scores, load<f64>(scores, 8) + <f64>load<f32>(leaves + (b << 2)), 8);
  store<f64>(scores, load<f64>(scores, 16) + <f64>load<f32>(leaves + (c << 2)), 16);
  store<f64>(scores, load<f64>(scores, 24) + <f64>load<f32>(leaves + (d << 2)), 24);
}

/** Rows that are asked together: what a node asks is loaded once for all of them. */
const TOGETHER: usize = 16;

export function scoreTrees(
  columns: usize,
  count: usize,
  trees: usize,
  treeCount: i32,
  leaves: usize,
  scores: usize,
  reached: usize,
  stride: usize,
): void {
  const end = count << 2;
  for (let tree = 0; tree < treeCount; tree++) {
    const nodes = <usize>load<u32>(trees);
    const first = trees + 4;
    const last = first + nodes * 12;
    for (let at: usize = 0; at < end; at += TOGETHER << 2) {
      let a = i32x4.splat(-1);
      let b = a;
      let c = a;
      let d = a;
      for (let node = first; node < last; node += 12) {
        const column = columns + at + <usize>load<u32>(node);
        const threshold = v128.load32_splat(node, 4);
        const below = v128.load32_splat(node, 8);
        a = v128.andnot(a, v128.and(f32x4.gt(v128.load(column), threshold), below));
        b = v128.andnot(b, v128.and(f32x4.gt(v128.load(column, 16), threshold), below));
        c = v128.andnot(c, v128.and(f32x4.gt(v128.load(column, 32), threshold), below));
        d = v128.andnot(d, v128.and(f32x4.gt(v128.load(column, 48), threshold), below));
      }
      const target = scores + (at << 1);
      const numbers = reached + (at >> 2);
      addLeaves(a, leaves, target, numbers);
      addLeaves(b, leaves, target + 32, numbers + 4);
      addLeaves(c, leaves, target + 64, numbers + 8);
      addLeaves(d, leaves, target + 96, numbers + 12);
    }
    trees = last;
    leaves += (nodes + 1) << 2;
    reached += stride;
  }
}

/** Sums of a row that are kept in registers, two numbers in each. */
const PARTS: usize = 10;

export function sumLeaves(
  reached: usize,
  stride: usize,
  trees: usize,
  treeCount: usize,
  parts: usize,
  rows: usize,
  count: usize,
  sums: usize,
): void {
  const end = trees + (treeCount << 2);
  for (const last = rows + (count << 2); rows < last; rows += 4) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let e = a;
    let leaf = reached + <usize>load<u32>(rows);
    for (let tree = trees; tree < end; tree += 4) {
      const part = parts + (<usize>load<u32>(tree) + <usize>load<u8>(leaf)) * (PARTS << 3);
      a = f64x2.add(a, v128.load(part));
      b = f64x2.add(b, v128.load(part, 16));
      c = f64x2.add(c, v128.load(part, 32));
      d = f64x2.add(d, v128.load(part, 48));
      e = f64x2.add(e, v128.load(part, 64));
      leaf += stride;
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    v128.store(sums, c, 32);
    v128.store(sums, d, 48);
    v128.store(sums, e, 64);
    sums += PARTS << 3;
  }
}

export function gatherRows(
  rows: usize,
  width: usize,
  items: usize,
  count: usize,
  columns: usize,
  starts: usize,
): void {
  const end = starts + (width << 2);
  for (const last = items + (count << 2); items < last; items += 4) {
    let from = rows + <usize>load<u32>(items) * (width << 2);
    for (let start = starts; start < end; start += 4) {
      store<u32>(columns + <usize>load<u32>(start), load<u32>(from));
      from += 4;
    }
    columns += 4;
  }
}

/** Scores are first parted into so many ranges, each of which holds few of them. */
const RANGES: usize = 512;

/** Of scores none of which is below 0 the bits, as a number: they rise more or less as its logarithm does. */
// @ts-ignore: decorator
@inline
function scaled(score: f64, isRatio: bool): f64 {
  return isRatio ? <f64>reinterpret<i64>(score) : score;
}

export function rankScores(scores: usize, count: usize, scratch: usize, ranks: usize): void {
  const keys = scratch + (RANGES << 2);
  const order = keys + (count << 2);
  let least = f64.POSITIVE_INFINITY;
  let leastAbove = least;
  let greatest = -least;
  for (let place: usize = 0; place < count; place++) {
    const score = load<f64>(scores + (place << 3));
    least = min(least, score);
    greatest = max(greatest, score);
    if (score > 0) leastAbove = min(leastAbove, score);
  }
  const isRatio = least >= 0;
  const top = scaled(greatest, isRatio);
  const scale = <f64>(RANGES - 2) / (top - scaled(isRatio ? leastAbove : least, isRatio));
  // Where they are one, or farther apart than a number can say, all are compared.
  const isParted = scale > 0 && scale < f64.POSITIVE_INFINITY;
  for (let end = scratch; end < keys; end += 4) store<u32>(end, 0);
  for (let place: usize = 0; place < count; place++) {
    const score = load<f64>(scores + (place << 3));
    let key: u32 = 0;
    // Those of 0 are apart: beside them all others would come together.
    if (isRatio && !(score > 0)) key = <u32>RANGES - 1;
    else if (isParted) key = <u32>((top - scaled(score, isRatio)) * scale);
    store<u32>(keys + (place << 2), key);
    const end = scratch + (<usize>key << 2);
    store<u32>(end, load<u32>(end) + 1);
  }
  let sum: u32 = 0;
  for (let end = scratch; end < keys; end += 4) {
    sum += load<u32>(end);
    store<u32>(end, sum);
  }
  for (let place = count; place > 0; ) {
    place--;
    const end = scratch + (<usize>load<u32>(keys + (place << 2)) << 2);
    const rank = load<u32>(end) - 1;
    store<u32>(end, rank);
    store<u32>(order + (<usize>rank << 2), <u32>place);
  }
  const last = order + (count << 2);
  for (let next = order + 4; next < last; next += 4) {
    const place = load<u32>(next);
    const score = load<f64>(scores + (<usize>place << 3));
    let hole = next;
    while (hole > order) {
      const before = load<u32>(hole - 4);
      if (!(load<f64>(scores + (<usize>before << 3)) < score)) break;
      store<u32>(hole, before);
      hole -= 4;
    }
    store<u32>(hole, place);
  }
  for (let place: usize = 0; place < count; place++) {
    store<u32>(ranks + (<usize>load<u32>(order + (place << 2)) << 2), <u32>place);
  }
}

export function comparePairs(
  offsets: usize,
  first: u32,
  last: u32,
  ideals: usize,
  discounts: usize,
  most: usize,
  behind: usize,
  powers: usize,
  worths: usize,
  moves: usize,
  bends: usize,
  moved: usize,
): void {
  const zero = f64x2.splat(0);
  const least = f64x2.splat(0.01);
  const one = f64x2.splat(1);
  for (let group: usize = first; group < last; group++) {
    const start = <usize>load<u32>(offsets + (group << 2)) << 3;
    const size = (<usize>load<u32>(offsets + (group << 2), 4) << 3) - start;
    const ideal = load<f64>(ideals + (group << 3));
    const isApart = size > 0 && load<f64>(behind + start + size - 8) != 0;
    const counted = min(most << 3, size);
    let all: f64 = 0;
    for (let better: usize = 0; ideal > 0 && better < size; better += 8) {
      const own = load<f64>(worths + start + better);
      if (own == 0) continue;
      let move = load<f64>(moves + start + better);
      let bend = load<f64>(bends + start + better);
      const ownWorth = f64x2.splat(own);
      const ownDiscount = v128.load64_splat(discounts + better);
      const ownBehind = v128.load64_splat(behind + start + better);
      const ownPower = v128.load64_splat(powers + start + better);
      const end = better < counted ? size : counted;
      for (let worse: usize = 0; worse < end; worse += 16) {
        const isPair = worse + 8 < end;
        // Of the last one alone, its neighbour belongs to others.
        const at = start + worse;
        const worth = isPair ? v128.load(worths + at) : v128.load64_splat(worths + at);
        const discount = isPair ? v128.load(discounts + worse) : v128.load64_splat(discounts + worse);
        const power = isPair ? v128.load(powers + at) : v128.load64_splat(powers + at);
        const difference = f64x2.sub(ownWorth, worth);
        let change = f64x2.div(
          f64x2.mul(difference, f64x2.abs(f64x2.sub(ownDiscount, discount))),
          f64x2.splat(ideal),
        );
        if (isApart) {
          const other = isPair ? v128.load(behind + at) : v128.load64_splat(behind + at);
          change = f64x2.div(change, f64x2.add(least, f64x2.abs(f64x2.sub(ownBehind, other))));
        }
        const unlikely = f64x2.div(power, f64x2.add(ownPower, power));
        const moveOfBoth = v128.and(f64x2.mul(unlikely, change), f64x2.gt(difference, zero));
        const bendOfBoth = f64x2.mul(moveOfBoth, f64x2.sub(one, unlikely));
        const firstMove = f64x2.extract_lane(moveOfBoth, 0);
        const firstBend = f64x2.extract_lane(bendOfBoth, 0);
        move -= firstMove;
        bend += firstBend;
        all += 2 * firstMove;
        if (isPair) {
          const secondMove = f64x2.extract_lane(moveOfBoth, 1);
          move -= secondMove;
          bend += f64x2.extract_lane(bendOfBoth, 1);
          all += 2 * secondMove;
          v128.store(moves + at, f64x2.add(v128.load(moves + at), moveOfBoth));
          v128.store(bends + at, f64x2.add(v128.load(bends + at), bendOfBoth));
        } else {
          store<f64>(moves + at, load<f64>(moves + at) + firstMove);
          store<f64>(bends + at, load<f64>(bends + at) + firstBend);
        }
      }
      store<f64>(moves + start + better, move);
      store<f64>(bends + start + better, bend);
    }
    store<f64>(moved + (group << 3), all);
  }
}
