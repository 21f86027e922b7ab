// Dense kernels; plain-dense.ts says what they do.
import { multiplyAdd } from './shared/lanes';

/** Rows interleaved at once, and their bytes. */
const STRIP: usize = 8;
const STEP: usize = 32;

function pack(source: usize, target: usize, side: usize): void {
  const stride = side << 2;
  for (let row: usize = 0; row < side; row += STRIP) {
    for (let column: usize = 0; column < side; column++) {
      let from = source + ((row * side + column) << 2);
      for (let lane: usize = 0; lane < STEP; lane += 4) {
        store<f32>(target + lane, load<f32>(from));
        from += stride;
      }
      target += STEP;
    }
  }
}

function packTransposed(source: usize, target: usize, side: usize): void {
  for (let row: usize = 0; row < side; row += STRIP) {
    for (let column: usize = 0; column < side; column++) {
      const from = source + ((column * side + row) << 2);
      v128.store(target, v128.load(from));
      v128.store(target, v128.load(from, 16), 16);
      target += STEP;
    }
  }
}

// @ts-ignore: decorator
@inline
function subtract(target: usize, low: v128, high: v128): void {
  v128.store(target, f32x4.sub(v128.load(target), low));
  v128.store(target, f32x4.sub(v128.load(target, 16), high), 16);
}

/** Four rows by eight columns at a time stay in registers. */
function subtractProduct(target: usize, left: usize, right: usize, side: usize): void {
  const stride = side << 2;
  const strip = side * STEP;
  for (let columns: usize = 0; columns < stride; columns += STEP) {
    for (let row: usize = 0; row < side; row += 4) {
      let a = left + (row & ~7) * stride + ((row & 4) << 2);
      let b = right;
      const end = b + strip;
      let s00 = f32x4.splat(0);
      let s01 = f32x4.splat(0);
      let s10 = f32x4.splat(0);
      let s11 = f32x4.splat(0);
      let s20 = f32x4.splat(0);
      let s21 = f32x4.splat(0);
      let s30 = f32x4.splat(0);
      let s31 = f32x4.splat(0);
      while (b < end) {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        const a0 = v128.load32_splat(a);
        const a1 = v128.load32_splat(a, 4);
        const a2 = v128.load32_splat(a, 8);
        const a3 = v128.load32_splat(a, 12);
        s00 = multiplyAdd(a0, b0, s00);
        s01 = multiplyAdd(a0, b1, s01);
        s10 = multiplyAdd(a1, b0, s10);
        s11 = multiplyAdd(a1, b1, s11);
        s20 = multiplyAdd(a2, b0, s20);
        s21 = multiplyAdd(a2, b1, s21);
        s30 = multiplyAdd(a3, b0, s30);
        s31 = multiplyAdd(a3, b1, s31);
        a += STEP;
        b += STEP;
      }
      let to = target + row * stride + columns;
      subtract(to, s00, s01);
      to += stride;
      subtract(to, s10, s11);
      to += stride;
      subtract(to, s20, s21);
      to += stride;
      subtract(to, s30, s31);
    }
    right += strip;
  }
}

export function sweepPanel(
  block: usize,
  isBefore: i32,
  pivot: usize,
  columns: usize,
  rows: usize,
  side: usize,
): void {
  if (isBefore) packTransposed(block, columns, side);
  else pack(block, columns, side);
  memory.fill(block, 0, (side * side) << 2);
  if (isBefore) {
    subtractProduct(block, pivot, columns, side);
    packTransposed(block, rows, side);
  } else {
    subtractProduct(block, columns, pivot, side);
    pack(block, rows, side);
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
