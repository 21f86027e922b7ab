// Products of blocks of columns; the plain twins in ../sets/blocks.ts say what the kernels do. In double precision and without fused
// operations, each sum in the order of its terms, so that every build gives the same bytes.

/** Bytes of a tile: eight numbers of a row, which stay in registers. */
const TILE: usize = 64;

export function multiplyRows(
  first: i32,
  last: i32,
  offsets: usize,
  indices: usize,
  values: usize,
  dense: usize,
  product: usize,
  width: i32,
): void {
  const stride = <usize>width << 3;
  for (let row = <usize>first; row < <usize>last; row++) {
    const start = <usize>load<u32>(offsets + (row << 2));
    const end = <usize>load<u32>(offsets + (row << 2), 4);
    const target = product + row * stride;
    for (let tile: usize = 0; tile < stride; tile += TILE) {
      const from = dense + tile;
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      for (let cell = start; cell < end; cell++) {
        const value = v128.load64_splat(values + (cell << 3));
        const source = from + <usize>load<u32>(indices + (cell << 2)) * stride;
        s0 = f64x2.add(s0, f64x2.mul(value, v128.load(source)));
        s1 = f64x2.add(s1, f64x2.mul(value, v128.load(source, 16)));
        s2 = f64x2.add(s2, f64x2.mul(value, v128.load(source, 32)));
        s3 = f64x2.add(s3, f64x2.mul(value, v128.load(source, 48)));
      }
      v128.store(target + tile, s0);
      v128.store(target + tile, s1, 16);
      v128.store(target + tile, s2, 32);
      v128.store(target + tile, s3, 48);
    }
  }
}

/** Rows that stay near while every tile of the Gram matrix takes them in. */
const CHUNK: usize = 48;
/** Rows of a tile of the Gram matrix. */
const BAND: usize = 2;

export function addGram(first: i32, last: i32, dense: usize, rows: i32, width: i32, gram: usize): void {
  const stride = <usize>width << 3;
  const end = dense + <usize>rows * stride;
  for (let chunk = dense; chunk < end; chunk += CHUNK * stride) {
    const chunkEnd = min(end, chunk + CHUNK * stride);
    for (let one = <usize>first; one < <usize>last; one += BAND) {
      for (let tile = (one << 3) & ~(TILE - 1); tile < stride; tile += TILE) {
        const upper = gram + one * stride + tile;
        const lower = upper + stride;
        let a0 = v128.load(upper);
        let a1 = v128.load(upper, 16);
        let a2 = v128.load(upper, 32);
        let a3 = v128.load(upper, 48);
        let b0 = v128.load(lower);
        let b1 = v128.load(lower, 16);
        let b2 = v128.load(lower, 32);
        let b3 = v128.load(lower, 48);
        for (let row = chunk; row < chunkEnd; row += stride) {
          const left = v128.load64_splat(row + (one << 3));
          const right = v128.load64_splat(row + (one << 3), 8);
          const from = row + tile;
          const d0 = v128.load(from);
          a0 = f64x2.add(a0, f64x2.mul(left, d0));
          b0 = f64x2.add(b0, f64x2.mul(right, d0));
          const d1 = v128.load(from, 16);
          a1 = f64x2.add(a1, f64x2.mul(left, d1));
          b1 = f64x2.add(b1, f64x2.mul(right, d1));
          const d2 = v128.load(from, 32);
          a2 = f64x2.add(a2, f64x2.mul(left, d2));
          b2 = f64x2.add(b2, f64x2.mul(right, d2));
          const d3 = v128.load(from, 48);
          a3 = f64x2.add(a3, f64x2.mul(left, d3));
          b3 = f64x2.add(b3, f64x2.mul(right, d3));
        }
        v128.store(upper, a0);
        v128.store(upper, a1, 16);
        v128.store(upper, a2, 32);
        v128.store(upper, a3, 48);
        v128.store(lower, b0);
        v128.store(lower, b1, 16);
        v128.store(lower, b2, 32);
        v128.store(lower, b3, 48);
      }
    }
  }
}

export function solveRows(
  first: i32,
  last: i32,
  dense: usize,
  width: i32,
  upper: usize,
  reciprocals: usize,
): void {
  const stride = <usize>width << 3;
  for (let row = dense + <usize>first * stride, end = dense + <usize>last * stride; row < end; row += stride) {
    for (let at: usize = 0; at < stride; at += 8) {
      const value = load<f64>(row + at) * load<f64>(reciprocals + at);
      store<f64>(row + at, value);
      const taken = f64x2.splat(value);
      const factors = upper + (at >> 3) * stride;
      // From the pair that the next column is in: above its diagonal the factor is there, elsewhere 0.
      for (let column = (at + 8) & ~15; column < stride; column += 16) {
        v128.store(row + column, f64x2.sub(v128.load(row + column), f64x2.mul(taken, v128.load(factors + column))));
      }
    }
  }
}
