// Kernels of boosted trees; the plain twins in ../trees.ts say what they do. Without fused operations, so that every build
// gives the same bytes.

export function sumRows(
  rows: usize,
  count: usize,
  bins: usize,
  features: usize,
  derivatives: usize,
  histogram: usize,
  stride: usize,
): void {
  for (const end = rows + (count << 2); rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const derivative = v128.load(derivatives + (row << 4));
    let cells = histogram;
    for (let bin = bins + row * features, last = bin + features; bin < last; bin++) {
      const cell = cells + <usize>load<u8>(bin) * 24;
      v128.store(cell, f64x2.add(v128.load(cell), derivative));
      store<f64>(cell, load<f64>(cell, 16) + 1, 16);
      cells += stride;
    }
  }
}

/** Adds the leaves that four rows come to: of those left to each the first. */
// @ts-ignore: decorator
@inline
function addLeaves(left: v128, leaves: usize, scores: usize): void {
  const a = load<f32>(leaves + (<usize>ctz(i32x4.extract_lane(left, 0)) << 2));
  const b = load<f32>(leaves + (<usize>ctz(i32x4.extract_lane(left, 1)) << 2));
  const c = load<f32>(leaves + (<usize>ctz(i32x4.extract_lane(left, 2)) << 2));
  const d = load<f32>(leaves + (<usize>ctz(i32x4.extract_lane(left, 3)) << 2));
  store<f64>(scores, load<f64>(scores) + <f64>a);
  store<f64>(scores, load<f64>(scores, 8) + <f64>b, 8);
  store<f64>(scores, load<f64>(scores, 16) + <f64>c, 16);
  store<f64>(scores, load<f64>(scores, 24) + <f64>d, 24);
}

/** Rows that are asked together: what a node asks is loaded once for all of them. */
const TOGETHER: usize = 16;

export function scoreTrees(columns: usize, count: usize, trees: usize, treeCount: i32, leaves: usize, scores: usize): void {
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
      addLeaves(a, leaves, target);
      addLeaves(b, leaves, target + 32);
      addLeaves(c, leaves, target + 64);
      addLeaves(d, leaves, target + 96);
    }
    trees = last;
    leaves += (nodes + 1) << 2;
  }
}
