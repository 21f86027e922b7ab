// Dense kernels; the plain twins in ../sets/dense.ts say what they do.
import { multiplyAdd } from './shared/lanes';

/** Rows that are interleaved in what stands left and right of a product: nine accumulators stay in registers, more would not. */
const LEFT: usize = 3;
const RIGHT: usize = 12;

/** Interleaves so many rows at a time: [row / strip][column][row % strip]. */
function pack(source: usize, target: usize, side: usize, strip: usize): void {
  const stride = side << 2;
  for (let row: usize = 0; row < side; row += strip) {
    for (let column: usize = 0; column < side; column++) {
      let from = source + ((row * side + column) << 2);
      for (const end = target + (strip << 2); target < end; target += 4) {
        store<f32>(target, load<f32>(from));
        from += stride;
      }
    }
  }
}

function packTransposed(source: usize, target: usize, side: usize, strip: usize): void {
  for (let row: usize = 0; row < side; row += strip) {
    for (let column: usize = 0; column < side; column++) {
      let from = source + ((column * side + row) << 2);
      for (const end = target + (strip << 2); target < end; target += 4) {
        store<f32>(target, load<f32>(from));
        from += 4;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function subtract(target: usize, low: v128, middle: v128, high: v128): void {
  v128.store(target, f32x4.sub(v128.load(target), low));
  v128.store(target, f32x4.sub(v128.load(target, 16), middle), 16);
  v128.store(target, f32x4.sub(v128.load(target, 32), high), 32);
}

/** target -= left × rightᵀ, three rows by twelve columns at a time. */
function subtractProduct(target: usize, left: usize, right: usize, side: usize): void {
  const stride = side << 2;
  const strip = stride * RIGHT;
  for (let columns: usize = 0; columns < stride; columns += RIGHT << 2) {
    let a = left;
    for (let row: usize = 0; row < side; row += LEFT) {
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s02 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s12 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s22 = f32x4.splat(0);
      for (let b = right, end = b + strip; b < end; b += RIGHT << 2) {
        const a0 = v128.load32_splat(a);
        const a1 = v128.load32_splat(a, 4);
        const a2 = v128.load32_splat(a, 8);
        const b0 = v128.load(b);
        s00 = multiplyAdd(a0, b0, s00);
        s10 = multiplyAdd(a1, b0, s10);
        s20 = multiplyAdd(a2, b0, s20);
        const b1 = v128.load(b, 16);
        s01 = multiplyAdd(a0, b1, s01);
        s11 = multiplyAdd(a1, b1, s11);
        s21 = multiplyAdd(a2, b1, s21);
        const b2 = v128.load(b, 32);
        s02 = multiplyAdd(a0, b2, s02);
        s12 = multiplyAdd(a1, b2, s12);
        s22 = multiplyAdd(a2, b2, s22);
        a += LEFT << 2;
      }
      let to = target + row * stride + columns;
      subtract(to, s00, s01, s02);
      to += stride;
      subtract(to, s10, s11, s12);
      to += stride;
      subtract(to, s20, s21, s22);
    }
    right += strip;
  }
}

export function invertPivot(block: usize, work: usize, left: usize, right: usize, side: usize, state: usize): void {
  const stride = side << 3;
  for (let cell: usize = 0; cell < side * side; cell++) store<f64>(work + (cell << 3), load<f32>(block + (cell << 2)));
  for (let pivot: usize = 0; pivot < side; pivot++) {
    const own = work + pivot * stride;
    const value = load<f64>(own + (pivot << 3));
    if (!(value > 0)) {
      store<u32>(state, 1);
      return;
    }
    for (let row: usize = 0; row < side; row++) {
      if (row != pivot) sweep(work + row * stride, own, pivot << 3, value, stride);
    }
    for (let column: usize = 0; column < stride; column += 8) store<f64>(own + column, load<f64>(own + column) / value);
    store<f64>(own + (pivot << 3), -1 / value);
  }
  for (let cell: usize = 0; cell < side * side; cell++) {
    store<f32>(block + (cell << 2), <f32>load<f64>(work + (cell << 3)));
  }
  pack(block, left, side, LEFT);
  pack(block, right, side, RIGHT);
}

/** Takes the pivot's row off another. */
function sweep(row: usize, own: usize, pivot: usize, value: f64, stride: usize): void {
  const factor = load<f64>(row + pivot) / value;
  const both = f64x2.splat(factor);
  for (let column: usize = 0; column < stride; column += 16) {
    v128.store(row + column, f64x2.sub(v128.load(row + column), f64x2.mul(both, v128.load(own + column))));
  }
  store<f64>(row + pivot, factor);
}

export function sweepPanel(
  block: usize,
  isBefore: i32,
  pivotLeft: usize,
  pivotRight: usize,
  columns: usize,
  rows: usize,
  side: usize,
): void {
  if (isBefore) packTransposed(block, columns, side, RIGHT);
  else {
    pack(block, columns, side, RIGHT);
    pack(block, rows, side, LEFT);
  }
  memory.fill(block, 0, (side * side) << 2);
  if (isBefore) {
    subtractProduct(block, pivotLeft, columns, side);
    packTransposed(block, rows, side, LEFT);
  } else {
    subtractProduct(block, rows, pivotRight, side);
    pack(block, rows, side, LEFT);
  }
}

export function sweepRow(blocks: usize, count: i32, rows: usize, columns: usize, side: usize): void {
  const size = (side * side) << 2;
  for (let at = 0; at < count; at++) {
    subtractProduct(blocks, rows, columns, side);
    blocks += size;
    columns += size;
  }
}
