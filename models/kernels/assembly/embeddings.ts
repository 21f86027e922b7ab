// Products of rows of signed bytes; the plain twin in ../sets/embeddings.ts says what the kernel does. Sums are whole numbers, so that
// every build gives the same ones.

// @ts-ignore: decorator
@inline
function addProduct(sum: v128, asked: v128, row: usize): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(asked, v128.load8x8_s(row)));
}

// @ts-ignore: decorator
@inline
function sumLanes(sum: v128): i32 {
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}

export function multiplyRows(rows: usize, count: i32, width: i32, asked: usize, products: usize): void {
  const stride = <usize>width;
  let row = rows;
  let to = products;
  // Four rows at a time, so that what is asked is widened once for all of them.
  for (let left = count >> 2; left > 0; left--) {
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let s3 = i32x4.splat(0);
    for (let at: usize = 0; at < stride; at += 8) {
      const part = v128.load8x8_s(asked + at);
      const from = row + at;
      s0 = addProduct(s0, part, from);
      s1 = addProduct(s1, part, from + stride);
      s2 = addProduct(s2, part, from + 2 * stride);
      s3 = addProduct(s3, part, from + 3 * stride);
    }
    store<i32>(to, sumLanes(s0));
    store<i32>(to, sumLanes(s1), 4);
    store<i32>(to, sumLanes(s2), 8);
    store<i32>(to, sumLanes(s3), 12);
    row += 4 * stride;
    to += 16;
  }
  for (const end = rows + <usize>count * stride; row < end; row += stride) {
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < stride; at += 8) sum = addProduct(sum, v128.load8x8_s(asked + at), row + at);
    store<i32>(to, sumLanes(sum));
    to += 4;
  }
}
