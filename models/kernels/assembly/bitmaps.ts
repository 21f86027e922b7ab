// Sets as bitmaps; the plain twin in ../bitmaps.ts says what it does.

export function intersectFollowing(
  words: usize,
  width: i32,
  label: i32,
  size: i32,
  minimum: i32,
  target: usize,
  counts: usize,
): void {
  const bytes = <usize>width << 2;
  const own = words + <usize>label * bytes;
  let other = own;
  for (let next = label + 1; next < size; next++) {
    other += bytes;
    let sum = i32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const shared = v128.and(v128.load(own + at), v128.load(other + at));
      v128.store(target + at, shared);
      const bits = i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(shared));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(bits));
    }
    const count =
      i32x4.extract_lane(sum, 0) +
      i32x4.extract_lane(sum, 1) +
      i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3);
    store<u32>(counts + (<usize>next << 2), count);
    if (count >= minimum) target += bytes;
  }
}
