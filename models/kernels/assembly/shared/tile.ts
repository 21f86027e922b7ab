import { multiplyAdd } from './lanes';

/**
 * The 4 × 8 block c = Σ over k in [0, count) of a[k][0..4) ⊗ b[k][0..8), in registers from start to end. With
 * sign = 0 c is overwritten, with 1 the sum is added to c, with -1 it is subtracted. Steps are bytes.
 */
export function tile(a: usize, aStep: usize, b: usize, bStep: usize, count: i32, c: usize, cStep: usize, sign: i32): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let k = count >> 1; k > 0; k--) {
    let b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = multiplyAdd(s, b0, c00);
    c01 = multiplyAdd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = multiplyAdd(s, b0, c10);
    c11 = multiplyAdd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = multiplyAdd(s, b0, c20);
    c21 = multiplyAdd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = multiplyAdd(s, b0, c30);
    c31 = multiplyAdd(s, b1, c31);
    a += aStep;
    b += bStep;
    b0 = v128.load(b);
    b1 = v128.load(b, 16);
    s = v128.load32_splat(a);
    c00 = multiplyAdd(s, b0, c00);
    c01 = multiplyAdd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = multiplyAdd(s, b0, c10);
    c11 = multiplyAdd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = multiplyAdd(s, b0, c20);
    c21 = multiplyAdd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = multiplyAdd(s, b0, c30);
    c31 = multiplyAdd(s, b1, c31);
    a += aStep;
    b += bStep;
  }
  if (count & 1) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = multiplyAdd(s, b0, c00);
    c01 = multiplyAdd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = multiplyAdd(s, b0, c10);
    c11 = multiplyAdd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = multiplyAdd(s, b0, c20);
    c21 = multiplyAdd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = multiplyAdd(s, b0, c30);
    c31 = multiplyAdd(s, b1, c31);
  }
  if (sign == 0) {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    c += cStep;
    v128.store(c, c10);
    v128.store(c, c11, 16);
    c += cStep;
    v128.store(c, c20);
    v128.store(c, c21, 16);
    c += cStep;
    v128.store(c, c30);
    v128.store(c, c31, 16);
  } else {
    const factor = f32x4.splat(<f32>sign);
    v128.store(c, multiplyAdd(factor, c00, v128.load(c)));
    v128.store(c, multiplyAdd(factor, c01, v128.load(c, 16)), 16);
    c += cStep;
    v128.store(c, multiplyAdd(factor, c10, v128.load(c)));
    v128.store(c, multiplyAdd(factor, c11, v128.load(c, 16)), 16);
    c += cStep;
    v128.store(c, multiplyAdd(factor, c20, v128.load(c)));
    v128.store(c, multiplyAdd(factor, c21, v128.load(c, 16)), 16);
    c += cStep;
    v128.store(c, multiplyAdd(factor, c30, v128.load(c)));
    v128.store(c, multiplyAdd(factor, c31, v128.load(c, 16)), 16);
  }
}

/**
 * The upper triangle of AᵀA, A having `rows` rows of `width` (a multiple of 8) columns, into the width × width matrix
 * `gram` (what stands below the diagonal is overwritten in part); added to it where sign = 1.
 */
export function upperGram(matrix: usize, rows: i32, width: i32, gram: usize, sign: i32): void {
  const stride = <usize>width << 2;
  for (let i = 0; i < width; i += 4) {
    for (let j = i & ~7; j < width; j += 8) {
      const left = matrix + (<usize>i << 2), right = matrix + (<usize>j << 2);
      tile(left, stride, right, stride, rows, gram + (<usize>i) * stride + (<usize>j << 2), stride, sign);
    }
  }
}
